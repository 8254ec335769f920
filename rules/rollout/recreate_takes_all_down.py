"""Deployments that stop every pod before they start a new one."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.pods import pods_of
from linter.rules.facts.replicas import replicas_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("recreate-takes-all-down", kinds={"Deployment"}, severity="warning", needs={"strategy"})
def recreate_takes_all_down(resource: Resource, context: Context) -> Iterator[Problem]:
    """An update with strategy Recreate stops all replicas before the first new pod starts.

    The controller scales the old ReplicaSet to 0, waits until its last pod is gone, and only then creates the new pods:
    from then until the first of them is ready, nobody answers. If the new image cannot start, nothing comes back by
    itself.

    Where pods of two versions may run side by side, leave `strategy` out or write `type: RollingUpdate`. Where they may
    not (a database schema, a lock), keep Recreate and say so with a comment: `# podplan: ignore[recreate-takes-all-down]
    because …`. A Deployment of one replica is not reported, and neither is one whose pods share a ReadWriteOnce claim: a
    rolling update might wait for the volume for ever.

    Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#recreate-deployment

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      replicas: 6
      strategy:
        type: Recreate
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
      replicas: 6
      strategy:
        type: RollingUpdate
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
    """
    if resource.object["spec"]["strategy"]["type"] != "Recreate":
        return
    from ._exclusive import claim_of_one_pod, held_ports

    replicas = replicas_of(resource, context)
    if replicas.high <= 1 or claim_of_one_pod(resource, context):
        return
    pods = pods_of(resource)
    # Where a new pod needs the port of an old one, the old one has to go first.
    in_the_way = pods.spec.get("hostNetwork") or any(held_ports(resource))
    how = ", maxSurge 0 and maxUnavailable 1" if in_the_way else ""
    yield Problem(
        ("spec", "strategy", "type"),
        f"An update takes {replicas} down to 0 before the first new pod starts; with type RollingUpdate{how} some keep "
        "answering.",
    )
