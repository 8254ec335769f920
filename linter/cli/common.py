"""What several commands do with their options: limits, colours, versions, and files of objects."""

from __future__ import annotations

import os
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from linter.loading.discovery import Skipped
    from linter.loading.limits import Limits
    from linter.loading.source import Source, Unreadable
    from linter.version import KubeVersion

_limits: ContextVar[Limits | None] = ContextVar("limits", default=None)


def set_limits(values: Sequence[str]) -> None:
    """Read the values of --limit; they hold for the rest of the run."""
    from linter.cli.errors import fail
    from linter.loading.limits import DEFAULT, HIGHEST

    chosen = {}
    for value in values:
        name, equals, number = value.partition("=")
        field = name.replace("-", "_")
        if not equals or field not in DEFAULT._fields:
            known = ", ".join(each.replace("_", "-") for each in DEFAULT._fields)
            fail(f"--limit {value}: write NAME=NUMBER; the limits are {known}.")
        highest: int = getattr(HIGHEST, field)
        if len(number) > 18 or not (number.isascii() and number.isdigit()) or not 1 <= int(number) <= highest:
            fail(f"--limit {value}: the number must be one from 1 to {highest}.")
        chosen[field] = int(number)
    _limits.set(DEFAULT._replace(**chosen))


def limits() -> Limits:
    """Return the limits that --limit asks for, else the defaults."""
    from linter.loading.limits import DEFAULT

    return _limits.get() or DEFAULT


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


def parse_kubernetes_version(text: str) -> KubeVersion:
    """Read --kubernetes-version; a wrong one ends the program with its message."""
    from linter.cli.errors import fail
    from linter.version import VersionError, parse_version

    try:
        return parse_version(text)
    except VersionError as error:
        fail(f"--kubernetes-version: {error}")


def read_objects(names: Sequence[str]) -> list[dict[str, Any]]:
    """Read all objects of the files as plain values; the first one that cannot be read ends the program."""
    from linter.loading.discovery import read_all

    return objects_of(read_all(names, limits=limits()), strict=True)


def objects_of(
    sources: Iterable[Source | Unreadable | Skipped], prefix: str = "", *, strict: bool = False
) -> list[dict[str, Any]]:
    """Return all objects of the sources as plain values.

    The first text that cannot be read ends the program with file and position. Files that are skipped (templates, patches) do
    so only where `strict` says that the user named them.

    Args:
        sources: What was found.
        prefix: Put before the names of files in messages.
        strict: Refuse skipped files.
    """
    from linter.cli.errors import UNREADABLE, complain, fail
    from linter.loading.discovery import Skipped
    from linter.loading.source import Unreadable
    from linter.loading.yaml.reader import may_be_kubernetes, read_documents, resources_of

    objects: list[dict[str, Any]] = []
    for source in sources:
        if isinstance(source, Unreadable):
            fail(f"{prefix}{source.name}: {source.message}", UNREADABLE)
        if isinstance(source, Skipped):
            if strict:
                fail(f"{prefix}{source.name}: {source.reason}", UNREADABLE)
            continue
        for document in read_documents(source, limits=limits()):
            if not source.explicit and not may_be_kubernetes(document):
                continue
            for problem in document.problems:
                if problem.reason is None:
                    continue
                place = problem.range
                message = f"{prefix}{source.name}:{place.line}:{place.column}: {problem.message}"
                if source.explicit:
                    fail(message, UNREADABLE)
                complain(f"{message} The file is left out.")
            objects.extend(resource.manifest for resource in resources_of(document))
    return objects


def read_nodes(name: str | None) -> tuple[dict[str, Any], ...] | None:
    """Read the Node objects of --nodes; a file without any ends the program."""
    if name is None:
        return None
    from linter.cli.errors import fail

    nodes = tuple(each for each in read_objects([name]) if each.get("kind") == "Node")
    if not nodes:
        fail(f"--nodes {name}: there is no Node object in it.")
    for node in nodes:
        _check_node(node, name)
    return nodes


def _check_node(node: dict[str, Any], name: str) -> None:
    from linter.cli.errors import fail

    metadata = node.get("metadata")
    labels = metadata.get("labels") if isinstance(metadata, dict) else None
    named = isinstance(metadata, dict) and isinstance(metadata.get("name"), str)
    if not named or not isinstance(labels or {}, dict) or not isinstance(node.get("spec") or {}, dict):
        fail(f"--nodes {name}: a Node needs metadata.name, and labels that are a mapping.")
