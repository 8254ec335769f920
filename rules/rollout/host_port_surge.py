"""Deployments with a host port whose update needs more nodes than there may be."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.replicas import count, replicas_of, rolling_numbers

from ._exclusive import held_ports
from ._nodes import nodes_of, schedulable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("host-port-surge", kinds={"Deployment"}, severity="warning", needs={"hostPort", "hostNetwork"})
def host_port_surge(resource: Resource, context: Context) -> Iterator[Problem]:
    """A rolling update needs a node whose port is still free.

    A host port (or any declared port under hostNetwork) can be taken once on each node, by an old or a new pod. With
    maxUnavailable 0 the update must start a new pod before an old one goes; if every suitable node has an old pod, the new
    one stays Pending and the update stands still.

    Without nodes (`--nodes`) podplan can't know whether there is one to spare, and reports each such Deployment. Set
    maxUnavailable to 1 or more, use a Service instead of the port, or a DaemonSet if there is to be one pod on each node.

    Source: https://kubernetes.io/docs/concepts/configuration/overview/#services

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: ingress
    spec:
      replicas: 3
      selector:
        matchLabels: {app: ingress}
      template:
        metadata:
          labels: {app: ingress}
        spec:
          containers:
          - name: ingress
            image: traefik:3.1.2
            ports:
            - containerPort: 8080
              hostPort: 80
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: ingress
    spec:
      replicas: 3
      strategy:
        rollingUpdate:
          maxSurge: 0
          maxUnavailable: 1
      selector:
        matchLabels: {app: ingress}
      template:
        metadata:
          labels: {app: ingress}
        spec:
          containers:
          - name: ingress
            image: traefik:3.1.2
            ports:
            - containerPort: 8080
              hostPort: 80
    ```
    """
    replicas = replicas_of(resource, context)
    # A percentage that rounds to 0 for few replicas may not for many.
    rolling = rolling_numbers(resource, replicas.high)
    if rolling is None or rolling.unavailable > 0:
        rolling = rolling_numbers(resource, replicas.low)
    if rolling is None or rolling.unavailable > 0:
        return
    ports = list(held_ports(resource))
    if not ports:
        return
    nodes = nodes_of(context)
    room = [node for node in nodes if schedulable(resource, node)]
    needed = rolling.replicas + 1
    # Without any node the cause is another one, and the rule no-node-matches names it.
    if nodes and (not room or len(room) >= needed):
        return
    there = f"; {count(len(room), 'node')} of {len(nodes)} can take it" if nodes else ""
    yield Problem(
        ports[0].path,
        f"Port {ports[0].port} of the node can be taken once on each node. With {count(rolling.replicas, 'replica')}, "
        f"maxSurge {rolling.surge} and maxUnavailable 0 an update needs {needed} nodes to start the first new pod"
        f"{there}. Write maxUnavailable 1.",
    )
