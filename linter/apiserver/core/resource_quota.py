"""ResourceQuota.

Source: https://kubernetes.io/docs/concepts/policy/resource-quotas/
"""

from __future__ import annotations

from linter.apiserver.core.resource_names import (
    QUOTA,
    amount,
    is_quota_resource,
    validate_amount,
    validate_resource_name,
)
from linter.apiserver.fields import refuse_change
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_object_meta, validate_object_meta_update
from linter.kube import names
from linter.kube.suggest import did_you_mean, one_of, quote
from linter.path import FieldPath, Key, format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request

OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist")
_RULE = "resource-quota"
_OF_PODS = frozenset(
    {"pods", "cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"}
)
_COVERED = {
    "Terminating": _OF_PODS,
    "NotTerminating": _OF_PODS,
    "BestEffort": frozenset({"pods"}),
    "NotBestEffort": _OF_PODS,
    "PriorityClass": _OF_PODS,
    "CrossNamespacePodAffinity": _OF_PODS,
    "VolumeAttributesClass": frozenset({"persistentvolumeclaims", "requests.storage"}),
}
"""The scopes that there are, each with the resources that it can be about."""
_ONLY_EXISTS = frozenset(_COVERED) - {"PriorityClass", "VolumeAttributesClass"}
_CONTRARY = (("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating"))
_COMPARED = ("cpu", "memory", "storage", "ephemeral-storage")


def validate_resource_quota(request: Request, errors: Errors) -> None:
    """Judge a new ResourceQuota. Its status is dropped."""
    validate_object_meta(request, errors, name=names.dns_subdomain, keeps_generation=True)
    _validate_spec(request.spec, errors)


def validate_resource_quota_update(request: Request, errors: Errors) -> None:
    """Judge a ResourceQuota that takes the place of a stored one: its scopes stay, in any order."""
    assert request.old is not None  # noqa: S101  an update
    validate_object_meta_update(request, errors, as_new=True)
    _validate_spec(request.spec, errors)
    stored = (request.old.object.get("spec") or {}).get("scopes") or []
    if set(request.spec.get("scopes") or ()) != set(stored):
        refuse_change(request, ("spec", "scopes"), errors, ", ".join(stored))


def warn_of_resource_quota(request: Request, errors: Errors) -> None:
    """Warn of a new quota that lets pods request more than their limits may be."""
    if request.old is not None:
        return
    hard = request.spec.get("hard") or {}
    for name in _COMPARED:
        requests, limits = f"requests.{name}", f"limits.{name}"
        if requests not in hard and name in {"cpu", "memory"}:
            requests = name
        if requests in hard and limits in hard and amount(hard[requests]).nanos > amount(hard[limits]).nanos:
            path = ("spec", "hard", Key(requests))
            message = f"{requests} ({hard[requests]}) is greater than {limits} ({hard[limits]}), so that it is never reached."
            errors.warn(path, message, rule="quota-requests-above-limits")


def _validate_spec(spec: Object, errors: Errors) -> None:
    hard = spec.get("hard") or {}
    for name, value in hard.items():
        path = ("spec", "hard", Key(name))
        is_known = validate_resource_name(name, path, errors, rule=_RULE)
        if is_known and "/" not in name and not is_quota_resource(name):
            message = f"Quotas have no resource {quote(name)}.{did_you_mean(name, QUOTA)}"
            errors.invalid(path, message, rule=_RULE)
        validate_amount(name, amount(value), path, errors, rule=_RULE)
    resources = [name for name in hard if is_quota_resource(name)]
    _validate_scopes(spec.get("scopes") or [], resources, errors)
    if "scopeSelector" in spec:
        _validate_scope_selector(spec["scopeSelector"], resources, errors)


def _validate_scopes(scopes: list[str], resources: list[str], errors: Errors) -> None:
    path, field = ("spec", "scopes"), "spec.scopes"
    for index, scope in enumerate(scopes):
        if scope not in _COVERED:
            errors.invalid((*path, index), _unknown_scope(scope), rule=_RULE, field=field)
        elif scope not in scopes[:index]:
            _validate_coverage(scope, resources, (*path, index), errors, field=field)
    _validate_contradictions(scopes, path, errors, field=field)


def _validate_scope_selector(selector: Object, resources: list[str], errors: Errors) -> None:
    """Judge the expressions of a selector. The server names no index in its paths."""
    whole: FieldPath = ("spec", "scopeSelector", "matchExpressions")
    expressions = selector.get("matchExpressions") or []
    for index, expression in enumerate(expressions):
        scope, path = expression.get("scopeName") or "", (*whole, index)
        if scope not in _COVERED:
            field = format_path((*whole, "scopeName"))
            errors.invalid((*path, "scopeName"), _unknown_scope(scope), rule=_RULE, field=field)
        else:
            _validate_coverage(scope, resources, (*path, "scopeName"), errors, field=format_path(whole))
        _validate_operator(expression, scope, path, whole, errors)
    scopes = [expression.get("scopeName") or "" for expression in expressions]
    _validate_contradictions(scopes, whole, errors, field=format_path(whole))


def _validate_operator(
    expression: Object, scope: str, path: FieldPath, whole: FieldPath, errors: Errors
) -> None:
    operator, values = expression.get("operator") or "", expression.get("values") or ()
    operator_field, values_field = (format_path((*whole, name)) for name in ("operator", "values"))
    if scope in _ONLY_EXISTS and operator != "Exists":
        message = f"The scope {scope} goes with the operator `Exists` alone, not with {quote(operator)}."
        errors.invalid((*path, "operator"), message, rule=_RULE, field=operator_field)
    match operator:
        case "In" | "NotIn":
            if not values:
                message = f"The operator `{operator}` needs at least one value."
                errors.required((*path, "values"), message, rule=_RULE, field=values_field)
        case "Exists" | "DoesNotExist":
            if values:
                message = f"The operator `{operator}` takes no values."
                errors.invalid((*path, "values"), message, rule=_RULE, field=values_field)
        case _:
            hint = did_you_mean(operator, OPERATORS)
            message = f"The operator is {quote(operator)}; it must be {one_of(OPERATORS)}.{hint}"
            errors.invalid((*path, "operator"), message, rule=_RULE, field=operator_field)


def _unknown_scope(scope: str) -> str:
    return f"The scope is {quote(scope)}; it must be {one_of(_COVERED)}.{did_you_mean(scope, _COVERED)}"


def _validate_coverage(
    scope: str, resources: Iterable[str], path: FieldPath, errors: Errors, *, field: str
) -> None:
    others = [name for name in resources if name not in _COVERED[scope]]
    if others:
        message = (
            f"The scope {scope} is only about {', '.join(sorted(_COVERED[scope]))}: "
            f"move {', '.join(others)} to a quota of its own."
        )
        errors.invalid(path, message, rule=_RULE, field=field)


def _validate_contradictions(scopes: list[str], path: FieldPath, errors: Errors, *, field: str) -> None:
    for one, other in _CONTRARY:
        if one in scopes and other in scopes:
            message = f"No pod is both {one} and {other}: write two quotas."
            errors.invalid(path, message, rule=_RULE, field=field)


RESOURCE_QUOTA = Strategy(validate_resource_quota, validate_resource_quota_update, warn_of_resource_quota)
