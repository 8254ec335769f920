"""What several commands need to know: colours, signs, and for plans the files of objects."""

from __future__ import annotations

import os
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from linter.loading.discovery import Skipped
    from linter.loading.limits import Limits
    from linter.loading.objects import Objects
    from linter.loading.source import Source, Unreadable

_limits: ContextVar[Limits | None] = ContextVar("limits", default=None)


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


# --- for plans -----------------------------------------------------------------------------------------------------


def set_limits(values: Sequence[str]) -> None:
    """Read the values of a plan's --limit; they hold for the rest of the run."""
    from linter.loading.limits import parse_limits

    _limits.set(parse_limits(values))


def limits() -> Limits:
    """Return the limits that --limit asks for, else the defaults."""
    from linter.loading.limits import DEFAULT

    return _limits.get() or DEFAULT


def parse_kubernetes_version(text: str) -> None:
    """Check --kubernetes-version.

    Raises:
        InputError: It is not a known version.
    """
    from linter.errors import InputError
    from linter.version import VersionError, parse_version

    try:
        parse_version(text)
    except VersionError as error:
        raise InputError(f"--kubernetes-version: {error}") from None


def read_objects(names: Sequence[str]) -> list[dict[str, Any]]:
    """Return all objects of the files; files that are left out are named on standard error.

    Raises:
        UnreadableError: A file that was named cannot be read.
    """
    from linter.loading import objects

    return _reported(objects.read_objects(names, limits()))


def objects_of(sources: Iterable[Source | Unreadable | Skipped], prefix: str = "") -> list[dict[str, Any]]:
    """Return all objects of the sources; files that are left out are named on standard error.

    Raises:
        UnreadableError: A file that was named cannot be read.
    """
    from linter.loading import objects

    return _reported(objects.objects_of(sources, prefix, limits=limits()))


def _reported(found: Objects) -> list[dict[str, Any]]:
    from linter.cli.errors import complain

    for message in found.left_out:
        complain(message)
    return found.objects


def read_nodes(name: str | None) -> tuple[dict[str, Any], ...] | None:
    """Return the Node objects of --nodes; None where it is not given."""
    from linter.loading import objects

    return None if name is None else objects.read_nodes(name, limits())
