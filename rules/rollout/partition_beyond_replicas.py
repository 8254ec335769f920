"""StatefulSets whose partition lets no pod be updated."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.replicas import replicas_of

from ._statefulsets import partition_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("partition-beyond-replicas", kinds={"StatefulSet"}, severity="warning", needs={"partition"})
def partition_beyond_replicas(resource: Resource, context: Context) -> Iterator[Problem]:
    """No pod is ever updated, because the partition lies beyond the last one.

    A StatefulSet updates the pods whose index is at or above `partition`; the indexes run from 0 to replicas - 1 (counted
    from `ordinals.start`, where that is set). With a partition of at least `replicas` an apply is accepted, the new revision
    is recorded, and no pod gets it: a lost pod comes back with the old image, too.

    Remove the partition, or lower it to update the pods with the highest indexes first.

    Source: https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#partitions

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
          partition: 3
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
          partition: 0
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
    partition = partition_of(resource)
    replicas = replicas_of(resource, context)
    if replicas.high > 0 and partition >= replicas.high:
        yield Problem(
            ("spec", "updateStrategy", "rollingUpdate", "partition"),
            f"With {replicas} the indexes of the pods end at {replicas.high - 1}: partition {partition} keeps every pod on the "
            "old revision, and an update never does anything.",
        )
