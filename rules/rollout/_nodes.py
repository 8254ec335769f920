"""Which of the known nodes can take a workload's pods."""

from __future__ import annotations

from linter.kube.scheduling import daemon_tolerations, matches_node, tolerated
from linter.rules.facts.manifests import dig
from linter.rules.facts.pods import pods_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from linter.engine.rule import Context
    from linter.loading.resource import Resource

    Node = dict[str, Any]


def nodes_of(context: Context) -> list[Node]:
    """Return the nodes that were given. Node objects among the manifests do not count: they need not be all there are."""
    return list(context.nodes or ())


def name_of(node: Node) -> str:
    """Return a node's name."""
    name = dig(node, "metadata", "name")
    return name if isinstance(name, str) else ""


def labels_of(node: Node) -> dict[str, str]:
    """Return a node's labels; those that are not text are left out."""
    labels = dig(node, "metadata", "labels")
    return {k: v for k, v in labels.items() if isinstance(v, str)} if isinstance(labels, dict) else {}


def taints_of(node: Node) -> list[dict[str, Any]]:
    """Return a node's taints."""
    taints = dig(node, "spec", "taints")
    return [each for each in taints if isinstance(each, dict)] if isinstance(taints, list) else []


def selected(resource: Resource, node: Node) -> bool:
    """Tell whether nodeName, nodeSelector and required node affinity of the pods admit a node."""
    pod = pods_of(resource).spec
    wanted = pod.get("nodeName")
    return (not wanted or wanted == name_of(node)) and matches_node(pod, name_of(node), labels_of(node))


def repelling_taints(resource: Resource, node: Node) -> list[dict[str, Any]]:
    """Return the taints that keep the pods off a node. The taints of a passing state (not ready …) are left out."""
    pod = pods_of(resource).spec
    # A nodeName goes past the scheduler, but not past the DaemonSet controller: only NoExecute takes the pod away again.
    direct = pod.get("nodeName") and resource.kind != "DaemonSet"
    effects = {"NoExecute"} if direct else {"NoSchedule", "NoExecute"}
    # The tolerations that each DaemonSet gets name just these passing states.
    tolerations = daemon_tolerations(pod)
    return [
        taint
        for taint in taints_of(node)
        if taint.get("effect") in effects and not tolerated(taint, tolerations)
    ]


def schedulable(resource: Resource, node: Node) -> bool:
    """Tell whether a pod of the workload may run on a node, as far as labels and taints decide it."""
    return selected(resource, node) and not repelling_taints(resource, node)
