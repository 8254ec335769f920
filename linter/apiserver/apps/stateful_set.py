"""StatefulSet.

Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/stateful-set-v1/
"""

from __future__ import annotations

from linter.apiserver.amounts import amount_fault, effective_amount
from linter.apiserver.apps.workload import (
    SPEC,
    TEMPLATE,
    validate_endless,
    validate_selector_and_template,
)
from linter.apiserver.constraints import check, check_field
from linter.apiserver.equality import is_same_with_zeros
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_object_meta, validate_object_meta_update
from linter.apiserver.pod.gates import prepare
from linter.apiserver.pod.stateful import (
    validate_claim_templates,
    validate_stateful_pod_template,
    warn_of_claim_templates,
    warn_of_stateful_pod_template,
)
from linter.kube import gates, names
from linter.kube.suggest import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request
    from linter.path import FieldPath

_STRUCT = "apps/v1.StatefulSetSpec"
CLAIM_TEMPLATES: FieldPath = ("spec", "volumeClaimTemplates")
FIXED_FIELDS = ("serviceName", "podManagementPolicy", "selector", "volumeClaimTemplates")
"""What of the spec can't be updated."""


def validate_stateful_set(request: Request, errors: Errors) -> None:
    """Judge a new StatefulSet."""
    validate_object_meta(request, errors, name=names.dns_label)
    # An update can't change the claim templates, so that they are not judged there. Before 1.34 nobody judged them.
    if errors.version >= (1, 34):
        validate_claim_templates(_claim_templates(request), CLAIM_TEMPLATES, errors)
    _validate_spec(request, errors)
    if name := request.spec.get("serviceName"):
        faults = names.dns_label(name)
        errors.faults(("spec", "serviceName"), "The service name", name, faults, rule="service-name-syntax")


def validate_stateful_set_update(request: Request, errors: Errors) -> None:
    """Judge a StatefulSet that takes the place of a stored one."""
    assert request.old is not None  # noqa: S101  an update
    validate_object_meta_update(request, errors)
    _validate_spec(request, errors)
    _validate_fixed_fields(request.spec, request.old.object["spec"], errors)


def warn_of_stateful_set(request: Request, errors: Errors) -> None:
    """Warn of what the server takes, but advises against, or takes for the sake of stored objects."""
    claims = _claim_templates(request)
    warn_of_stateful_pod_template(request.spec["template"], TEMPLATE, claims, CLAIM_TEMPLATES, errors)
    warn_of_claim_templates(claims, CLAIM_TEMPLATES, errors, is_update=request.old is not None)
    limit = request.spec["revisionHistoryLimit"]
    if limit < 0:
        errors.warn(
            ("spec", "revisionHistoryLimit"),
            f"revisionHistoryLimit is {limit}; a negative number of revisions makes no sense.",
            rule="revision-history-negative",
        )


def _validate_spec(request: Request, errors: Errors) -> None:
    spec = request.spec
    check("apps/v1.StatefulSetSpec", spec, SPEC, errors)
    _validate_update_strategy(spec["updateStrategy"], errors)
    name = "persistentVolumeClaimRetentionPolicy"
    check("apps/v1.StatefulSetPersistentVolumeClaimRetentionPolicy", spec[name], (*SPEC, name), errors)
    check("apps/v1.StatefulSetOrdinals", spec.get("ordinals") or {}, (*SPEC, "ordinals"), errors)
    validate_selector_and_template(request, errors, _validate_template)
    validate_endless(request, errors)


def _validate_template(request: Request, errors: Errors) -> None:
    template = request.spec["template"]
    manifest = (request.manifest.get("spec") or {}).get("template") or {}
    old = request.old.object["spec"].get("template") if request.old else None
    validate_stateful_pod_template(
        template, TEMPLATE, _claim_templates(request), CLAIM_TEMPLATES, errors, manifest=manifest, old=old
    )


def _claim_templates(request: Request) -> list[Object]:
    return request.spec.get("volumeClaimTemplates") or []


def _validate_update_strategy(strategy: Object, errors: Errors) -> None:
    rule = "update-strategy"
    kind = strategy["type"]
    rolling = strategy.get("rollingUpdate")
    path: FieldPath = ("spec", "updateStrategy", "rollingUpdate")
    struct, at = "apps/v1.StatefulSetUpdateStrategy", ("spec", "updateStrategy", "type")
    check_field(struct, "type", kind, at, errors, field="spec.updateStrategy")
    if rolling is None:
        return
    if kind == "OnDelete":
        message = (
            "The type OnDelete takes no rollingUpdate block: delete the block, or use type RollingUpdate."
        )
        errors.invalid(path, message, rule=rule)
    elif kind == "RollingUpdate":
        check("apps/v1.RollingUpdateStatefulSetStrategy", rolling, path, errors)
        _validate_max_unavailable(rolling.get("maxUnavailable"), (*path, "maxUnavailable"), errors)


def _validate_max_unavailable(limit: int | str | None, path: FieldPath, errors: Errors) -> None:
    # With the gate off, the server drops the field before it looks.
    if limit is None or not gates.enabled(gates.MAX_UNAVAILABLE_STATEFUL_SET, errors.version):
        return
    fault = amount_fault(limit)
    if not fault and effective_amount(limit) == 0:
        fault = "it must not be 0"
    if fault:
        errors.invalid(path, f"maxUnavailable is {quote(limit)}; {fault}.", rule="update-strategy")


def _validate_fixed_fields(spec: Object, old: Object, errors: Errors) -> None:
    fixed = FIXED_FIELDS if errors.version >= (1, 33) else (*FIXED_FIELDS, "revisionHistoryLimit")
    changed = [name for name in fixed if not is_same_with_zeros(spec.get(name), old.get(name), _STRUCT, name)]
    remedy = "Delete it with --cascade=orphan, which leaves the pods running, and create it again."
    if errors.version >= (1, 37):
        for name in changed:
            message = f"{name} of a StatefulSet can't be changed. {remedy}"
            errors.invalid(("spec", name), message, rule="immutable-fields")
    elif changed:
        message = f"{' and '.join(changed)} of a StatefulSet can't be changed. {remedy}"
        errors.forbidden(("spec", changed[0]), message, rule="immutable-fields", field="spec")


STATEFUL_SET = Strategy(validate_stateful_set, validate_stateful_set_update, warn_of_stateful_set, prepare)
