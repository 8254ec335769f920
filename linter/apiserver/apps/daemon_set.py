"""DaemonSet.

Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/daemon-set-v1/
"""

from __future__ import annotations

from linter.apiserver.amounts import effective_amount
from linter.apiserver.apps.workload import (
    SPEC,
    validate_amount,
    validate_endless,
    validate_match,
    validate_selector,
    validate_selector_update,
    validate_template,
    warn_of_template,
)
from linter.apiserver.constraints import check, check_field
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_object_meta, validate_object_meta_update
from linter.apiserver.pod.gates import prepare
from linter.apiserver.selectors import has_malformed_value
from linter.kube import names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request
    from linter.path import FieldPath


def validate_daemon_set(request: Request, errors: Errors) -> None:
    """Judge a new DaemonSet."""
    validate_object_meta(request, errors, name=names.dns_subdomain)
    _validate_spec(request, errors)


def validate_daemon_set_update(request: Request, errors: Errors) -> None:
    """Judge a DaemonSet that takes the place of a stored one."""
    assert request.old is not None  # noqa: S101  an update
    validate_object_meta_update(request, errors)
    stored = request.old.object["spec"].get("selector") or {}
    _validate_spec(request, errors, any_value=has_malformed_value(stored))
    validate_selector_update(request, errors)


def _validate_spec(request: Request, errors: Errors, *, any_value: bool = False) -> None:
    """Judge the spec. The server looks into the template whatever the selector is."""
    spec = request.spec
    if validate_selector(request, errors, any_value=any_value):
        validate_match(request.spec.get("selector"), request.spec["template"], errors)
    validate_template(request, errors)
    validate_endless(request, errors)
    check("apps/v1.DaemonSetSpec", spec, SPEC, errors)
    _validate_update_strategy(spec["updateStrategy"], errors)


def _validate_update_strategy(strategy: Object, errors: Errors) -> None:
    match strategy["type"]:
        case "RollingUpdate":
            _validate_rolling_update(strategy["rollingUpdate"], errors)
        case "OnDelete":
            pass
        case other:
            struct, path = "apps/v1.DaemonSetUpdateStrategy", ("spec", "updateStrategy", "type")
            check_field(struct, "type", other, path, errors, field="spec.updateStrategy")


def _validate_rolling_update(rolling: Object, errors: Errors) -> None:
    rule = "update-strategy"
    path: FieldPath = ("spec", "updateStrategy", "rollingUpdate")
    validate_amount(rolling, path, "maxUnavailable", errors, rule=rule)
    validate_amount(rolling, path, "maxSurge", errors, rule=rule)
    unavailable, surge = effective_amount(rolling["maxUnavailable"]), effective_amount(rolling["maxSurge"])
    if unavailable and surge:
        message = "maxSurge goes only with `maxUnavailable: 0` (it is 1 where it is not written)."
        errors.invalid((*path, "maxSurge"), message, rule=rule)
    elif not unavailable and not surge:
        message = "maxUnavailable and maxSurge are both 0: an update could neither add nor remove a pod."
        errors.required((*path, "maxUnavailable"), message, rule=rule)


DAEMON_SET = Strategy(validate_daemon_set, validate_daemon_set_update, warn_of_template, prepare)
