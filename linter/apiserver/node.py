"""RuntimeClass.

Source: https://kubernetes.io/docs/concepts/containers/runtime-class/
"""

from __future__ import annotations

from linter.apiserver.fields import validate_name, validate_unchanged
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_labels, validate_meta
from linter.apiserver.pod.resources import validate_container_resources
from linter.apiserver.pod.scheduling import validate_tolerations
from linter.kube import names
from linter.kube.node_labels import retired_node_label
from linter.path import Key, format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Error, Errors
    from linter.apiserver.request import Object, Request
    from linter.path import FieldPath

_RULE = "runtime-class"


def validate_runtime_class(request: Request, errors: Errors) -> None:
    """Judge a RuntimeClass. An update keeps its handler."""
    validate_meta(request, errors, keeps_generation=True, finalizers_need_domain=False)
    obj = request.object
    validate_name(obj, "handler", (), errors, names.dns_label, what="The handler", rule=_RULE)
    if amounts := (obj.get("overhead") or {}).get("podFixed"):
        _validate_overhead(amounts, errors)
    scheduling, path = obj.get("scheduling") or {}, ("scheduling",)
    if labels := scheduling.get("nodeSelector"):
        validate_labels(labels, (*path, "nodeSelector"), errors, rule="node-selector")
    tolerations = scheduling.get("tolerations") or []
    validate_tolerations(tolerations, (*path, "tolerations"), errors, old=[])
    _validate_unique(tolerations, (*path, "tolerations"), errors)
    validate_unchanged(request, "node/v1.RuntimeClass", (), errors)


def warn_of_runtime_class(request: Request, errors: Errors) -> None:
    """Warn of deprecated node labels."""
    for label in (request.object.get("scheduling") or {}).get("nodeSelector") or ():
        if message := retired_node_label(label):
            path: FieldPath = ("scheduling", "nodeSelector", Key(label))
            errors.warn(path, message, rule="deprecated-node-label", at_key=True)


def _validate_overhead(amounts: Object, errors: Errors) -> None:
    """Judge the overhead of pods, which the server takes for the limits of a container, and spells so."""
    before = len(errors)
    limits = {"limits": amounts}
    validate_container_resources(limits, ("overhead",), errors, claims=(), any_pages=False)
    errors.errors[before:] = [_at_amount(each) for each in errors.errors[before:]]


def _at_amount(error: Error) -> Error:
    """Return an error about the limits where they are written."""
    if error.path[:2] != ("overhead", "limits"):
        return error
    field = error.field or format_path(error.path)
    return error._replace(path=("overhead", "podFixed", *error.path[2:]), field=field)


def _validate_unique(tolerations: list[Object], path: FieldPath, errors: Errors) -> None:
    seen: list[list[str]] = []
    for index, toleration in enumerate(tolerations):
        identity = [toleration.get(name) or "" for name in ("key", "operator", "value", "effect")]
        if identity in seen:
            errors.duplicate((*path, index), "The toleration repeats an earlier one.", rule=_RULE)
        seen.append(identity)


RUNTIME_CLASS = Strategy(validate_runtime_class, validate_runtime_class, warn_of_runtime_class)
