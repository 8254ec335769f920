"""What ConfigMaps and Secrets have in common: their keys, their size, and that they may be immutable."""

from __future__ import annotations

from linter.kube import names
from linter.kube.suggest import quote
from linter.path import format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Request
    from linter.path import FieldPath

LARGEST = 1048576
"""How many bytes all values together may have."""
_RULE = "config-data"


def validate_key(key: str, path: FieldPath, errors: Errors, *, field: FieldPath | None = None) -> None:
    """Judge a key: the name of a file, once it is mounted.

    Args:
        key: The key.
        path: Where its value is written.
        errors: Gets what is wrong.
        field: Where the server has it, if that differs.
    """
    for fault in names.config_key(key):
        spelled = None if field is None else format_path(field)
        errors.invalid(path, f"The key {quote(key)} {fault}.", rule=_RULE, field=spelled, at_key=True)


def validate_size(size: int, path: FieldPath, errors: Errors, *, field: str | None = None) -> None:
    """Judge the size of all values together, in bytes."""
    if size > LARGEST:
        message = f"The values have {size} bytes together; at most {LARGEST} are allowed. Put large files into a volume."
        errors.too_long(path, message, rule=_RULE, field=field)


def content(value: str | list[int]) -> bytes:
    """Return the bytes that a field of type byte holds: as a text in base64, or as a list of numbers."""
    if isinstance(value, str):
        from base64 import b64decode

        return b64decode(value)
    return bytes(map(int, value))


def validate_immutable(request: Request, changed: Iterable[str], errors: Errors) -> None:
    """Refuse an update that changes an object which says `immutable: true`.

    Args:
        request: The request; it has a stored object.
        changed: The fields with data that differ from the stored object's.
        errors: Gets what is wrong.
    """
    assert request.old is not None  # noqa: S101  an update
    if not request.old.object.get("immutable"):
        return
    kind = request.kind
    if not request.object.get("immutable"):
        message = (
            f"The stored {kind} is immutable, which can't be taken back: create another one under a new name."
        )
        errors.forbidden(("immutable",), message, rule="immutable-fields")
    for field in changed:
        message = f"The stored {kind} is immutable: leave its data, or create another one under a new name."
        if request.object.get(field) == {}:
            message += f" An empty {field} is not the same as none: delete the field."
        errors.forbidden((field,), message, rule="immutable-fields")
