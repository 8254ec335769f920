"""Rolling Deployments whose new pod needs a ReadWriteOncePod volume that the old one holds."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.replicas import count, replicas_of, rolling_numbers

from ._exclusive import held_claims

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("read-write-once-pod-handover", kinds={"Deployment"}, needs={"persistentVolumeClaim"})
def read_write_once_pod_handover(resource: Resource, context: Context) -> Iterator[Problem]:
    """A rolling update deadlocks over a ReadWriteOncePod volume.

    A ReadWriteOncePod volume belongs to one pod of the whole cluster. A rolling update keeps the old pod until the new one
    is ready, and the new one is not even scheduled as long as the old one has the volume: the update never ends.

    Use `strategy: {type: Recreate}` with one replica, or a StatefulSet with volumeClaimTemplates.

    Source: https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes

    ```yaml bad
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata:
      name: data
    spec:
      accessModes: [ReadWriteOncePod]
      resources:
        requests: {storage: 1Gi}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: db
    spec:
      selector:
        matchLabels: {app: db}
      template:
        metadata:
          labels: {app: db}
        spec:
          containers:
          - name: db
            image: postgres:16.2
            volumeMounts:
            - {name: data, mountPath: /var/lib/postgresql/data}
          volumes:
          - name: data
            persistentVolumeClaim:
              claimName: data
    ```

    ```yaml good
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata:
      name: data
    spec:
      accessModes: [ReadWriteOncePod]
      resources:
        requests: {storage: 1Gi}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: db
    spec:
      strategy:
        type: Recreate
      selector:
        matchLabels: {app: db}
      template:
        metadata:
          labels: {app: db}
        spec:
          containers:
          - name: db
            image: postgres:16.2
            volumeMounts:
            - {name: data, mountPath: /var/lib/postgresql/data}
          volumes:
          - name: data
            persistentVolumeClaim:
              claimName: data
    ```
    """
    rolling = rolling_numbers(resource, replicas_of(resource, context).low)
    # The one pod that runs has the volume. Unless all old pods may go, the controller keeps it: whatever else is missing
    # counts as unavailable already.
    if rolling is None or rolling.unavailable >= rolling.replicas:
        return
    for claim in held_claims(resource, context):
        if claim.one_pod:
            yield Problem(
                claim.path,
                f"The claim {claim.name} is ReadWriteOncePod, and with {count(rolling.replicas, 'replica')}, maxSurge "
                f"{rolling.surge} and maxUnavailable {rolling.unavailable} an update keeps the old pod, which has it, "
                "until the new one is ready: it never ends. Use strategy Recreate.",
            )
