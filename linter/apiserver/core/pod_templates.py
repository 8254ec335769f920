"""PodTemplate: a pod template as an object of its own.

Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-template-v1/
"""

from __future__ import annotations

from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_object_meta, validate_object_meta_update
from linter.apiserver.pod.gates import prepare
from linter.apiserver.pod.template import validate_pod_template, warn_of_pod_template
from linter.kube import names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Request
    from linter.path import FieldPath

_TEMPLATE: FieldPath = ("template",)


def validate_pod_template_object(request: Request, errors: Errors) -> None:
    """Judge a new PodTemplate."""
    validate_object_meta(request, errors, name=names.dns_subdomain)
    _validate_template(request, errors)


def validate_pod_template_object_update(request: Request, errors: Errors) -> None:
    """Judge a PodTemplate that takes the place of a stored one."""
    validate_object_meta_update(request, errors)
    _validate_template(request, errors)


def _validate_template(request: Request, errors: Errors) -> None:
    manifest = request.manifest.get("template") or {}
    old = request.old and request.old.object["template"]
    validate_pod_template(request.object["template"], _TEMPLATE, errors, manifest=manifest, old=old)


def warn_of_pod_template_object(request: Request, errors: Errors) -> None:
    """Warn of what the server takes, but advises against."""
    warn_of_pod_template(request.object["template"], _TEMPLATE, errors)


POD_TEMPLATE = Strategy(
    validate_pod_template_object, validate_pod_template_object_update, warn_of_pod_template_object, prepare
)
