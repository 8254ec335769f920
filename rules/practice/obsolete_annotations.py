"""Annotations that were replaced by fields and do nothing now."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.path import FieldPath, Key
from linter.rules.facts.pods import PODS, pods_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from linter.engine.rule import Context
    from linter.loading.resource import Resource

_REPLACED_BY = {
    "service.alpha.kubernetes.io/tolerate-unready-endpoints": "spec.publishNotReadyAddresses",
    "service.beta.kubernetes.io/external-traffic": "spec.externalTrafficPolicy",
    "service.beta.kubernetes.io/healthcheck-nodeport": "spec.healthCheckNodePort",
    "volume.beta.kubernetes.io/storage-class": "spec.storageClassName",
    "volume.alpha.kubernetes.io/storage-class": "spec.storageClassName",
    "kubernetes.io/ingress.class": "spec.ingressClassName",
    "pod.alpha.kubernetes.io/initialized": "podManagementPolicy: Parallel, if pods need not wait for each other",
    "pod.alpha.kubernetes.io/init-containers": "initContainers",
    "pod.beta.kubernetes.io/init-containers": "initContainers",
    "pod.beta.kubernetes.io/hostname": "the field hostname",
    "pod.beta.kubernetes.io/subdomain": "the field subdomain",
    "scheduler.alpha.kubernetes.io/affinity": "the field affinity",
    "scheduler.alpha.kubernetes.io/tolerations": "the field tolerations",
    "scheduler.alpha.kubernetes.io/name": "the field schedulerName",
    "kubectl.kubernetes.io/default-logs-container": "kubectl.kubernetes.io/default-container",
}


@rule(
    "obsolete-annotations",
    kinds=PODS | {"Service", "Ingress"},
    severity="warning",
    needs={*_REPLACED_BY},
)
def obsolete_annotations(resource: Resource, context: Context) -> Iterator[Problem]:
    """An annotation was replaced by a field, and is not read any more or soon will not be.

    Such annotations come from old examples. What they were meant to do does not happen, or only with some controllers. Write the field
    that the message names. Annotations that the API server itself warns of are reported by the rules of group api.

    Source: https://kubernetes.io/docs/reference/labels-annotations-taints/

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: db
      annotations:
        service.alpha.kubernetes.io/tolerate-unready-endpoints: "true"
    spec:
      clusterIP: None
      selector: {app: db}
      ports:
      - port: 5432
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: db
    spec:
      clusterIP: None
      publishNotReadyAddresses: true
      selector: {app: db}
      ports:
      - port: 5432
    ```
    """
    yield from _obsolete(resource.object.get("metadata") or {}, ("metadata",))
    if resource.kind in PODS and resource.kind != "Pod":
        pods = pods_of(resource)
        yield from _obsolete(pods.template.get("metadata") or {}, (*pods.template_path, "metadata"))
    spec = resource.object.get("spec") or {}
    for index, claim in enumerate(spec.get("volumeClaimTemplates") or ()):
        yield from _obsolete(claim.get("metadata") or {}, ("spec", "volumeClaimTemplates", index, "metadata"))


def _obsolete(metadata: dict[str, Any], path: FieldPath) -> Iterator[Problem]:
    for key in metadata.get("annotations") or ():
        if key in _REPLACED_BY:
            yield Problem(
                (*path, "annotations", Key(key)),
                f"The annotation {key} is obsolete; use {_REPLACED_BY[key]}.",
                at_key=True,
            )
