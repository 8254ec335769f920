"""Where problems stand in their documents."""

from __future__ import annotations

from linter.light_typing import NamedTuple
from linter.loading.document import Location

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linter.engine.checking import Found
    from linter.loading.document import Places
    from linter.path import FieldPath


class ProblemPlace(NamedTuple):
    """Where a problem stands."""

    location: Location
    """What a finding points at: the key, or the value."""
    key_line: int
    """The line of the key: a comment may stand there, or at the first line of the location."""


def places_of(found: Sequence[Found]) -> Iterator[ProblemPlace]:
    """Yield the place of each problem, in order. Each document is read once, for all that was found in it."""
    wanted: dict[int, dict[FieldPath, None]] = {}
    for each in found:
        if each.place is None and each.problem.at is None:
            wanted.setdefault(id(each.document), {})[_path(each)] = None
    known: dict[int, dict[FieldPath, Places]] = {}
    for each in found:
        if each.place is not None:
            yield each.place
        elif each.problem.at is not None:
            yield ProblemPlace(Location(each.document.source, each.problem.at), each.problem.at.line)
        else:
            number = id(each.document)
            if number not in known:
                paths = list(wanted.pop(number))
                known[number] = dict(zip(paths, each.document.places(paths), strict=True))
            places = known[number][_path(each)]
            yield ProblemPlace(places.key if each.problem.at_key else places.value, places.key.range.line)


def _path(found: Found) -> FieldPath:
    path = found.problem.path
    return path if found.resource is None else (*found.resource.root, *path)
