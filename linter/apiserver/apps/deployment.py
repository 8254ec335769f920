"""Deployment.

Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/deployment-v1/
"""

from __future__ import annotations

from linter.apiserver.amounts import effective_amount
from linter.apiserver.apps.workload import (
    SPEC,
    validate_amount,
    validate_endless,
    validate_selector_and_template,
    validate_selector_update,
    warn_of_named_pods,
)
from linter.apiserver.constraints import check, check_field
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_object_meta, validate_object_meta_update
from linter.apiserver.pod.gates import prepare
from linter.kube import names
from linter.kube.suggest import quote
from linter.path import Key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Request
    from linter.path import FieldPath

ROLLBACK: Final = "deprecated.deployment.rollback.to"


def validate_deployment(request: Request, errors: Errors) -> None:
    """Judge a new Deployment."""
    validate_object_meta(request, errors, name=names.dns_subdomain)
    _validate_spec(request, errors)


def validate_deployment_update(request: Request, errors: Errors) -> None:
    """Judge a Deployment that takes the place of a stored one."""
    validate_object_meta_update(request, errors)
    _validate_spec(request, errors)
    validate_selector_update(request, errors)


def _validate_spec(request: Request, errors: Errors) -> None:
    check("apps/v1.DeploymentSpec", request.spec, SPEC, errors)
    if validate_selector_and_template(request, errors):
        validate_endless(request, errors)
    _validate_strategy(request, errors)
    _validate_rollback(request, errors)
    _validate_progress_deadline(request, errors)


def _validate_strategy(request: Request, errors: Errors) -> None:
    rule = "deployment-strategy"
    strategy = request.spec["strategy"]
    rolling = strategy.get("rollingUpdate")
    path: FieldPath = ("spec", "strategy", "rollingUpdate")
    match strategy["type"]:
        case "RollingUpdate":
            validate_amount(rolling, path, "maxUnavailable", errors, rule=rule)
            validate_amount(rolling, path, "maxSurge", errors, rule=rule, at_most_all=False)
            unavailable, surge = rolling["maxUnavailable"], rolling["maxSurge"]
            if effective_amount(unavailable) == 0 and effective_amount(surge) == 0:
                message = (
                    "maxUnavailable and maxSurge are both 0: an update could neither add nor remove a pod."
                )
                errors.invalid((*path, "maxUnavailable"), message, rule=rule)
        case "Recreate":
            if rolling is not None:
                errors.forbidden(
                    path,
                    "The type Recreate takes no rollingUpdate block: delete the block, or use type RollingUpdate.",
                    rule=rule,
                )
        case other:
            struct, at = "apps/v1.DeploymentStrategy", ("spec", "strategy", "type")
            check_field(struct, "type", other, at, errors, field="spec.strategy")


def _validate_progress_deadline(request: Request, errors: Errors) -> None:
    rule = "rollout-timing"
    spec = request.spec
    name = "progressDeadlineSeconds"
    ready, deadline = spec.get("minReadySeconds", 0), spec[name]
    if deadline <= ready:
        written = name in (request.manifest.get("spec") or {})
        errors.invalid(
            ("spec", name if written else "minReadySeconds"),
            f"{name} ({deadline}{'' if written else ' if not written'}) must be greater than minReadySeconds ({ready}).",
            rule=rule,
            field="spec.progressDeadlineSeconds",
        )


def _validate_rollback(request: Request, errors: Errors) -> None:
    """Judge the annotation that carries what once was spec.rollbackTo."""
    revision = (request.metadata.get("annotations") or {}).get(ROLLBACK)
    if revision and effective_amount(revision) < 0:
        errors.invalid(
            ("metadata", "annotations", Key(ROLLBACK)),
            f"The annotation `{ROLLBACK}` is {quote(revision)}; it must not be negative.",
            rule="rollback-annotation",
            field="spec.rollback.version",
        )


DEPLOYMENT = Strategy(validate_deployment, validate_deployment_update, warn_of_named_pods, prepare)
