"""A group of commands that loads a command's module when that command is called."""

from __future__ import annotations

import importlib

import click

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any


class LazyGroup(click.Group):
    """A group whose commands are modules of a package, each with its click command as `command`.

    Args:
        package: The package.
        modules: The names of the commands, in the order of the help; `set-image` is in the module `set_image`.
    """

    def __init__(self, *arguments: Any, package: str, modules: Iterable[str], **attributes: Any) -> None:
        super().__init__(*arguments, **attributes)
        self.package = package
        self.modules = tuple(modules)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """Return the names of the commands, in the order of the help."""
        return list(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click's signature
        """Return the command of a name, or None where there is none."""
        if cmd_name not in self.modules:
            return None
        module = importlib.import_module(f"{self.package}.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of the commands with the whole first sentence of each; click would cut it off at the width."""
        rows = []
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is not None and not command.hidden:
                rows.append((name, command.get_short_help_str(limit=_LONGEST)))
        with formatter.section("Commands"):
            formatter.write_dl(rows)


_LONGEST = 500
"""Characters: no first sentence is longer."""
