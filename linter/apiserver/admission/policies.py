"""ValidatingAdmissionPolicy and MutatingAdmissionPolicy.

Source: https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/ and
https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/
"""

from __future__ import annotations

import re

from linter.apiserver.admission.expressions import validate_expression
from linter.apiserver.admission.matching import (
    validate_match_conditions,
    validate_match_resources,
)
from linter.apiserver.admission.meta import validate_admission_meta
from linter.apiserver.admission.scope import (
    request_scope,
    with_variable,
    with_variables,
    without_authorizer,
)
from linter.apiserver.admission.webhooks import REINVOCATION_POLICIES
from linter.apiserver.constraints import check
from linter.apiserver.fields import validate_name
from linter.apiserver.kinds import Strategy
from linter.cel.check.types import BOOL, NULL, STRING, Type, list_of
from linter.kube import names
from linter.kube.suggest import quote
from linter.light_typing import assert_never
from linter.path import format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Literal

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request
    from linter.cel.check.scope import Scope
    from linter.path import FieldPath

    PatchType = Literal["ApplyConfiguration", "JSONPatch"]

PATCH_TYPES = ("ApplyConfiguration", "JSONPatch")
REASONS = ("Forbidden", "Invalid", "RequestEntityTooLarge")
MUTATED_OPERATIONS = ("*", "CREATE", "UPDATE", "CONNECT")
_AUDIT_ANNOTATIONS = 20
_AUDIT_EXPRESSION = 5120
_SPEC: FieldPath = ("spec",)
_RULE = "admission-policy"
_VARIABLES = "policy-variables"
_RESERVED = frozenset(
    {
        "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let",
        "loop", "package", "namespace", "return", "var", "void", "while",
    }
)  # fmt: skip


def validate_validating_admission_policy(request: Request, errors: Errors) -> None:
    """Judge a ValidatingAdmissionPolicy, new or updated."""
    validate_admission_meta(request, errors)
    spec = request.spec
    scope = _validate_head(request, errors)
    validations, annotations = spec.get("validations") or [], spec.get("auditAnnotations") or []
    if not validations and not annotations:
        message = "The policy does nothing: write validations or auditAnnotations."
        errors.required((*_SPEC, "validations"), message, rule="policy-validations")
        errors.required((*_SPEC, "auditAnnotations"), message, rule="policy-validations")
    for index, validation in enumerate(validations):
        _validate_validation(validation, (*_SPEC, "validations", index), errors, scope)
    if annotations:
        name = request.metadata.get("name") or ""
        _validate_audit_annotations(annotations, name, (*_SPEC, "auditAnnotations"), errors, scope)


def validate_mutating_admission_policy(request: Request, errors: Errors) -> None:
    """Judge a MutatingAdmissionPolicy, new or updated."""
    validate_admission_meta(request, errors)
    spec = request.spec
    scope = _validate_head(request, errors)
    constraints = spec.get("matchConstraints") or {}
    validate_mutated_operations(constraints, (*_SPEC, "matchConstraints"), errors)
    rule = "policy-mutations"
    if not spec.get("mutations"):
        errors.required((*_SPEC, "mutations"), "The policy does nothing: write mutations.", rule=rule)
    for index, mutation in enumerate(spec.get("mutations") or ()):
        _validate_mutation(mutation, (*_SPEC, "mutations", index), errors, scope)
    policy = spec.get("reinvocationPolicy") or ""
    path = (*_SPEC, "reinvocationPolicy")
    if policy:
        errors.not_supported(path, "The reinvocationPolicy", policy, REINVOCATION_POLICIES, rule=rule)
    else:
        message = "The reinvocationPolicy is missing: write `Never` or `IfNeeded`."
        errors.required(path, message, rule=rule)


