"""What stands in a manifest, where kubectl reads it as something else: `y`, `on`, `0123`, `1e3`."""

from __future__ import annotations

import json

from linter.engine.built import in_file
from linter.path import value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.engine.rule import Problem
    from linter.loading.resource import Resource


def as_written(problem: Problem, resource: Resource) -> Problem:
    """Return what the API server says of a value or key that it cannot decode, with what is written where it reads otherwise.

    The server knows the value alone: it complains of `true`, and nobody finds that in a manifest that says `y`.
    """
    if resource.document.written is not None:
        found = in_file(problem, resource)
        if found is None:
            return problem
        resource = found
    document = resource.document
    path = (*resource.root, *problem.path)
    match problem.reason:
        case "TypeMismatch":
            value = value_at(document.value, path)
            if not isinstance(value, (bool, int, float)):
                return problem
            written, read = document.plain_text_at(document.positions.value(path)), json.dumps(value)
        case "UnknownField":
            written, read = document.plain_text_at(document.positions.key(path)), str(path[-1])
        case _:
            return problem
    if written is None or written == read:
        return problem
    return problem._replace(
        message=f"{problem.message} `{written}` is what is written, and kubectl reads it as `{read}`."
    )
