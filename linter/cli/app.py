"""The command group: loads a command's module when that command is called."""

from __future__ import annotations

import importlib
from typing import Any

import click

from linter.cli.fast_path import COMMANDS, HELP, VERSION


class _LazyGroup(click.Group):
    """A group whose commands are modules of linter.cli.commands, imported only when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click's signature
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"linter.cli.commands.{cmd_name}").command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[Any, Any, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean `{near[0]}`?" if near else ""
            ctx.fail(f"There is no command `{args[0]}`.{hint}")
        return super().resolve_command(ctx, args)

    def get_help(self, ctx: click.Context) -> str:  # noqa: ARG002  click's signature
        return HELP.rstrip("\n")


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(message=VERSION.rstrip("\n"))
def app() -> None:
    """Check Kubernetes manifests and see how they would roll out, before you apply them. No cluster needed."""
