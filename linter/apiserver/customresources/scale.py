"""The scale subresource: where a definition says that numbers of replicas are, there must be some."""

from __future__ import annotations

from linter.kube.suggest import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object

_RULE = "custom-resource-scale"
_MOST = 2**31 - 1


def validate_scale(value: Object, scale: Object, errors: Errors) -> None:
    """Judge what stands at the paths of a scale subresource. The server spells them as the definition does.

    Args:
        value: The custom resource.
        scale: The subresource, as its definition has it.
        errors: Gets what is wrong.
    """
    for name in ("specReplicasPath", "statusReplicasPath"):
        field = scale.get(name) or ""
        path = tuple(field.removeprefix(".").split("."))
        replicas, is_known = _nested(value, path)
        if not is_known or not isinstance(replicas, int) or isinstance(replicas, bool):
            message = f"The scale subresource reads {quote(field)} as a whole number: write one."
            errors.invalid(path, message, rule=_RULE, field=field)
        elif not 0 <= replicas <= _MOST:
            message = f"The number of replicas is {replicas}; it must lie between 0 and {_MOST}."
            errors.invalid(path, message, rule=_RULE, field=field)
    if field := scale.get("labelSelectorPath") or "":
        path = tuple(field.removeprefix(".").split("."))
        selector, is_known = _nested(value, path, absent="")
        if not is_known or not isinstance(selector, str):
            message = f"The scale subresource reads {quote(field)} as a text: write one."
            errors.invalid(path, message, rule=_RULE, field=field)


def _nested(value: Any, path: tuple[str, ...], absent: Any = 0) -> tuple[Any, bool]:
    """Return what stands at a path, and whether there is a way to it. What is absent is known to be absent."""
    for name in path:
        if not isinstance(value, dict):
            return None, False
        if name not in value:
            return absent, True
        value = value[name]
    return value, True
