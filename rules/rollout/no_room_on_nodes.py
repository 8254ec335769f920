"""Workloads whose pods, or the one more that an update starts, find no room on the known nodes."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.light_typing import NamedTuple
from linter.rules.facts.pods import pods_of
from linter.rules.facts.replicas import replicas_of

from ._nodes import nodes_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource
    from linter.path import FieldPath
    from linter.planner.report.plan import Plan

KINDS = {"DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"}

_FIELDS: tuple[tuple[str, FieldPath], ...] = (
    ("pod anti-affinity rules", ("affinity", "podAntiAffinity")),
    ("existing pods anti-affinity rules", ("affinity", "podAntiAffinity")),
    ("pod affinity rules", ("affinity", "podAffinity")),
    ("topology spread constraints", ("topologySpreadConstraints",)),
    ("Insufficient ", ("containers",)),
    ("Too many pods", ("containers",)),
)
"""Words of the scheduler, and the field of the pod that they are about. What is missing here is the matter of other rules."""


@rule("no-room-on-nodes", kinds=KINDS, severity="warning", asks_nodes=True)
def no_room_on_nodes(resource: Resource, context: Context) -> Iterator[Problem]:
    """The nodes have no room for the pods, or for the one more that an update starts first.

    Pods stay Pending where no node has enough cpu or memory left, or where required anti-affinity or a topology spread
    constraint keeps them off. An update with maxUnavailable 0 starts a new pod before an old one goes: as many pods as nodes
    that must not share one run well, until the first update, which never ends.

    This rule needs to know the nodes: `--nodes FILE`, with what `kubectl get nodes -o yaml` prints; in the examples they
    stand in front. It asks the planner, which places pods as the kube-scheduler does, on nodes that are otherwise empty:
    what runs there beside makes it only worse. Ports of the node, nodeSelector and taints have rules of their own.

    Source: https://kubernetes.io/docs/concepts/scheduling-eviction/kube-scheduler/

    ```yaml bad
    apiVersion: v1
    kind: Node
    metadata:
      name: worker-1
      labels: {kubernetes.io/hostname: worker-1}
    ---
    apiVersion: v1
    kind: Node
    metadata:
      name: worker-2
      labels: {kubernetes.io/hostname: worker-2}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: shop
    spec:
      replicas: 2
      selector:
        matchLabels: {app: shop}
      template:
        metadata:
          labels: {app: shop}
        spec:
          affinity:
            podAntiAffinity:
              requiredDuringSchedulingIgnoredDuringExecution:
              - topologyKey: kubernetes.io/hostname
                labelSelector:
                  matchLabels: {app: shop}
          containers:
          - name: shop
            image: shop:1.0
    ```

    ```yaml good
    apiVersion: v1
    kind: Node
    metadata:
      name: worker-1
      labels: {kubernetes.io/hostname: worker-1}
    ---
    apiVersion: v1
    kind: Node
    metadata:
      name: worker-2
      labels: {kubernetes.io/hostname: worker-2}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: shop
    spec:
      replicas: 2
      strategy:
        rollingUpdate:
          maxSurge: 0
          maxUnavailable: 1
      selector:
        matchLabels: {app: shop}
      template:
        metadata:
          labels: {app: shop}
        spec:
          affinity:
            podAntiAffinity:
              requiredDuringSchedulingIgnoredDuringExecution:
              - topologyKey: kubernetes.io/hostname
                labelSelector:
                  matchLabels: {app: shop}
          containers:
          - name: shop
            image: shop:1.0
    ```
    """
    nodes = nodes_of(context)
    if not nodes:
        return
    from linter.planner import plan
    from linter.planner.errors import OperationError, ScenarioError, SimulationLimitError
    from linter.planner.options import Options

    manifest = resource.object
    if resource.kind != "DaemonSet":
        # An autoscaler may want more; fewer than that it never has.
        spec = {**manifest["spec"], "replicas": replicas_of(resource, context).low}
        manifest = {**manifest, "spec": spec}
    options = Options(kubernetes=str(context.version), nodes=nodes)
    try:
        created = _waiting(plan.create([manifest], options))
        updated = None if created else _waiting(plan.restart([manifest], options))
    except (OperationError, ScenarioError, SimulationLimitError):
        return  # what cannot be played is for other rules
    found = created or updated
    path = _path(resource, found.sentence) if found else None
    if found is None or path is None:
        return
    if created:
        stay = "stays" if found.number == 1 else "stay"
        yield Problem(
            path,
            f"On these nodes {found.number} of {found.wanted} pods {stay} Pending. {found.sentence}",
            at_key=True,
        )
    else:
        advice = " Write maxSurge 0 and maxUnavailable 1." if found.surges else ""
        yield Problem(
            path,
            "An update never ends: the new pod that it starts before an old one goes finds no node. "
            f"{found.sentence}{advice}",
            at_key=True,
        )


class _Waiting(NamedTuple):
    """Pods that find no node: how many, of how many; what the scheduler says; whether an old pod that goes first would help."""

    number: int
    wanted: int
    sentence: str
    surges: bool


def _waiting(plan: Plan) -> _Waiting | None:
    """Return what a plan says of pods that find no node in the end, or None."""
    for workload in plan.workloads:
        stuck = workload.summary.stuck
        if stuck is not None and stuck.reason == "unschedulable":
            last = workload.rounds[-1]
            number = sum(last.unschedulable[workload.workload].values())
            sentence = last.reasons[workload.workload][0].partition(" preemption:")[0]
            wanted = workload.summary.desired
            return _Waiting(number, wanted, sentence, any('"maxSurge": 0' in each for each in stuck.commands))
    return None


def _path(resource: Resource, sentence: str) -> FieldPath | None:
    """Return the field of the pod template that keeps the pods off the nodes; None where another rule tells of it."""
    for words, field in _FIELDS:
        if words in sentence:
            return (*pods_of(resource).path, *field)
    return None
