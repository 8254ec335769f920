"""click's options, and how the help of commands is written."""

from __future__ import annotations

import click

from linter.cli import completers
from linter.cli.lint.request import LintRequest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from linter.cli.request import Option

PATH = click.Path(readable=False)
"""A file or folder. What cannot be read is reported by whoever reads it, with the exit status for that."""


def click_option(option: Option[Any], **attributes: Any) -> Callable[[Any], Any]:
    """Return the decorator that gives a command an option.

    Args:
        option: The option, as a request has it.
        attributes: Of click.option, where the command differs from that request.
    """
    type_: click.ParamType[Any] | None = None
    match option.type:
        case "text":
            pass
        case "path":
            type_ = PATH
        case "number":
            type_ = click.IntRange(min=1)
        case words:
            type_ = click.Choice(words)
    return click.option(
        *option.names,
        option.field,
        **{
            "default": option.default,
            "help": option.help,
            "is_flag": option.default is False,
            "metavar": option.metavar,
            "multiple": isinstance(option.default, tuple),
            "shell_complete": getattr(completers, option.completer) if option.completer else None,
            "show_default": option.shows_default,
            "type": type_,
            **attributes,
        },
    )


config_option = click_option(LintRequest.config_file)


def quote_command(title: str, *lines: str) -> str:
    """Return an epilog that click leaves as it is."""
    return "\b\n" + "\n".join([title, *(f"  {line}" for line in lines)])
