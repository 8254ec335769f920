"""HorizontalPodAutoscaler.

Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_object_meta, validate_object_meta_update
from linter.kube import names

if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Request


def validate_horizontal_pod_autoscaler(request: Request, errors: Errors) -> None:
    """Judge a new autoscaler."""
    validate_object_meta(request, errors, name=names.dns_subdomain, keeps_generation=True)


def validate_horizontal_pod_autoscaler_update(request: Request, errors: Errors) -> None:
    """Judge an autoscaler that takes the place of a stored one."""
    validate_object_meta_update(request, errors)


HORIZONTAL_POD_AUTOSCALER = Strategy(
    validate_horizontal_pod_autoscaler, validate_horizontal_pod_autoscaler_update
)
