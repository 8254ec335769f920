"""The command group."""

from __future__ import annotations

import os

import click

from linter.cli.fast_path import COMMANDS, HELP, VERSION
from linter.cli.lazy_group import LazyGroup

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _App(LazyGroup):
    """The group with the help that the fast path prints, and a hint where a command is misspelt."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[Any, Any, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean `{near[0]}`?" if near else ""
            if not near and os.path.exists(args[0]):  # noqa: PTH110  a name is all that is at hand
                hint = f" To check that file: `podplan lint {args[0]}`; to see what it would do: `podplan plan create {args[0]}`."
            ctx.fail(f"There is no command `{args[0]}`.{hint}")
        return super().resolve_command(ctx, args)

    def get_help(self, ctx: click.Context) -> str:  # noqa: ARG002  click's signature
        return HELP.rstrip("\n")


@click.group(
    cls=_App,
    package="linter.cli.commands",
    modules=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(message=VERSION.rstrip("\n"))
def app() -> None:
    """Check Kubernetes manifests and see how they would roll out, before you apply them. No cluster needed."""
