"""The standard streams: messages to standard error, and what a stream can show."""

from __future__ import annotations

import os
import sys
from typing import TextIO


def complain(message: str) -> None:
    """Write one message to standard error."""
    from contextlib import suppress

    from linter.output.terminal import sanitize

    # With standard error gone, nobody can be reached.
    with suppress(OSError):
        sys.stderr.write(f"podplan: {sanitize(message)}\n")


def use_color(choice: str, stream: TextIO) -> bool:
    """Tell whether to use colours on a stream (https://no-color.org)."""
    if choice != "auto":
        return choice == "always"
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and stream.isatty()


def use_unicode(stream: TextIO) -> bool:
    """Tell whether a stream can show the signs that pods are drawn with."""
    try:
        "●○◌→·".encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
