"""Annotations of nodes that hold JSON, from before there were fields for it.

Source: https://kubernetes.io/docs/reference/labels-annotations-taints/
"""

from __future__ import annotations

from linter.apiserver.core.taints import validate_taints
from linter.path import FieldPath, Key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeVar

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object

    _T = TypeVar("_T")

_RULE = "node-annotations"
_TAINTS = "scheduler.alpha.kubernetes.io/taints"
_AVOIDED = "scheduler.alpha.kubernetes.io/preferAvoidPods"
_ANNOTATIONS: FieldPath = ("metadata", "annotations")


def validate_node_annotations(annotations: Object, errors: Errors) -> None:
    """Judge what the annotations about taints and avoided pods hold."""
    if text := annotations.get(_TAINTS):
        _validate_taints(text, errors)
    if text := annotations.get(_AVOIDED):
        _validate_avoided_pods(text, errors)


def _validate_taints(text: str, errors: Errors) -> None:
    path = (*_ANNOTATIONS, Key(_TAINTS))
    try:
        taints = [
            {name: _as(str, _as(dict, taint).get(name)) for name in ("key", "value", "effect")}
            for taint in _as(list, _read(text))
        ]
    except ValueError:
        message = f"The annotation `{_TAINTS}` must hold a list of taints in JSON: write spec.taints instead."
        errors.invalid(path, message, rule=_RULE, field="metadata.annotations")
        return
    validate_taints(taints, path, errors, seen_at=(*_ANNOTATIONS, _TAINTS), is_text=True)


def _validate_avoided_pods(text: str, errors: Errors) -> None:
    path = (*_ANNOTATIONS, Key(_AVOIDED))
    try:
        entries = _as(list, _as(dict, _read(text)).get("preferAvoidPods"))
        controllers = [
            _as(dict, _as(dict, entry).get("podSignature")).get("podController") for entry in entries
        ]
        flags = [None if each is None else _as(dict, each).get("controller") for each in controllers]
    except ValueError:
        message = f"The annotation `{_AVOIDED}` must hold an object in JSON: use taints instead."
        errors.invalid(path, message, rule=_RULE, field="metadata.annotations.AvoidPods")
        return
    for index, (controller, flag) in enumerate(zip(controllers, flags, strict=True)):
        field = f"metadata.annotations.{_AVOIDED}[{index}].PodSignature"
        if controller is None:
            message = "An entry has no podSignature.podController, which names the controller of the pods."
            errors.required(path, message, rule=_RULE, field=field)
        elif flag is False:
            message = "An entry's podController must have `controller: true`."
            errors.invalid(path, message, rule=_RULE, field=f"{field}.PodController.Controller")


def _read(text: str) -> Any:
    """Return what a text holds as JSON.

    Raises:
        ValueError: It is malformed.
    """
    import json

    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("too deep") from error


def _as(kind: type[_T], value: Any) -> _T:
    """Return a value of a type, as Go reads it: null is the empty one.

    Raises:
        ValueError: It is of another type.
    """
    if value is None:
        return kind()
    if not isinstance(value, kind):
        raise ValueError(f"not a {kind.__name__}")  # noqa: TRY004  one with malformed JSON for the caller
    return value
