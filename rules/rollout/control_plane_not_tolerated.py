"""DaemonSets that leave out the control-plane nodes."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.kube.pods import POD
from linter.kube.scheduling import taint_text
from linter.rules.facts.replicas import count

from ._nodes import name_of, nodes_of, repelling_taints, schedulable, selected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource

    from ._nodes import Node

_CONTROL_PLANE = {"node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"}


@rule("control-plane-not-tolerated", kinds={"DaemonSet"}, severity="info", asks_nodes=True)
def control_plane_not_tolerated(resource: Resource, context: Context) -> Iterator[Problem]:
    """The DaemonSet runs no pod on the control-plane nodes.

    Control-plane nodes carry the taint `node-role.kubernetes.io/control-plane:NoSchedule`. A DaemonSet for the whole cluster
    (logs, metrics, network, storage) needs a toleration for it; one for applications does not.

    To run there, too, add `{key: node-role.kubernetes.io/control-plane, operator: Exists, effect: NoSchedule}` to the
    tolerations; to make it plain that it shall not, exclude these nodes by node affinity. This rule needs to know the nodes
    (`--nodes FILE`); in the examples they stand in front.

    Source: https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/#taints-and-tolerations

    ```yaml bad
    apiVersion: v1
    kind: Node
    metadata:
      name: control-1
      labels: {kubernetes.io/os: linux}
    spec:
      taints:
      - {key: node-role.kubernetes.io/control-plane, effect: NoSchedule}
    ---
    apiVersion: v1
    kind: Node
    metadata:
      name: worker-1
      labels: {kubernetes.io/os: linux}
    ---
    apiVersion: apps/v1
    kind: DaemonSet
    metadata:
      name: agent
    spec:
      selector:
        matchLabels: {app: agent}
      template:
        metadata:
          labels: {app: agent}
        spec:
          containers:
          - name: agent
            image: fluent-bit:3.1.4
    ```

    ```yaml good
    apiVersion: v1
    kind: Node
    metadata:
      name: control-1
      labels: {kubernetes.io/os: linux}
    spec:
      taints:
      - {key: node-role.kubernetes.io/control-plane, effect: NoSchedule}
    ---
    apiVersion: v1
    kind: Node
    metadata:
      name: worker-1
      labels: {kubernetes.io/os: linux}
    ---
    apiVersion: apps/v1
    kind: DaemonSet
    metadata:
      name: agent
    spec:
      selector:
        matchLabels: {app: agent}
      template:
        metadata:
          labels: {app: agent}
        spec:
          tolerations:
          - key: node-role.kubernetes.io/control-plane
            operator: Exists
            effect: NoSchedule
          containers:
          - name: agent
            image: fluent-bit:3.1.4
    ```
    """
    nodes = nodes_of(context)
    left_out = [
        node for node in nodes if selected(resource, node) and _kept_off_as_control_plane(resource, node)
    ]
    # Where it runs nowhere at all, the rule no-node-matches says so.
    if not left_out or not any(schedulable(resource, node) for node in nodes):
        return
    taint = taint_text(repelling_taints(resource, left_out[0])[0])
    names = ", ".join(name_of(node) for node in left_out[:3]) + (" …" if len(left_out) > 3 else "")
    yield Problem(
        (*POD, "tolerations"),
        f"{len(left_out)} of {count(len(nodes), 'node')} ({names}) get no pod, because of the taint {taint}. Tolerate it if the "
        "pods belong there, too.",
    )


def _kept_off_as_control_plane(resource: Resource, node: Node) -> bool:
    taints = repelling_taints(resource, node)
    return bool(taints) and all(taint.get("key") in _CONTROL_PLANE for taint in taints)
