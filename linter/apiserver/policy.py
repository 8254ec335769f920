"""PodDisruptionBudget.

Source: https://kubernetes.io/docs/tasks/run-application/configure-pdb/
"""

from __future__ import annotations

from linter.apiserver.amounts import amount_fault
from linter.apiserver.constraints import check
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_object_meta, validate_object_meta_update
from linter.apiserver.selectors import has_malformed_value, validate_label_selector
from linter.kube import names
from linter.kube.suggest import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request


def validate_pod_disruption_budget(request: Request, errors: Errors) -> None:
    """Judge a new budget. The server looks at its metadata only where the spec is right."""
    before = len(errors)
    _validate_spec(request.spec, errors)
    if len(errors) == before:
        validate_object_meta(request, errors, name=names.path_segment, finalizers_need_domain=False)


def validate_pod_disruption_budget_update(request: Request, errors: Errors) -> None:
    """Judge a budget that takes the place of a stored one."""
    assert request.old is not None  # noqa: S101  an update
    validate_object_meta_update(request, errors, finalizers_need_domain=False)
    stored = (request.old.object.get("spec") or {}).get("selector") or {}
    _validate_spec(request.spec, errors, any_value=has_malformed_value(stored))


def _validate_spec(spec: Object, errors: Errors, *, any_value: bool = False) -> None:
    rule = "disruption-budget"
    if "minAvailable" in spec and "maxUnavailable" in spec:
        message = "minAvailable and maxUnavailable exclude each other: keep one of them."
        errors.invalid(("spec",), message, rule=rule)
    for name in ("minAvailable", "maxUnavailable"):
        if name in spec and (fault := amount_fault(spec[name])):
            errors.invalid(("spec", name), f"{name} is {quote(spec[name])}; {fault}.", rule=rule)
    if selector := spec.get("selector"):
        validate_label_selector(selector, ("spec", "selector"), errors, any_value=any_value)
    check("policy/v1.PodDisruptionBudgetSpec", spec, ("spec",), errors)


POD_DISRUPTION_BUDGET = Strategy(validate_pod_disruption_budget, validate_pod_disruption_budget_update)