def validate_mutated_operations(resources: Object, path: FieldPath, errors: Errors) -> None:
    """Judge the operations of resourceRules of what mutates: nothing mutates an object that goes. The server names no index."""
    for index, rule in enumerate(resources.get("resourceRules") or ()):
        for number, operation in enumerate(rule.get("operations") or ()):
            errors.not_supported(
                (*path, "resourceRules", index, "operations", number),
                "The operation",
                operation,
                MUTATED_OPERATIONS,
                rule="admission-rules",
                field=f"{format_path(path)}.resourceRules.operations",
            )


def _validate_head(request: Request, errors: Errors) -> Scope:
    """Judge what both kinds have, and return what the expressions of a policy may name."""
    spec = request.spec
    check("admissionregistration/v1.ValidatingAdmissionPolicySpec", spec, _SPEC, errors)
    if (kind := spec.get("paramKind")) is not None:
        _validate_param_kind(kind, (*_SPEC, "paramKind"), errors)
    path = (*_SPEC, "matchConstraints")
    if (constraints := spec.get("matchConstraints")) is None:
        errors.required(path, "matchConstraints is missing: say what the policy is about.", rule=_RULE)
    else:
        validate_match_resources(constraints, path, errors, need_rules=True)
    conditions = spec.get("matchConditions") or []
    has_params = kind is not None
    validate_match_conditions(conditions, (*_SPEC, "matchConditions"), errors, request, has_params=has_params)
    scope = with_variables(request_scope(request, has_params=has_params))
    return _validate_variables(spec.get("variables") or [], (*_SPEC, "variables"), errors, scope)


def _validate_param_kind(param_kind: Object, path: FieldPath, errors: Errors) -> None:
    rule = "param-kind"
    api_version, kind = param_kind.get("apiVersion") or "", param_kind.get("kind") or ""
    if not api_version:
        errors.required((*path, "apiVersion"), "The apiVersion of the parameters is missing.", rule=rule)
    else:
        faults = _api_version_faults(api_version)
        errors.faults((*path, "apiVersion"), "The apiVersion", api_version, faults, rule=rule)
    validate_name(
        {"kind": kind}, "kind", path, errors, lambda text: names.dns_label_1035(text.lower()),
        what="The kind of the parameters", rule=rule,
    )  # fmt: skip


def _api_version_faults(api_version: str) -> names.Faults:
    if api_version.count("/") > 1:
        return ("has more than one `/`",)
    group, _, version = api_version.rpartition("/")
    faults: names.Faults = ()
    if group:
        faults = tuple(f"has a group that {fault}" for fault in names.dns_subdomain(group))
    if not version:
        return (*faults, "has no version")
    return faults + tuple(f"has a version that {fault}" for fault in names.dns_label_1035(version))


def _validate_variables(declared: list[Object], path: FieldPath, errors: Errors, scope: Scope) -> Scope:
    """Judge variables, each of which may name those before it, and return all that may be named behind them."""
    for index, variable in enumerate(declared):
        at: FieldPath = (*path, index)
        name, expression = variable.get("name") or "", variable.get("expression") or ""
        if not name.strip():
            errors.required((*at, "name"), "The variable has no name.", rule=_VARIABLES)
        elif not re.fullmatch("[_a-zA-Z][_a-zA-Z0-9]*", name) or name in _RESERVED:
            message = (
                f"{quote(name)} is not a name in CEL: letters, digits and `_`, and none of its own words."
            )
            errors.invalid((*at, "name"), message, rule=_VARIABLES)
        if not expression.strip():
            errors.required((*at, "expression"), "The variable has no expression.", rule=_VARIABLES)
            continue
        type_ = validate_expression(expression, (*at, "expression"), errors, scope, (), rule=_VARIABLES)
        # Whatever is wrong with a variable, the expressions that use it are not blamed.
        scope = with_variable(scope, name, type_)
    return scope


