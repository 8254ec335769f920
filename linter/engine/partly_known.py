"""What can be said of an object of which some values are not known (linter.kube.unknown)."""

from __future__ import annotations

from linter.apiserver.request import Request
from linter.kube.defaults.apply import apply_defaults
from linter.kube.unknown import concerns_unknown, has_mark, known, names_unknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.apiserver.errors import Error
    from linter.apiserver.server import Server
    from linter.engine.rule import Problem
    from linter.loading.resource import Resource

_STAND_INS = (5, 100_000)
"""A small and a large number."""


def about_known(errors: Sequence[Error], resource: Resource) -> Sequence[Error]:
    """Return what the API server says of values that are known."""
    if not resource.partly_known:
        # The definition of a custom resource may be known in part.
        return [error for error in errors if not has_mark(error.message)]
    return [error for error in errors if not _is_about_unknown(error, resource)]


def _is_about_unknown(error: Error, resource: Resource) -> bool:
    at_key = error.at_key or error.reason == "UnknownField"
    # It stands at the labels, and is as much about the selector.
    if error.rule == "selector-mismatch" and concerns_unknown(resource.manifest, ("spec", "selector"), ""):
        return True
    if error.reason == "NotFound" and names_unknown(resource.manifest.get("spec")):
        return True
    return concerns_unknown(resource.manifest, error.path, error.message, at_key=at_key)


def whatever_it_is(
    errors: Sequence[Error], resource: Resource, server: Server, request: Request
) -> Sequence[Error]:
    """Return those errors that do not come of the defaults in the place of values that are not known.

    Args:
        errors: What the server says where they are left out.
        resource: The resource.
        server: The API server.
        request: What it was asked.
    """
    for number in _STAND_INS:
        other = known(resource.manifest, number)
        if any(error.reason for error in server.decode(other)):
            break  # a number does not fit everywhere
        answer = server.validate(
            Request(request.version, other, apply_defaults(other), request.old, request.namespace)
        )
        remaining = {(error.rule, error.path) for error in answer.errors or answer.warnings}
        errors = [error for error in errors if (error.rule, error.path) in remaining]
    return errors


def is_unsure(problem: Problem, resource: Resource | None) -> bool:
    """Tell whether a rule judged a value that is not known, of this object or of another one that it names."""
    if resource is None or not resource.partly_known:
        return has_mark(problem.message)
    return concerns_unknown(resource.manifest, problem.path, problem.message, at_key=problem.at_key)
