"""Files → the objects in them as plain values, without positions, for plans and the nodes that rules may know."""

from __future__ import annotations

from types import MappingProxyType

from linter.errors import InputError, UnreadableError
from linter.kube.unknown import planned
from linter.light_typing import NamedTuple
from linter.loading.discovery import Skipped, read_all
from linter.loading.limits import DEFAULT
from linter.loading.recognition import may_be_kubernetes, skip_reason
from linter.loading.source import Unreadable
from linter.loading.variables import find_variables
from linter.loading.yaml.reader import read_documents, resources_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any, Final

    from linter.loading.document import Document
    from linter.loading.limits import Limits
    from linter.loading.place import LoadProblem
    from linter.loading.source import Source


class Objects(NamedTuple):
    """What was read."""

    objects: list[dict[str, Any]]
    """The objects, as written, in the order of the sources."""
    left_out: list[str]
    """What is wrong with documents of files that nobody named and that are left out, each with its position."""


_NO_VARIABLES: Final[Mapping[str, str]] = MappingProxyType({})


def _nothing(_document: Document, _problem: LoadProblem) -> bool:
    return False


def objects_of(
    sources: Iterable[Source | Unreadable | Skipped],
    prefix: str = "",
    *,
    strict: bool = False,
    limits: Limits = DEFAULT,
    suppressed: Callable[[Document, LoadProblem], bool] = _nothing,
    variables: Mapping[str, str] = _NO_VARIABLES,
) -> Objects:
    """Return all objects of the sources.

    Args:
        sources: What was found.
        prefix: Put before the names of files in messages.
        strict: Refuse files that are skipped (templates, patches), as the user named them.
        limits: Bounds on each source.
        suppressed: Tells whether a problem of a document that has a value nevertheless is taken as it is.
        variables: Values of variables that hold in all sources, whatever Flux says.

    Raises:
        UnreadableError: A file that was named cannot be read; with its position.
    """
    result = Objects([], [])
    listed = list(sources)
    found = find_variables(listed, variables)
    for source in listed:
        if isinstance(source, Unreadable):
            raise UnreadableError(f"{prefix}{source.name}: {source.message}")
        if isinstance(source, Skipped):
            if strict and not source.by_default:
                raise UnreadableError(f"{prefix}{source.name}: {source.reason}")
            continue
        source = source._replace(variables=found.of(source.name))  # noqa: PLW2901  the same source, with what Flux says
        documents = read_documents(source, limits=limits)
        if not source.explicit and skip_reason(documents):
            continue
        for document in documents:
            if not source.explicit and not may_be_kubernetes(document):
                continue
            faults = [
                f"{prefix}{source.name}:{problem.range.line}:{problem.range.column}: {problem.message}"
                for problem in document.problems
                if problem.reason is not None
                and not (document.value is not None and suppressed(document, problem))
            ]
            if faults and source.explicit:
                raise UnreadableError(faults[0])
            result.left_out.extend(f"{fault} The document is left out." for fault in faults)
            if not faults:
                result.objects.extend(
                    planned(resource.manifest) if resource.partly_known else resource.manifest
                    for resource in resources_of(document)
                )
    return result


def read_objects(names: Sequence[str], limits: Limits = DEFAULT) -> Objects:
    """Return all objects of files, folders and glob patterns; `-` is standard input.

    Args:
        names: The files, folders and patterns.
        limits: Bounds on each file.

    Raises:
        UnreadableError: A file that was named cannot be read; with its position.
    """
    return objects_of(read_all(names, limits=limits), strict=True, limits=limits)


def read_nodes(name: str, limits: Limits = DEFAULT) -> tuple[dict[str, Any], ...]:
    """Return the Node objects of a file.

    Raises:
        InputError: The file has no Node, or a malformed one.
        UnreadableError: The file cannot be read.
    """
    nodes = tuple(each for each in read_objects([name], limits).objects if each.get("kind") == "Node")
    if not nodes:
        raise InputError(f"--nodes {name}: there is no Node object in it.")
    for node in nodes:
        metadata = node.get("metadata")
        labels = metadata.get("labels") if isinstance(metadata, dict) else None
        named = isinstance(metadata, dict) and isinstance(metadata.get("name"), str)
        if not named or not isinstance(labels or {}, dict) or not isinstance(node.get("spec") or {}, dict):
            raise InputError(f"--nodes {name}: a Node needs metadata.name, and labels that are a mapping.")
    return nodes
