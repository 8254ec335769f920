"""From an object that a kustomization builds back to the one in the file that says what is wrong."""

from __future__ import annotations

from linter.path import value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.engine.rule import Problem
    from linter.loading.resource import Resource


def in_file(problem: Problem, resource: Resource) -> Resource | None:
    """Return the object as it stands in the file that a problem of a built object is in.

    Returns:
        The object, which has the same at the same path; None where there is none: a patch says it in other words, or a kustomization or
        a file outside of the run says it.
    """
    paths = {problem.path, problem.path if problem.fix is None else problem.fix.path}
    places = [(path, resource.document.locate(path, at_key=True)) for path in paths]
    source = places[0][1].source
    if any(place.source is not source for _, place in places):
        return None
    for candidate in resource.document.resources_in(source):
        document, root = candidate.document, candidate.root
        if all(
            document.locate((*root, *path), at_key=True).range == place.range
            and document.missing((*root, *path)) == resource.document.missing(path)
            # What is filled in differs, and cannot be compared where it is not known.
            and (
                resource.partly_known
                or value_at(candidate.manifest, path) == value_at(resource.manifest, path)
            )
            for path, place in places
        ):
            return candidate
    return None
