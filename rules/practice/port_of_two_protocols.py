"""Ports that differ in nothing but their protocol."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.manifests import items
from linter.rules.facts.pods import PODS, containers_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource
    from linter.path import FieldPath


@rule("port-of-two-protocols", kinds=PODS | {"Service"}, severity="info", needs={"protocol"})
def port_of_two_protocols(resource: Resource, _context: Context) -> Iterator[Problem]:
    """One port number is there for two protocols, which `kubectl apply` takes for the same port.

    Without `--server-side`, kubectl merges lists of ports by `containerPort` (in a Service by `port`) alone, not by the protocol. As
    long as the list stays as it is all is well; at its next change, and when the second protocol is added, one of the two may be
    lost without a word. Apply such an object with `kubectl apply --server-side`, or use `kubectl replace`. `podplan plan update` tells
    when an update is such a change.

    Source: https://github.com/kubernetes/kubernetes/issues/39188

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: dns
    spec:
      selector: {app: dns}
      ports:
      - {name: dns, port: 53, protocol: UDP}
      - {name: dns-tcp, port: 53, protocol: TCP}
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: dns
    spec:
      selector: {app: dns}
      ports:
      - {name: dns, port: 53, protocol: UDP}
      - {name: metrics, port: 9153, protocol: TCP}
    ```
    """
    if resource.kind == "Service":
        yield from _in_list(resource.object["spec"], "port", ("spec",))
    else:
        for container in containers_of(resource):
            yield from _in_list(container.spec, "containerPort", container.path)


def _in_list(owner: object, key: str, path: FieldPath) -> Iterator[Problem]:
    """Yield the ports of a list whose number stands above with another protocol."""
    above: dict[int, str] = {}
    for index, port in items(owner, "ports"):
        number, protocol = port.get(key), port.get("protocol", "TCP")
        if number is None:
            continue  # the API server says so
        if above.setdefault(number, protocol) != protocol:
            yield Problem(
                (*path, "ports", index, key),
                f"`kubectl apply` takes {number}/{above[number]} and {number}/{protocol} for one port, and may lose one of them when the "
                "list changes. Apply it with --server-side.",
            )
