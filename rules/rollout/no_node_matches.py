"""Pods that none of the known nodes can take."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.kube.scheduling import taint_text
from linter.kube.selectors import matches_labels
from linter.path import Key
from linter.rules.facts.pods import PODS, pod_path, pods_of

from ._nodes import labels_of, name_of, nodes_of, repelling_taints, selected

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource

    from ._nodes import Node


@rule("no-node-matches", kinds=PODS, severity="warning", asks_nodes=True)
def no_node_matches(resource: Resource, context: Context) -> Iterator[Problem]:
    """None of the nodes can take the pods.

    A nodeSelector or required node affinity that no node meets, or taints that the pods don't tolerate: the pods of a
    Deployment or StatefulSet stay Pending, a DaemonSet quietly has none at all. Often a label is misspelt, or was never put
    on the nodes (`kubectl label nodes NAME key=value`).

    This rule needs to know the nodes: `--nodes FILE`, with what `kubectl get nodes -o yaml` prints; in the examples they
    stand in front. A DaemonSet that is switched off by a selector that matches nothing deserves a comment that says so.

    Source: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/

    ```yaml bad
    apiVersion: v1
    kind: Node
    metadata:
      name: worker-1
      labels: {kubernetes.io/os: linux, disktype: ssd}
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
          nodeSelector:
            disktype: hdd
          containers:
          - name: agent
            image: fluent-bit:3.1.4
    ```

    ```yaml good
    apiVersion: v1
    kind: Node
    metadata:
      name: worker-1
      labels: {kubernetes.io/os: linux, disktype: ssd}
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
          nodeSelector:
            disktype: ssd
          containers:
          - name: agent
            image: fluent-bit:3.1.4
    ```
    """
    nodes = nodes_of(context)
    if not nodes:
        return
    reachable = [node for node in nodes if selected(resource, node)]
    if not reachable:
        yield from _unmatched(resource, nodes)
    elif all(repelling_taints(resource, node) for node in reachable):
        taints = sorted(
            {taint_text(taint) for node in reachable for taint in repelling_taints(resource, node)}
        )
        which = (
            f"the {len(reachable)} of {len(nodes)} nodes that match"
            if len(reachable) < len(nodes)
            else "all nodes"
        )
        yield Problem(
            (*pod_path(resource), "tolerations"),
            f"No pod can run: {which} have taints that the pods don't tolerate ({', '.join(taints)}).",
        )


def _unmatched(resource: Resource, nodes: list[Node]) -> Iterator[Problem]:
    """Name the part of the template that no node meets."""
    pod = pods_of(resource).spec
    name = pod.get("nodeName")
    if name and all(name != name_of(node) for node in nodes):
        yield Problem(
            (*pod_path(resource), "nodeName"), f"{_none_of(nodes)} is called {name}: no pod can run."
        )
        return
    selector = pod.get("nodeSelector") or {}
    missing = [
        (key, value)
        for key, value in selector.items()
        if all(labels_of(node).get(key) != value for node in nodes)
    ]
    for key, value in missing:
        others = sorted({labels_of(node)[key] for node in nodes if key in labels_of(node)})
        there = f" (there is {', '.join(f'{key}={other}' for other in others[:3])})" if others else ""
        yield Problem(
            (*pod_path(resource), "nodeSelector", Key(key)),
            f"{_none_of(nodes)} has the label {key}={value}{there}: no pod can run.",
        )
    if missing:
        return
    if not any(matches_labels(selector, labels_of(node)) for node in nodes):
        pairs = ", ".join(f"{key}={value}" for key, value in selector.items())
        yield Problem(
            (*pod_path(resource), "nodeSelector"),
            f"{_none_of(nodes)} has all of {pairs}: no pod can run.",
            at_key=True,
        )
        return
    yield Problem(
        (*pod_path(resource), "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution"),
        f"{_none_of(nodes)} meets nodeName, nodeSelector and this required node affinity: no pod can run."
        if name or selector
        else f"{_none_of(nodes)} meets this required node affinity: no pod can run.",
        at_key=True,
    )


def _none_of(nodes: list[Node]) -> str:
    return (
        f"None of the {len(nodes)} nodes"
        if len(nodes) > 1
        else f"No node (there is only {name_of(nodes[0])})"
    )
