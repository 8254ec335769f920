"""Expressions in CEL about a device.

Source: cel/compile.go of k8s.io/dynamic-resource-allocation.
"""

from __future__ import annotations

from linter.cel.check.compile import compiled
from linter.cel.check.declared import Declared
from linter.cel.check.scope import ObjectType, Scope
from linter.cel.check.types import BOOL, DYN, STRING, Type, described, map_of
from linter.cel.estimate.cost import most_cost

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from linter.apiserver.errors import Errors
    from linter.cel.estimate.interval import Interval
    from linter.path import FieldPath

_MOST_COST: Final = 1_000_000
_ENTRIES: Final = 32
_DOMAIN: Final = Declared(STRING, 63)
_ID: Final = Declared(STRING, 32)
# Whether an attribute is one value or a list is not known beforehand.
_ATTRIBUTE: Final = Declared(DYN, 64)
_QUANTITY: Final = Declared(Type("kubernetes.Quantity"))


def _by_name(value: Declared) -> Declared:
    """Return maps of maps of values: by the domain and the rest of a qualified name."""
    inner = Declared(map_of(STRING, value.type), _ENTRIES, element=value, key=_ID)
    return Declared(map_of(STRING, inner.type), _ENTRIES, element=inner, key=_DOMAIN)


_DEVICE: Final = Declared(
    Type("kubernetes.DRADevice"),
    fields={
        "driver": Declared(STRING, 63),
        "attributes": _by_name(_ATTRIBUTE),
        "capacity": _by_name(_QUANTITY),
        "allowMultipleAllocations": Declared(BOOL, 1),
    },
)
_OBJECTS: Final = {
    "kubernetes.DRADevice": ObjectType("`device`", {name: each.type for name, each in _DEVICE.fields.items()})
}


def validate_device_expression(expression: str, path: FieldPath, errors: Errors, *, rule: str) -> None:
    """Judge an expression about a device, and what it may cost.

    Args:
        expression: It; not blank.
        path: Where it is.
        errors: Gets what is wrong.
        rule: The id of the page.
    """
    result = compiled(expression, Scope({"device": _DEVICE.type}, _OBJECTS, errors.version.minor, binds=True))
    if result.fault is not None:
        errors.invalid(path, f"The expression is not CEL about a device: {result.fault}.", rule=rule)
    elif result.type not in {None, BOOL, DYN}:
        message = f"The expression must be true or false, but gives {described(result.type)}."
        errors.invalid(path, message, rule=rule)
    elif result.checked is not None and most_cost(result.checked, _size_of) > _MOST_COST:
        message = "The expression may cost more than the server allows: make it simpler, with fewer loops within each other."
        errors.forbidden(path, message, rule=rule)


def _size_of(steps: list[str]) -> Interval | None:
    if steps[0] != "device":
        return None
    # Each attribute has the same size, whatever its name.
    names = steps[1:]
    if len(names) > 2 and names[0] == "attributes" and not names[2].startswith("@"):
        names[2] = "@values"
    return _DEVICE.size_of(["device", *names])
