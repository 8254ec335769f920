"""ReplicaSet.

Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/replica-set-v1/
"""

from __future__ import annotations

from linter.apiserver.apps.workload import (
    SPEC,
    validate_endless,
    validate_selector_and_template,
    validate_selector_update,
    warn_of_named_pods,
)
from linter.apiserver.constraints import check
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_object_meta, validate_object_meta_update
from linter.apiserver.pod.gates import prepare
from linter.kube import names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Request


def validate_replica_set(request: Request, errors: Errors) -> None:
    """Judge a new ReplicaSet."""
    validate_object_meta(request, errors, name=names.dns_subdomain)
    _validate_spec(request, errors)


def validate_replica_set_update(request: Request, errors: Errors) -> None:
    """Judge a ReplicaSet that takes the place of a stored one."""
    validate_object_meta_update(request, errors)
    _validate_spec(request, errors)
    validate_selector_update(request, errors)


def _validate_spec(request: Request, errors: Errors) -> None:
    check("apps/v1.ReplicaSetSpec", request.spec, SPEC, errors)
    if validate_selector_and_template(request, errors):
        validate_endless(request, errors)


REPLICA_SET = Strategy(validate_replica_set, validate_replica_set_update, warn_of_named_pods, prepare)
