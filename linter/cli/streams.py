"""The standard streams: messages to standard error, and what a stream can show."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO


def complain(message: str) -> None:
    """Write one message to standard error."""
    from contextlib import suppress

    from linter.output.terminal import sanitize

    # With standard error gone, nobody can be reached.
    with suppress(OSError):
        sys.stderr.write(f"podplan: {sanitize(message)}\n")


def use_color(choice: str, stream: TextIO) -> bool:
    """Tell whether to use colours on a stream.

    Of the variables NO_COLOR goes first (https://no-color.org), then FORCE_COLOR (https://force-color.org) and CLICOLOR_FORCE
    (https://bixense.com/clicolors/), which the log of a build sets that shows colours but is no terminal.
    """
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if any(os.environ.get(name, "0") not in {"", "0"} for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return os.environ.get("TERM") != "dumb" and stream.isatty()


def use_unicode(stream: TextIO) -> bool:
    """Tell whether a stream can show the signs that pods are drawn with.

    In the locale C Python writes UTF-8 all the same (PEP 540), while who asked for it wants ASCII.
    """
    locale = next((value for name in ("LC_ALL", "LC_CTYPE", "LANG") if (value := os.environ.get(name))), "")
    if locale in {"C", "POSIX"}:
        return False
    try:
        "●○◌→·".encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
