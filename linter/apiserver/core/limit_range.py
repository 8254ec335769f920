"""LimitRange.

Source: https://kubernetes.io/docs/concepts/policy/limit-range/
"""

from __future__ import annotations

from linter.apiserver.core.resource_names import (
    amount,
    is_overcommittable,
    validate_container_resource_name,
    validate_resource_name,
)
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_meta
from linter.kube import names
from linter.kube.suggest import did_you_mean, one_of, quote
from linter.path import FieldPath, Key, format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request
    from linter.kube.quantities import Quantity

TYPES = ("Pod", "Container", "PersistentVolumeClaim")
_RULE = "limit-range"
_UUID = "00000000-0000-0000-0000-000000000000"
_ONE = 10**9
_MOST_WHOLE = (2**63 - 1) // 1000
"""From here on the server leaves out fractions: thousandths would not fit into 64 bits."""
_DEFAULTS = ("default", "defaultRequest")
Amounts = dict[str, "Quantity"]


def validate_limit_range(request: Request, errors: Errors) -> None:
    """Judge a LimitRange."""
    validate_meta(_named(request), errors, keeps_generation=True)
    limits = request.spec.get("limits") or []
    for index, limit in enumerate(limits):
        path = ("spec", "limits", index)
        kind = limit.get("type") or ""
        _validate_type(kind, (*path, "type"), errors)
        if any((earlier.get("type") or "") == kind for earlier in limits[:index]):
            message = f"The type {quote(kind)} is there twice: write one item for it."
            errors.duplicate((*path, "type"), message, rule=_RULE)
        _validate_limit(limit, kind, path, errors)


def _named(request: Request) -> Request:
    """Return the request as the server has it: a new LimitRange without a name gets a UUID as name."""
    metadata = request.metadata
    if request.old is not None or metadata.get("name") or metadata.get("generateName"):
        return request
    return request.with_object({**request.object, "metadata": {**metadata, "name": _UUID}}, request.old)


def _validate_type(kind: str, path: FieldPath, errors: Errors) -> None:
    if faults := names.qualified_name(kind):
        errors.faults(path, "The type", kind, faults, rule=_RULE)
    elif "/" not in kind and kind not in TYPES:
        message = f"The type is {quote(kind)}; it must be {one_of(TYPES)}.{did_you_mean(kind, TYPES)}"
        errors.invalid(path, message, rule=_RULE)


def _validate_limit(limit: Object, kind: str, path: FieldPath, errors: Errors) -> None:
    """Judge an item. A Container's defaults are filled from max and min, so that their faults come again there."""
    known: dict[str, Amounts] = {}
    fields = ("max", "min", *(() if kind == "Pod" else _DEFAULTS), "maxLimitRequestRatio")
    for field in fields:
        known[field] = {name: amount(value) for name, value in (limit.get(field) or {}).items()}
        for name in known[field]:
            check = (
                validate_container_resource_name if kind in {"Pod", "Container"} else validate_resource_name
            )
            check(name, (*path, field, Key(name)), errors, rule=_RULE)
    if kind == "Pod":
        for field in _DEFAULTS:
            if limit.get(field):
                message = f"Pods have no {field}: move it to an item of type Container."
                errors.forbidden((*path, field), message, rule=_RULE)
    if kind == "PersistentVolumeClaim" and "storage" not in known["max"] and "storage" not in known["min"]:
        message = "The item for claims limits no storage: write min.storage or max.storage."
        # The server says `limits` once more in this path.
        errors.required(path, message, rule=_RULE, field=format_path((*path, "limits")))
    for name in dict.fromkeys(name for field in fields for name in known[field]):
        _validate_resource(name, known, path, errors)


def _validate_resource(name: str, known: dict[str, Amounts], path: FieldPath, errors: Errors) -> None:
    """Judge how the amounts of one resource fit together."""
    low, high = known["min"].get(name), known["max"].get(name)
    limit, request = (known.get(field, {}).get(name) for field in _DEFAULTS)
    default_path, request_path = ((*path, field, Key(name)) for field in _DEFAULTS)

    def in_order(
        smaller: Quantity | None, what: str, larger: Quantity | None, than: str, at: FieldPath
    ) -> None:
        if smaller is not None and larger is not None and smaller.nanos > larger.nanos:
            message = f"{what} of {quote(name)} ({smaller}) is greater than {than} ({larger})."
            errors.invalid(at, message, rule=_RULE)

    in_order(low, "The min", high, "the max", (*path, "min", Key(name)))
    in_order(low, "The min", request, "the default request", request_path)
    in_order(request, "The default request", high, "the max", request_path)
    in_order(request, "The default request", limit, "the default limit", request_path)
    in_order(low, "The min", limit, "the default limit", default_path)
    in_order(limit, "The default limit", high, "the max", default_path)
    ratio = known["maxLimitRequestRatio"].get(name)
    if ratio is not None:
        _validate_ratio(ratio, low, high, (*path, "maxLimitRequestRatio", Key(name)), errors)
    if (
        not is_overcommittable(name)
        and limit is not None
        and request is not None
        and limit.nanos != request.nanos
    ):
        message = f"{quote(name)} can't be overcommitted: default ({limit}) and defaultRequest ({request}) must be equal."
        errors.invalid(request_path, message, rule=_RULE)


def _validate_ratio(
    ratio: Quantity, low: Quantity | None, high: Quantity | None, path: FieldPath, errors: Errors
) -> None:
    if ratio.nanos < _ONE:
        errors.invalid(
            path, f"The ratio {ratio} is less than 1: a limit is at least the request.", rule=_RULE
        )
    if low is not None and high is not None and _is_above(ratio, low, high):
        message = f"The ratio {ratio} is greater than max / min ({high} / {low}): no container reaches it."
        errors.invalid(path, message, rule=_RULE)


def _is_above(ratio: Quantity, low: Quantity, high: Quantity) -> bool:
    """Tell whether a ratio is greater than that of two amounts, which may be 0, in the server's floating point."""
    amounts = [each.nanos for each in (ratio, low, high)]
    whole = [-(-each // _ONE) for each in amounts]
    if max(whole) >= _MOST_WHOLE:
        amounts = [each * _ONE for each in whole]
    value, smaller, larger = amounts
    if not smaller:
        # What is divided by 0 is infinite, and 0 / 0 is not a number: only minus infinity is less than a ratio.
        return larger < 0
    return value / _ONE > larger / smaller


LIMIT_RANGE = Strategy(validate_limit_range, validate_limit_range)