def _validate_validation(validation: Object, path: FieldPath, errors: Errors, scope: Scope) -> None:
    rule = "policy-validations"
    expression = validation.get("expression") or ""
    if not expression.strip():
        errors.required((*path, "expression"), "The validation has no expression.", rule=rule)
    else:
        validate_expression(expression, (*path, "expression"), errors, scope, {BOOL}, rule=rule)
    message_expression = validation.get("messageExpression") or ""
    if message_expression.strip():
        at = (*path, "messageExpression")
        visible = without_authorizer(scope)
        validate_expression(message_expression, at, errors, visible, {STRING}, rule=rule)
    elif message_expression:
        errors.invalid(
            (*path, "messageExpression"), "The messageExpression is blank: leave it out.", rule=rule
        )
    message = validation.get("message") or ""
    if message and not message.strip():
        errors.invalid((*path, "message"), "The message is blank: leave it out.", rule=rule)
    elif re.search("[\n\r]", message.strip()):
        errors.invalid((*path, "message"), "The message has a line break: write it in one line.", rule=rule)
    if (reason := validation.get("reason")) is not None:
        errors.not_supported((*path, "reason"), "The reason", reason, REASONS, rule=rule)


def _validate_audit_annotations(
    annotations: Sequence[Object], policy: str, path: FieldPath, errors: Errors, scope: Scope
) -> None:
    rule = "audit-annotations"
    if len(annotations) > _AUDIT_ANNOTATIONS:
        message = f"There are {len(annotations)} annotations; at most {_AUDIT_ANNOTATIONS} are allowed."
        errors.invalid(path, message, rule=rule)
    seen: set[str] = set()
    for index, annotation in enumerate(annotations):
        at: FieldPath = (*path, index)
        key = annotation.get("key") or ""
        faults = names.qualified_name(f"{policy}/{key}" if policy else key)
        errors.faults((*at, "key"), "The key behind the policy's name,", key, faults, rule=rule)
        if key in seen:
            errors.duplicate((*at, "key"), f"The key {quote(key)} is there twice.", rule=rule)
        seen.add(key)
        expression = annotation.get("valueExpression") or ""
        expression_path = (*at, "valueExpression")
        if not expression.strip():
            errors.required(expression_path, "The annotation has no valueExpression.", rule=rule)
        elif names.byte_length(expression) > _AUDIT_EXPRESSION:
            message = f"The valueExpression is longer than {_AUDIT_EXPRESSION} bytes."
            errors.required(expression_path, message, rule=rule)
        else:
            validate_expression(expression, expression_path, errors, scope, {STRING, NULL}, rule=rule)


def _validate_mutation(mutation: Object, path: FieldPath, errors: Errors, scope: Scope) -> None:
    rule = "policy-mutations"
    kind: Any = mutation.get("patchType") or ""
    if not kind:
        errors.required(
            (*path, "patchType"),
            "The patchType is missing: write `ApplyConfiguration` or `JSONPatch`.",
            rule=rule,
        )
        return
    if kind not in PATCH_TYPES:
        errors.not_supported((*path, "patchType"), "The patchType", kind, PATCH_TYPES, rule=rule)
        return
    patch_type: PatchType = kind
    match patch_type:
        case "ApplyConfiguration":
            name, other, type_ = "applyConfiguration", "jsonPatch", Type("Object")
        case "JSONPatch":
            name, other, type_ = "jsonPatch", "applyConfiguration", list_of(Type("JSONPatch"))
        case _:
            assert_never(patch_type)
    if other in mutation:
        message = f"A mutation of patchType {kind} has no {other}: write {name} instead."
        errors.invalid((*path, other), message, rule=rule)
    if name not in mutation:
        errors.required((*path, name), f"A mutation of patchType {kind} needs {name}.", rule=rule)
        return
    expression_path = (*path, name, "expression")
    expression = mutation[name].get("expression") or ""
    if not expression.strip():
        errors.required(expression_path, "The mutation has no expression.", rule=rule)
    else:
        patches = scope._replace(makes_patches=True)
        validate_expression(expression, expression_path, errors, patches, {type_}, rule=rule)


VALIDATING_ADMISSION_POLICY = Strategy(
    validate_validating_admission_policy, validate_validating_admission_policy
)
MUTATING_ADMISSION_POLICY = Strategy(validate_mutating_admission_policy, validate_mutating_admission_policy)
