"""Updates that start a new pod beside an old one in the network of the node."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.pods import pods_of
from linter.rules.facts.replicas import replicas_of, rolling_numbers

from ._daemonsets import surges
from ._exclusive import held_ports

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("host-network-surge", kinds={"Deployment", "DaemonSet"}, severity="info", needs={"hostNetwork"})
def host_network_surge(resource: Resource, context: Context) -> Iterator[Problem]:
    """Old and new pods share the node's network during an update, and the scheduler does not know their ports.

    Under `hostNetwork: true` two pods on a node can't listen on the same port. The scheduler keeps them apart only by the
    ports that the containers declare; with none declared it may put the new pod beside the old one, where it crashes until
    the old one goes. With maxUnavailable 0 the old one does not go.

    Declare the ports that the containers listen on, or write `maxSurge: 0` and `maxUnavailable: 1`.

    Source: https://kubernetes.io/docs/concepts/configuration/overview/#services

    ```yaml bad
    apiVersion: apps/v1
    kind: DaemonSet
    metadata:
      name: agent
    spec:
      updateStrategy:
        rollingUpdate:
          maxSurge: 1
          maxUnavailable: 0
      selector:
        matchLabels: {app: agent}
      template:
        metadata:
          labels: {app: agent}
        spec:
          hostNetwork: true
          containers:
          - name: agent
            image: fluent-bit:3.1.4
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: DaemonSet
    metadata:
      name: agent
    spec:
      updateStrategy:
        rollingUpdate:
          maxSurge: 0
          maxUnavailable: 1
      selector:
        matchLabels: {app: agent}
      template:
        metadata:
          labels: {app: agent}
        spec:
          hostNetwork: true
          containers:
          - name: agent
            image: fluent-bit:3.1.4
    ```
    """
    pods = pods_of(resource)
    # Declared ports are told apart by the scheduler: the rules about host ports are for them.
    if not pods.spec.get("hostNetwork") or any(held_ports(resource)):
        return
    if resource.kind == "DaemonSet":
        if surges(resource):
            surge = resource.object["spec"]["updateStrategy"]["rollingUpdate"]["maxSurge"]
            yield Problem(
                (*pods.path, "hostNetwork"),
                f"With maxSurge {surge} the new pod starts beside the old one in the network of the node: if both listen "
                "on the same port, the update never ends. Write maxSurge 0 and maxUnavailable 1.",
            )
        return
    rolling = rolling_numbers(resource, replicas_of(resource, context).low)
    if rolling is not None and rolling.unavailable == 0:
        yield Problem(
            (*pods.path, "hostNetwork"),
            f"With maxSurge {rolling.surge} and maxUnavailable 0 a new pod may start beside an old one in the network of "
            "the node, and fail while the old one has the port. Declare the containers' ports, or write maxSurge 0 and "
            "maxUnavailable 1.",
        )
