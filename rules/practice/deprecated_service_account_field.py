"""Pods that name their ServiceAccount in the old field."""

from __future__ import annotations

from linter.engine.rule import Fix, Problem, rule
from linter.path import value_at
from linter.rules.facts.pods import PODS, pod_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("deprecated-service-account-field", kinds=PODS, severity="warning", needs={"serviceAccount"})
def deprecated_service_account_field(resource: Resource, context: Context) -> Iterator[Problem]:
    """The pods name their ServiceAccount in the deprecated field `serviceAccount`.

    It is an old name of `serviceAccountName`; where both are set, the new one wins without a word. Write serviceAccountName
    alone.

    Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/

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
          serviceAccount: web
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
          serviceAccountName: web
          containers:
          - name: web
            image: nginx:1.25
    ```
    """
    # Defaults fill in both names: only what is written counts.
    old = value_at(resource.manifest, (*pod_path(resource), "serviceAccount"))
    if old:
        path = (*pod_path(resource), "serviceAccount")
        has_both = "serviceAccountName" in value_at(resource.manifest, pod_path(resource))
        yield Problem(
            path,
            f"serviceAccount is deprecated; write serviceAccountName: {old}.",
            at_key=True,
            fix=None if has_both else Fix("rename", path, "serviceAccountName"),
        )
