"""Pods with a token of the default ServiceAccount."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.pods import PODS, pod_path

from ._pods import pod_spec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("default-service-account", kinds=PODS, severity="warning")
def default_service_account(resource: Resource, context: Context) -> Iterator[Problem]:
    """The pods get the token of the namespace's default ServiceAccount.

    Every pod that names no ServiceAccount shares it: a right that one of them needs is a right for all. Name a ServiceAccount
    of its own, or, for pods that don't talk to the API server, set `automountServiceAccountToken: false`.

    Source: https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          containers:
          - name: web
            image: nginx:1.25
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          automountServiceAccountToken: false
          containers:
          - name: web
            image: nginx:1.25
    ```
    """
    pod = pod_spec(resource)
    if pod.get("automountServiceAccountToken") is False or _account_mounts_none(resource, context):
        return
    if pod.get("serviceAccountName") in {None, "", "default"}:
        yield Problem(
            (*pod_path(resource), "serviceAccountName"),
            "The pods get the token of the default ServiceAccount; name their own, or set automountServiceAccountToken: false.",
        )


def _account_mounts_none(resource: Resource, context: Context) -> bool:
    """Tell whether the run defines the default ServiceAccount so that it gives out no token."""
    accounts = context.inventory.named("ServiceAccount", resource.namespace, "default")
    return any(each.manifest.get("automountServiceAccountToken") is False for each in accounts)
