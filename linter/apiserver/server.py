"""The API server of one Kubernetes version, as far as it judges objects: the only admission there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.apiserver.errors import Errors
from linter.apiserver.kinds import strategy_of
from linter.apiserver.meta import warn_of_object_meta

if TYPE_CHECKING:
    from linter.apiserver.request import Request


def validate(request: Request) -> Errors | None:
    """Judge an object that decodes, as the server does once it has applied defaults.

    Returns:
        Errors and warnings; None where nothing is known of the kind but the types of its fields.
    """
    strategy = strategy_of(request.manifest["apiVersion"], request.kind)
    if strategy is None:
        return None
    errors = Errors(request.version)
    if request.old is not None and request.old.manifest["kind"] != request.kind:
        stored = request.old.manifest["kind"]
        message = (
            f"The stored object is a {stored}: a {request.kind} is another object, to be created beside it."
        )
        errors.invalid(("kind",), message, rule="object-identity")
        return errors
    _validate_request_namespace(request, errors)
    if strategy.prepare is not None:
        request = strategy.prepare(request)
    if request.old is None:
        strategy.validate(request, errors)
    else:
        strategy.validate_update(request, errors)
    # The server warns only of what it takes.
    if not errors.errors:
        warn_of_object_meta(request, errors)
        if strategy.warn is not None:
            strategy.warn(request, errors)
    return errors


def _validate_request_namespace(request: Request, errors: Errors) -> None:
    written = request.metadata.get("namespace")
    if request.namespace is not None and written and written != request.namespace:
        errors.invalid(
            ("metadata", "namespace"),
            f"The object says namespace `{written}`, but the request goes to `{request.namespace}`.",
            rule="request-namespace",
        )
