"""What binds admission policies to resources and parameters."""

from __future__ import annotations

from linter.apiserver.admission.matching import validate_match_resources
from linter.apiserver.admission.meta import validate_admission_meta
from linter.apiserver.admission.policies import validate_mutated_operations
from linter.apiserver.fields import validate_name
from linter.apiserver.kinds import Strategy
from linter.apiserver.selectors import validate_label_selector
from linter.kube import names
from linter.kube.suggest import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request
    from linter.path import FieldPath

ACTIONS = ("Deny", "Warn", "Audit")
NOT_FOUND_ACTIONS = ("Allow", "Deny")
_SPEC: FieldPath = ("spec",)
_RULE = "policy-binding"


def validate_validating_admission_policy_binding(request: Request, errors: Errors) -> None:
    """Judge a ValidatingAdmissionPolicyBinding, new or updated."""
    _validate_binding(request, errors)
    _validate_actions(request.spec.get("validationActions") or [], (*_SPEC, "validationActions"), errors)


def validate_mutating_admission_policy_binding(request: Request, errors: Errors) -> None:
    """Judge a MutatingAdmissionPolicyBinding, new or updated."""
    _validate_binding(request, errors)
    resources = request.spec.get("matchResources") or {}
    validate_mutated_operations(resources, (*_SPEC, "matchResources"), errors)


def _validate_binding(request: Request, errors: Errors) -> None:
    validate_admission_meta(request, errors)
    spec = request.spec
    what = "The name of the policy"
    validate_name(spec, "policyName", _SPEC, errors, names.dns_subdomain, what=what, rule=_RULE)
    if (reference := spec.get("paramRef")) is not None:
        _validate_param_ref(reference, (*_SPEC, "paramRef"), errors)
    if (resources := spec.get("matchResources")) is not None:
        validate_match_resources(resources, (*_SPEC, "matchResources"), errors, need_rules=False)


def _validate_param_ref(reference: Object, path: FieldPath, errors: Errors) -> None:
    rule = "param-ref"
    name, selector = reference.get("name") or "", reference.get("selector")
    if name:
        errors.faults((*path, "name"), "The name", name, names.path_segment(name), rule=rule)
        if selector is not None:
            message = "paramRef has both name and selector: leave one of them out."
            errors.forbidden((*path, "name"), message, rule=rule)
            errors.forbidden((*path, "selector"), message, rule=rule)
    elif selector is None:
        errors.required(path, "paramRef names no parameters: write name or selector.", rule=rule)
    if selector is not None:
        validate_label_selector(selector, (*path, "selector"), errors)
    action = reference.get("parameterNotFoundAction") or ""
    at = (*path, "parameterNotFoundAction")
    if action:
        errors.not_supported(at, "The parameterNotFoundAction", action, NOT_FOUND_ACTIONS, rule=rule)
    else:
        message = "The parameterNotFoundAction is missing: write `Allow` or `Deny`."
        errors.required(at, message, rule=rule)


def _validate_actions(actions: list[str], path: FieldPath, errors: Errors) -> None:
    if not actions:
        errors.required(
            path, "validationActions is empty: write `[Deny]`, `[Warn]` or `[Audit]`.", rule=_RULE
        )
    for index, action in enumerate(actions):
        at = (*path, index)
        errors.not_supported(at, "The action", action, ACTIONS, rule=_RULE)
        if action in actions[:index]:
            errors.duplicate(at, f"The action {quote(action)} is there twice.", rule=_RULE)
    if "Deny" in actions and "Warn" in actions:
        message = "`Deny` and `Warn` say the same thing twice to the one who asks: leave one of them out."
        errors.invalid(path, message, rule=_RULE)


VALIDATING_ADMISSION_POLICY_BINDING = Strategy(
    validate_validating_admission_policy_binding, validate_validating_admission_policy_binding
)
MUTATING_ADMISSION_POLICY_BINDING = Strategy(
    validate_mutating_admission_policy_binding, validate_mutating_admission_policy_binding
)
