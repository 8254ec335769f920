"""StatefulSets with a maxUnavailable that their Kubernetes version does not honor."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.kube.gates import MAX_UNAVAILABLE_STATEFUL_SET, enabled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("stateful-max-unavailable-ignored", kinds={"StatefulSet"}, severity="warning", needs={"maxUnavailable"})
def stateful_max_unavailable_ignored(resource: Resource, context: Context) -> Iterator[Problem]:
    """This version of Kubernetes ignores a StatefulSet's maxUnavailable.

    The field is behind the feature gate MaxUnavailableStatefulSet, which is off by default up to 1.34, was on in 1.35.0 to
    1.35.3, is off again from 1.35.4 on and in 1.36, and on in 1.37. While it is off, the API server drops the field without a
    word and pods are replaced one at a time: the update takes longer than the manifest says.

    Leave the field out, or lint for the version that you run (`--kubernetes-version`). Where the gate is switched on in your
    cluster, ignore this rule in the configuration.

    Source: https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#maximum-unavailable-pods

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: db
    spec:
      clusterIP: None
      selector: {app: db}
      ports:
      - port: 5432
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata:
      name: db
    spec:
      serviceName: db
      replicas: 3
      updateStrategy:
        rollingUpdate:
          maxUnavailable: 2
      selector:
        matchLabels: {app: db}
      template:
        metadata:
          labels: {app: db}
        spec:
          containers:
          - name: db
            image: postgres:16.2
            ports:
            - containerPort: 5432
            readinessProbe:
              tcpSocket: {port: 5432}
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: db
    spec:
      clusterIP: None
      selector: {app: db}
      ports:
      - port: 5432
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata:
      name: db
    spec:
      serviceName: db
      replicas: 3
      updateStrategy:
        rollingUpdate:
          maxUnavailable: 1
      selector:
        matchLabels: {app: db}
      template:
        metadata:
          labels: {app: db}
        spec:
          containers:
          - name: db
            image: postgres:16.2
            ports:
            - containerPort: 5432
            readinessProbe:
              tcpSocket: {port: 5432}
    ```
    """
    strategy = resource.object["spec"]["updateStrategy"]
    value = (strategy.get("rollingUpdate") or {}).get("maxUnavailable")
    # One at a time is what happens in any case.
    if value in {None, 1} or enabled(MAX_UNAVAILABLE_STATEFUL_SET, context.version):
        return
    yield Problem(
        ("spec", "updateStrategy", "rollingUpdate", "maxUnavailable"),
        f"Kubernetes {context.version} drops maxUnavailable {value} (feature gate MaxUnavailableStatefulSet is off by default): "
        "an update replaces one pod at a time.",
    )
