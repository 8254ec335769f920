"""ReplicationController.

Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/replication-controller-v1/
"""

from __future__ import annotations

from linter.apiserver.apps.workload import (
    SELECTOR,
    SPEC,
    TEMPLATE,
    validate_endless,
    validate_match,
    validate_template,
    warn_of_template,
)
from linter.apiserver.constraints import check
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_object_meta, validate_object_meta_update, warn_of_host_name
from linter.apiserver.pod.gates import prepare
from linter.kube import names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Request


def validate_replication_controller(request: Request, errors: Errors) -> None:
    """Judge a new ReplicationController."""
    validate_object_meta(request, errors, name=names.dns_subdomain, prefix=_any_prefix)
    _validate_spec(request, errors)


def validate_replication_controller_update(request: Request, errors: Errors) -> None:
    """Judge a ReplicationController that takes the place of a stored one."""
    validate_object_meta_update(request, errors)
    _validate_spec(request, errors)


def _validate_spec(request: Request, errors: Errors) -> None:
    # Keys and values of the selector are not judged by themselves.
    spec = request.spec
    check("core/v1.ReplicationControllerSpec", spec, SPEC, errors)
    selector = spec.get("selector")
    if not selector:
        message = "The ReplicationController has no selector, and its pod template no labels: give the template labels."
        errors.required(SELECTOR, message, rule="selector-required")
    if "template" not in spec:
        message = "The ReplicationController has no pod template."
        errors.required(TEMPLATE, message, rule="pod-containers")
        return
    if selector:
        validate_match({"matchLabels": selector}, spec["template"], errors)
    validate_template(request, errors)
    validate_endless(request, errors)


def warn_of_replication_controller(request: Request, errors: Errors) -> None:
    """Warn of what the server takes, but advises against."""
    warn_of_host_name(request, errors)
    warn_of_template(request, errors)


def _any_prefix(prefix: str) -> names.Faults:  # noqa: ARG001  the server does not look at generateName
    return ()


REPLICATION_CONTROLLER = Strategy(
    validate_replication_controller,
    validate_replication_controller_update,
    warn_of_replication_controller,
    prepare,
)
