"""StatefulSets that update only some of their pods."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.replicas import replicas_of

from ._statefulsets import partition_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("partition-left", kinds={"StatefulSet"}, severity="info", needs={"partition"})
def partition_left(resource: Resource, context: Context) -> Iterator[Problem]:
    """Only a part of the pods is updated: a partition is set.

    A partition is the way to try a revision on a few pods. Until it is back at 0, the pods below it keep the old revision,
    through restarts as well, and each further change of the template only reaches the others. In a manifest that is applied
    again and again it is easily left behind.

    Remove the partition when the trial is over.

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
          partition: 2
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
    if 0 < partition < replicas.high:
        yield Problem(
            ("spec", "updateStrategy", "rollingUpdate", "partition"),
            f"An update reaches {replicas.high - partition} of {replicas}: the pods with an index below {partition} keep the "
            "old revision until the partition is 0.",
        )
