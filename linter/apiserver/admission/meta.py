"""The metadata of objects that govern admission."""

from __future__ import annotations

from linter.apiserver.meta import validate_meta

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Request

_STATIC = ".static.k8s.io"


def validate_admission_meta(request: Request, errors: Errors) -> None:
    """Judge the metadata of an object that governs admission."""
    validate_meta(request, errors, finalizers_need_domain=False)
    name = request.metadata.get("name") or ""
    if errors.version >= (1, 37) and request.old is None and name.endswith(_STATIC):
        message = (
            f"Names that end in `{_STATIC}` are kept for manifests on the API server's disk: choose another."
        )
        errors.invalid(("metadata", "name"), message, rule="object-name")
