"""PriorityClass.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/
"""

from __future__ import annotations

from linter.apiserver.constraints import check
from linter.apiserver.fields import refuse_change, validate_unchanged
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import final_name, validate_meta, validate_object_meta_update
from linter.kube.suggest import did_you_mean, quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Request

SYSTEM_CLASSES = {"system-node-critical": 2_000_001_000, "system-cluster-critical": 2_000_000_000}
HIGHEST_VALUE = 1_000_000_000
_RULE = "priority-class"


def validate_priority_class(request: Request, errors: Errors) -> None:
    """Judge a new PriorityClass."""
    validate_meta(request, errors)
    obj = request.object
    value = obj.get("value") or 0
    name = final_name(request.metadata)
    if name.startswith("system-"):
        _validate_system_class(request, errors, name, value)
    elif value > HIGHEST_VALUE:
        message = (
            f"The value is {value}; at most {HIGHEST_VALUE} is allowed, above are the system's own classes."
        )
        errors.forbidden(("value",), message, rule=_RULE)
    check("scheduling/v1.PriorityClass", obj, (), errors)


def _validate_system_class(request: Request, errors: Errors, name: str, value: int) -> None:
    path = ("metadata", "name" if request.metadata.get("name") else "generateName")
    field = "metadata.name"
    known = SYSTEM_CLASSES.get(name)
    if known is None:
        hint = did_you_mean(name, SYSTEM_CLASSES)
        message = f"Names that begin with `system-` are the system's own: choose another one.{hint}"
        errors.forbidden(path, message, rule=_RULE, field=field)
    elif value != known or request.object.get("globalDefault"):
        message = f"{quote(name)} is the system's own: it has the value {known} and is not the default."
        errors.forbidden(path, message, rule=_RULE, field=field)


def validate_priority_class_update(request: Request, errors: Errors) -> None:
    """Judge a PriorityClass that takes the place of a stored one: what pods got from it stays."""
    assert request.old is not None  # noqa: S101  an update
    validate_object_meta_update(request, errors)
    value, stored = request.object.get("value") or 0, request.old.object.get("value") or 0
    if value != stored:
        refuse_change(request, ("value",), errors, stored, forbidden=True)
    validate_unchanged(request, "scheduling/v1.PriorityClass", (), errors)


PRIORITY_CLASS = Strategy(validate_priority_class, validate_priority_class_update)
