"""ConfigMap.

Source: https://kubernetes.io/docs/concepts/configuration/configmap/
"""

from __future__ import annotations

from linter.apiserver.core.data import content, validate_immutable, validate_key, validate_size
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_meta
from linter.kube import names
from linter.kube.suggest import quote
from linter.path import Key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Request


def validate_config_map(request: Request, errors: Errors) -> None:
    """Judge a ConfigMap."""
    validate_meta(request, errors, keeps_generation=True)
    data = request.object.get("data") or {}
    binary = request.object.get("binaryData") or {}
    for key in data:
        validate_key(key, ("data", Key(key)), errors)
        if key in binary:
            message = f"The key {quote(key)} is in data and in binaryData: keep one of them."
            errors.invalid(("data", Key(key)), message, rule="config-data")
    for key in binary:
        validate_key(key, ("binaryData", Key(key)), errors)
    size = sum(map(names.byte_length, data.values())) + sum(len(content(value)) for value in binary.values())
    # The server means the whole object, and spells it so.
    validate_size(size, (), errors, field="[]")


def validate_config_map_update(request: Request, errors: Errors) -> None:
    """Judge a ConfigMap that takes the place of a stored one."""
    assert request.old is not None  # noqa: S101  an update
    validate_config_map(request, errors)
    new, old = request.object, request.old.object
    changed = [field for field in ("data", "binaryData") if (new.get(field) or {}) != (old.get(field) or {})]
    if new.get("binaryData") == {} and "binaryData" not in changed:
        changed.append("binaryData")  # the server stores none, which differs from an empty one
    validate_immutable(request, changed, errors)


CONFIG_MAP = Strategy(validate_config_map, validate_config_map_update)
