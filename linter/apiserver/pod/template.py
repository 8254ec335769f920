"""The pod template of a workload.

Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-template-v1/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.apiserver.pod.containers import validate_containers, warn_of_containers
from linter.apiserver.pod.resources import (
    validate_overhead,
    validate_pod_resources,
    warn_of_fractional_bytes,
)
from linter.apiserver.pod.security import validate_pod_security_context
from linter.apiserver.pod.volume_names import PodVolumes

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object
    from linter.kube.pods import Pod
    from linter.path import FieldPath
    from linter.version import KubeVersion


def validate_pod_template(
    template: Object,
    path: FieldPath,
    errors: Errors,
    *,
    old: Object | None = None,
    claim_templates: Sequence[Object] = (),
) -> None:
    """Judge a pod template.

    Args:
        template: The template, with defaults applied.
        path: Where it stands.
        errors: Gets what is wrong.
        old: The stored template, where an update is judged: what it holds already is often let through.
        claim_templates: The claim templates of a StatefulSet, which count as volumes.
    """
    pod, spec_path = _prepare(template, errors.version, claim_templates), (*path, "spec")
    spec = pod.spec
    stored = None if old is None else _prepare(old, errors.version, ()).spec
    volumes = _volumes(pod, errors.version, old)
    claims: Collection[str] = ()
    if pod_claims := spec.get("resourceClaims"):
        from linter.apiserver.pod.resource_claims import validate_pod_resource_claims

        claims = validate_pod_resource_claims(pod_claims, (*spec_path, "resourceClaims"), errors)
    validate_containers(spec, spec_path, errors, volumes=volumes, claims=claims, old=stored)
    validate_pod_resources(spec, spec_path, errors, claims=claims, old=stored)
    validate_pod_security_context(spec, spec_path, errors, old=stored)
    validate_overhead(spec, spec_path, errors)


def warn_of_pod_template(template: Object, path: FieldPath, errors: Errors) -> None:
    """Warn of what a pod template has that does nothing, or hides something.

    Args:
        template: The template, with defaults applied.
        path: Where it stands.
        errors: Gets the warnings.
    """
    spec, spec_path = _prepare(template, errors.version, ()).spec, (*path, "spec")
    warn_of_containers(spec, spec_path, errors)
    if overhead := spec.get("overhead"):
        warn_of_fractional_bytes(overhead, (*spec_path, "overhead"), errors)


def _prepare(template: Object, version: KubeVersion, claim_templates: Sequence[Object]) -> Pod:
    """Drop the fields whose feature gate is off."""
    from linter.kube.pods import pod_of

    kind = "StatefulSet" if claim_templates else "Deployment"
    workload = {"kind": kind, "spec": {"template": template, "volumeClaimTemplates": claim_templates}}
    return pod_of(workload, version)


def _volumes(pod: Pod, version: KubeVersion, old: Object | None) -> PodVolumes:
    """Ask the rules for the volumes, as long as these are judged there."""
    from types import SimpleNamespace

    from linter.rules.api.volumes import _judge_volumes, volumes_by_name

    stored = None if old is None else SimpleNamespace(object={"spec": {"template": old}})
    context = SimpleNamespace(version=version, old=stored)
    usable = _judge_volumes(pod, context).sound  # type: ignore[arg-type]
    return PodVolumes(
        {name: volume.spec for name, volume in volumes_by_name(pod).items()},
        {name: volume.spec for name, volume in usable.items()},
    )
