"""DaemonSets that surge although their pods take a port of the node."""

from __future__ import annotations

from linter.engine.rule import Problem, rule

from ._daemonsets import surges
from ._exclusive import held_ports

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("daemonset-host-port-surge", kinds={"DaemonSet"}, needs={"maxSurge"})
def daemonset_host_port_surge(resource: Resource, context: Context) -> Iterator[Problem]:
    """A DaemonSet that surges can never start its new pod beside an old one with the same host port.

    With maxSurge the controller starts the new pod on a node while the old one still runs there, and deletes the old one
    when the new one is available. Both want the same port of the node, so the new one stays Pending: the update never
    ends. Under `hostNetwork: true` every declared port is a host port.

    Write `maxSurge: 0` and `maxUnavailable: 1`, or give up the host port.

    Source: https://kubernetes.io/docs/tasks/manage-daemon/update-daemon-set/

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
          containers:
          - name: agent
            image: fluent-bit:3.1.4
            ports:
            - containerPort: 2020
              hostPort: 2020
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
          containers:
          - name: agent
            image: fluent-bit:3.1.4
            ports:
            - containerPort: 2020
              hostPort: 2020
    ```
    """
    if not surges(resource):
        return
    for port in held_ports(resource):
        surge = resource.object["spec"]["updateStrategy"]["rollingUpdate"]["maxSurge"]
        yield Problem(
            port.path,
            f"The new pod can't start beside the old one, which has port {port.port} of the node: with maxSurge {surge} an "
            "update never ends. Write maxSurge 0 and maxUnavailable 1.",
        )
        return  # one port is enough to block the update
