"""Where problems stand in their documents."""

from __future__ import annotations

from linter.light_typing import NamedTuple
from linter.loading.document import Location

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from linter.engine.checking import Found
    from linter.loading.document import Document
    from linter.path import FieldPath


class ProblemPlace(NamedTuple):
    """Where a problem stands."""

    location: Location
    """What a finding points at: the key, or the value."""
    key_line: int
    """The line of the key: a comment may stand there, or at the first line of the location."""


def places_of(found: Sequence[Found]) -> Iterator[ProblemPlace]:
    """Yield the place of each problem, in order. Each document is read once, for all that was found in it."""
    wanted: dict[int, tuple[Document, list[FieldPath]]] = {}
    for each in found:
        if each.place is None and each.problem.at is None:
            wanted.setdefault(id(each.document), (each.document, []))[1].append(_path(each))
    known = _located(wanted) if wanted else {}
    for each in found:
        problem, document = each.problem, each.document
        if each.place is not None:
            yield each.place
        elif problem.at is not None:
            yield ProblemPlace(Location(document.source, problem.at), problem.at.line)
        else:
            key, value = known[id(document)][_path(each)]
            yield ProblemPlace(key if problem.at_key else value, key.range.line)


def _path(found: Found) -> FieldPath:
    path, resource = found.problem.path, found.resource
    return path if resource is None or not resource.root else (*resource.root, *path)


def _located(
    wanted: Mapping[int, tuple[Document, list[FieldPath]]],
) -> dict[int, dict[FieldPath, tuple[Location, Location]]]:
    """Return where the keys and values at some paths of documents stand, as `Document.locate` does."""
    from linter.loading.yaml.positions import ranges_at

    located: dict[int, dict[FieldPath, tuple[Location, Location]]] = {}
    for number, (document, repeated) in wanted.items():
        paths = [*dict.fromkeys(repeated)]
        places = located[number] = {}
        if not document.text:  # of what is built
            for path in paths:
                places[path] = document.locate(path, at_key=True), document.locate(path)
            continue
        source, has_problems = document.source, bool(document.problems)
        ranges = ranges_at(document.text, document.first_line, paths, has_problems=has_problems)
        for path, (key, value) in zip(paths, ranges, strict=True):
            places[path] = Location(source, key), Location(source, value)
    return located
