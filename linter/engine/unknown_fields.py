"""What else is wrong with an object that has unknown fields: the API server stops there, people want to know it in one go."""

from __future__ import annotations

import copy

from linter.kube.suggest import suggest
from linter.loading.resource import Resource
from linter.path import value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from linter.apiserver.errors import Error
    from linter.engine.rule import Problem
    from linter.path import FieldPath


def without_unknown(resource: Resource, errors: Sequence[Error]) -> Resource | None:
    """Return the resource without its unknown fields; None where what they hold may belong to another place.

    A misspelt list or map is missing elsewhere, and much of what would be said of the rest would only follow from that.

    Args:
        resource: The resource as written.
        errors: What the API server cannot decode.
    """
    unknown = [error.path for error in errors if error.reason is not None]
    if any(error.reason not in {None, "UnknownField"} for error in errors) or any(
        isinstance(value_at(resource.manifest, path), (dict, list)) for path in unknown
    ):
        return None
    manifest: dict[str, Any] = copy.deepcopy(resource.manifest)
    for *parent, key in unknown:
        del value_at(manifest, tuple(parent))[key]
    return Resource(manifest, resource.document, resource.root, partly_known=resource.partly_known)


def follows_from(error: Problem, unknown: FieldPath) -> bool:
    """Tell whether an error may only follow from a field that is not known: one of nearly the same name, or elsewhere."""
    wanted = str(error.path[-1]) if error.path else ""
    return suggest(str(unknown[-1]), [wanted]) is not None
