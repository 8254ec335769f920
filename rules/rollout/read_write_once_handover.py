"""Rolling Deployments whose new pod needs a ReadWriteOnce volume that the old one still holds."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.replicas import count, replicas_of, rolling_numbers

from ._exclusive import held_claims, pinned_to_one_node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("read-write-once-handover", kinds={"Deployment"}, severity="warning", needs={"persistentVolumeClaim"})
def read_write_once_handover(resource: Resource, context: Context) -> Iterator[Problem]:
    """The new pod of a rolling update may wait for ever for the old one's ReadWriteOnce volume.

    A ReadWriteOnce volume is attached to one node at a time. A rolling update keeps an old pod until a new one is ready;
    if the scheduler puts the new one on another node, it stays in ContainerCreating until the volume is free, and the
    old pod, which has it, stays until the new one is ready. Neither gives way; on the same node it goes well, which is why
    this often shows up only in production.

    One replica: use `strategy: {type: Recreate}`, which stops the old pod first. Several replicas: use a StatefulSet with
    volumeClaimTemplates, so that each pod has its own volume, or a volume with ReadWriteMany. Pods that are tied to one
    node (nodeName, a nodeSelector for the hostname, required affinity to each other) are not reported.

    Source: https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes

    ```yaml bad
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata:
      name: data
    spec:
      accessModes: [ReadWriteOnce]
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
      accessModes: [ReadWriteOnce]
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
    # Where all old pods may go at once, they let go of the volume without waiting for the new ones.
    if rolling is None or rolling.unavailable >= rolling.replicas:
        return
    claims = [claim for claim in held_claims(resource, context) if not claim.one_pod]
    if not claims or pinned_to_one_node(resource):
        return
    kept = count(rolling.replicas - rolling.unavailable, "old pod")
    advice = (
        "use strategy Recreate" if rolling.replicas == 1 else "use a StatefulSet, or a ReadWriteMany claim"
    )
    for claim in claims:
        yield Problem(
            claim.path,
            f"The claim {claim.name} is ReadWriteOnce, and an update keeps {kept} until a new one is ready: on another "
            f"node the new pod waits for the volume for ever. With {count(rolling.replicas, 'replica')} {advice}.",
        )
