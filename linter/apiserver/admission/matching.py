"""Which requests a webhook or policy is asked about: rules of resources, selectors, match conditions."""

from __future__ import annotations

from linter.apiserver.constraints import check
from linter.apiserver.selectors import validate_label_selector
from linter.kube import names
from linter.kube.suggest import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request
    from linter.path import FieldPath

OPERATIONS = ("CREATE", "UPDATE", "DELETE", "CONNECT", "*")
_CONDITIONS = 64
_RULE = "admission-rules"


def validate_rule(rule: Object, path: FieldPath, errors: Errors) -> None:
    """Judge which operations on which resources a webhook or policy is asked about."""
    operations = rule.get("operations") or []
    if not operations:
        message = "operations is empty: name what is asked about, such as `[CREATE, UPDATE]`."
        errors.required((*path, "operations"), message, rule=_RULE)
    _validate_star(operations, (*path, "operations"), errors)
    for index, operation in enumerate(operations):
        errors.not_supported((*path, "operations", index), "The operation", operation, OPERATIONS, rule=_RULE)
    for name in ("apiGroups", "apiVersions"):
        values = rule.get(name) or []
        if not values:
            errors.required((*path, name), f"{name} is empty: write `['*']` for all.", rule=_RULE)
        _validate_star(values, (*path, name), errors)
    for index, version in enumerate(rule.get("apiVersions") or ()):
        if not version:
            errors.required((*path, "apiVersions", index), "The version is empty.", rule=_RULE)
    _validate_resources(rule.get("resources") or [], (*path, "resources"), errors)
    check("admissionregistration/v1.RuleWithOperations", rule, path, errors)


def validate_match_resources(
    resources: Object,
    path: FieldPath,
    errors: Errors,
    *,
    need_rules: bool,
    any_value: bool = False,
) -> None:
    """Judge matchConstraints of a policy, or matchResources of its binding.

    Args:
        resources: The struct, with defaults.
        path: Where it is.
        errors: Gets what is wrong.
        need_rules: Whether there must be resourceRules.
        any_value: As of `validate_label_selector`.
    """
    check("admissionregistration/v1.MatchResources", resources, path, errors)
    for name in ("namespaceSelector", "objectSelector"):
        validate_label_selector(resources[name], (*path, name), errors, any_value=any_value)
    for name in ("resourceRules", "excludeResourceRules"):
        for index, rule in enumerate(resources.get(name) or ()):
            at: FieldPath = (*path, name, index)
            validate_rule(rule, at, errors)
            _validate_resource_names(rule.get("resourceNames") or [], (*at, "resourceNames"), errors)
    if need_rules and not resources.get("resourceRules"):
        message = "resourceRules is empty: name the resources that the policy is about."
        errors.required((*path, "resourceRules"), message, rule=_RULE)


def validate_match_conditions(
    conditions: list[Object],
    path: FieldPath,
    errors: Errors,
    request: Request,
    *,
    has_params: bool = False,
) -> None:
    """Judge conditions in CEL under which a webhook or policy is asked.

    Args:
        conditions: The conditions.
        path: Where they are.
        errors: Gets what is wrong.
        request: That which brings them.
        has_params: Whether their expressions may name parameters.
    """
    if not conditions:
        return
    from linter.apiserver.admission.expressions import validate_expression
    from linter.apiserver.admission.scope import request_scope
    from linter.cel.check.types import BOOL

    scope = request_scope(request, has_params=has_params)
    rule = "match-conditions"
    if len(conditions) > _CONDITIONS:
        message = f"There are {len(conditions)} conditions; at most {_CONDITIONS} are allowed."
        errors.too_many(path, message, rule=rule)
    seen: set[str] = set()
    for index, condition in enumerate(conditions):
        at: FieldPath = (*path, index)
        expression = condition.get("expression") or ""
        if expression.strip():
            validate_expression(expression, (*at, "expression"), errors, scope, {BOOL}, rule=rule)
        else:
            errors.required((*at, "expression"), "The condition has no expression.", rule=rule)
        name = condition.get("name") or ""
        if not name:
            errors.required((*at, "name"), "The condition has no name.", rule=rule)
            continue
        errors.faults((*at, "name"), "The name", name, names.qualified_name(name), rule=rule)
        if name in seen:
            message = f"Another condition is called {quote(name)}, too: give each a name of its own."
            errors.duplicate((*at, "name"), message, rule=rule)
        seen.add(name)


def _validate_star(values: list[str], path: FieldPath, errors: Errors) -> None:
    if len(values) > 1 and "*" in values:
        errors.invalid(path, "`*` says everything: write nothing beside it, or leave it out.", rule=_RULE)


def _validate_resources(resources: list[str], path: FieldPath, errors: Errors) -> None:
    """Judge resources. Overlaps are found only as far as the server looks for them: it goes through them once, in order."""
    if not resources:
        errors.required(path, "resources is empty: name them, such as `[pods]`.", rule=_RULE)
    all_of: set[str] = set()
    everywhere: set[str] = set()
    last_is_plain = False
    for index, entry in enumerate(resources):
        at = (*path, index)
        if not entry:
            errors.required(at, "The resource is empty.", rule=_RULE)
            continue
        resource, slash, subresource = entry.partition("/")
        if not slash:
            last_is_plain = entry != "*"
            continue
        if resource in all_of:
            message = f"`{resource}/*` is there already: leave {quote(entry)} out."
            errors.invalid(at, message, rule=_RULE)
        if subresource in everywhere:
            message = f"`*/{subresource}` is there already: leave {quote(entry)} out."
            errors.invalid(at, message, rule=_RULE)
        if subresource == "*":
            all_of.add(resource)
        if resource == "*":
            everywhere.add(subresource)
    if len(resources) > 1 and "*/*" in resources:
        errors.invalid(path, "`*/*` says everything: write nothing beside it, or leave it out.", rule=_RULE)
    if "*" in resources and last_is_plain:
        message = "`*` says every resource: leave out the ones beside it that have no subresource."
        errors.invalid(path, message, rule=_RULE)


def _validate_resource_names(entries: list[str], path: FieldPath, errors: Errors) -> None:
    for index, name in enumerate(entries):
        at = (*path, index)
        errors.faults(at, "The name", name, names.path_segment(name), rule=_RULE)
        if name in entries[:index]:
            errors.duplicate(at, f"The name {quote(name)} is there twice.", rule=_RULE)
