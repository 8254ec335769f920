"""What a HorizontalPodAutoscaler of autoscaling/v1 says in annotations, as the server reads it before it looks at the object.

The fields of autoscaling/v2 travel through autoscaling/v1 as JSON in annotations. The server turns them back into fields, whose
paths it names; other JSON it ignores.
"""

from __future__ import annotations

from linter.kube import quantities
from linter.light_typing import NamedTuple
from linter.path import FieldPath, Key, format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from linter.apiserver.errors import Error
    from linter.apiserver.request import Object

METRICS = "autoscaling.alpha.kubernetes.io/metrics"
BEHAVIOR = "autoscaling.alpha.kubernetes.io/behavior"

_SELECTOR = "any"
# The structs of the JSON: a type is one of these names, a scalar, or a list of one type.
_STRUCTS: dict[str, dict[str, Any]] = {
    "metric": {
        "type": "string",
        "object": "object",
        "pods": "pods",
        "resource": "resource",
        "containerResource": "containerResource",
        "external": "external",
    },
    "object": {
        "target": "reference",
        "metricName": "string",
        "targetValue": "quantity",
        "averageValue": "quantity",
        "selector": _SELECTOR,
    },
    "reference": {"kind": "string", "name": "string", "apiVersion": "string"},
    "pods": {"metricName": "string", "targetAverageValue": "quantity", "selector": _SELECTOR},
    "resource": {
        "name": "string",
        "targetAverageUtilization": "int32",
        "targetAverageValue": "quantity",
    },
    "containerResource": {
        "name": "string",
        "container": "string",
        "targetAverageUtilization": "int32",
        "targetAverageValue": "quantity",
    },
    "external": {
        "metricName": "string",
        "metricSelector": _SELECTOR,
        "targetValue": "quantity",
        "targetAverageValue": "quantity",
    },
    "behavior": {"scaleUp": "rules", "scaleDown": "rules"},
    "rules": {
        "stabilizationWindowSeconds": "int32",
        "selectPolicy": "string",
        "policies": ["policy"],
        "tolerance": "quantity",
    },
    "policy": {"type": "string", "value": "int32", "periodSeconds": "int32"},
}


class InAnnotations(NamedTuple):
    """What annotations add to the spec."""

    metrics: list[Object]
    """As autoscaling/v2 has them; they come before that of the spec."""
    behavior: Object | None
    """As autoscaling/v2 has it, but without defaults."""


def read_annotations(metadata: Object) -> InAnnotations:
    """Return what the annotations of an autoscaler say, as the server has it."""
    annotations: dict[str, str] = metadata.get("annotations") or {}
    metrics = _decode(annotations.get(METRICS), ["metric"]) or []
    behavior = _decode(annotations.get(BEHAVIOR), "behavior")
    return InAnnotations([_metric(metric) for metric in metrics], behavior or None)


def at_annotation(error: Error, metrics: int) -> Error:
    """Return an error about a field that an annotation holds at that annotation, and any other error as it is.

    Args:
        error: The error; its path is that of autoscaling/v2.
        metrics: How many metrics the annotation holds.
    """
    path = error.path
    inside: FieldPath = ("metadata", "annotations")
    is_metric = path[:2] == ("spec", "metrics") and len(path) > 2 and int(path[2]) < metrics
    if not is_metric and path[:2] != ("spec", "behavior"):
        return error
    name = METRICS if is_metric else BEHAVIOR
    field = error.field or format_path(path)
    return error._replace(path=(*inside, Key(name)), field=field, at_key=False)


def _decode(text: str | None, type_: Any) -> Any:
    """Read JSON as Go does: in any case of the letters of keys, without unknown ones; None where it has other types."""
    from json import loads

    if not text:
        return None
    try:
        return _typed(loads(text), type_)
    except (TypeError, ValueError, RecursionError):
        return None


def _typed(value: Any, type_: Any) -> Any:
    """Return a value with the fields that its type has.

    Raises:
        TypeError: It is of another type.
    """
    fits: bool
    if value is None:
        return None
    if isinstance(type_, list):
        if not isinstance(value, list):
            raise TypeError
        empty: Object = {}
        return [empty if each is None else _typed(each, type_[0]) for each in value]
    if type_ in _STRUCTS:
        if not isinstance(value, dict):
            raise TypeError
        fields = {name.lower(): name for name in _STRUCTS[type_]}
        found: Object = {}
        for key, each in value.items():
            name = fields.get(key.lower())
            if name is not None and each is not None:
                found[name] = _typed(each, _STRUCTS[type_][name])
        return found
    match type_:
        case "string":
            fits = isinstance(value, str)
        case "int32":
            fits = isinstance(value, int) and not isinstance(value, bool) and -(2**31) <= value < 2**31
        case "quantity":
            fits = quantities.is_quantity(value)
        case _:
            fits = isinstance(value, dict)
    if not fits:
        raise TypeError
    return value


def _metric(metric: Object) -> Object:
    """Return a metric of the annotation as autoscaling/v2 has it."""
    converted: Object = {"type": metric.get("type", "")}
    if (block := metric.get("object")) is not None:
        value, average = block.get("targetValue", "0"), block.get("averageValue")
        target: Object = {"type": "Value", "value": value}
        if average is not None:
            # A target of 0 stands for none: autoscaling/v1 cannot leave it out.
            kept = {"value": value} if quantities.parse(value).nanos else {}
            target = {"type": "AverageValue", "averageValue": average, **kept}
        converted["object"] = {
            "describedObject": block.get("target", {}),
            "metric": {"name": block.get("metricName", "")},
            "target": target,
        }
    if (block := metric.get("pods")) is not None:
        target = {"type": "AverageValue", "averageValue": block.get("targetAverageValue", "0")}
        converted["pods"] = {"metric": {"name": block.get("metricName", "")}, "target": target}
    for source in ("resource", "containerResource"):
        if (block := metric.get(source)) is not None:
            target = {"type": "Utilization" if "targetAverageUtilization" in block else "AverageValue"}
            for name, old in (
                ("averageUtilization", "targetAverageUtilization"),
                ("averageValue", "targetAverageValue"),
            ):
                if old in block:
                    target[name] = block[old]
            kept = {name: block[name] for name in ("name", "container") if name in block}
            converted[source] = {**kept, "target": target}
    if (block := metric.get("external")) is not None:
        target = {"type": "Value" if "targetValue" in block else "AverageValue"}
        for name, old in (("value", "targetValue"), ("averageValue", "targetAverageValue")):
            if old in block:
                target[name] = block[old]
        converted["external"] = {"metric": {"name": block.get("metricName", "")}, "target": target}
    return converted
