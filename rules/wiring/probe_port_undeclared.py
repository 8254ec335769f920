"""Probes and hooks that ask a port number which no container declares."""

from __future__ import annotations

from linter.engine.rule import Context, Problem, rule
from linter.rules.facts.pods import PODS, declared_ports, list_ports, ports_of

from ._probes import ASKING, asked_ports

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource


@rule("probe-port-undeclared", kinds=PODS, severity="info", needs=ASKING)
def probe_port_undeclared(resource: Resource, context: Context) -> Iterator[Problem]:
    """A probe or hook asks a port number that no container of the pod declares.

    The container declares ports, but not this one. The process may listen there all the same, as a declaration is a mere
    statement; if it doesn't, the probe always fails. Correct the number, or declare the port.

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 2
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: example.com/web:1.4
              ports: [{name: http, containerPort: 8080}]
              readinessProbe: {httpGet: {port: 80}}
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 2
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: example.com/web:1.4
              ports: [{name: http, containerPort: 8080}]
              readinessProbe: {httpGet: {port: 8080}}
    ```
    """
    known = set()
    for container, handler, port, path in asked_ports(resource):
        # All probes of a container ask the same port, as a rule.
        if not isinstance(port, int) or (container.name, port) in known:
            continue
        known.add((container.name, port))
        declared = any(each.number == port and each.protocol == "TCP" for each in ports_of(resource))
        if not declared and (ports := declared_ports(container)):
            message = (
                f"`{handler}` asks port {port}, which no container of the pod declares; `{container.name}` has "
                f"{list_ports(ports)}."
            )
            yield Problem(path, message)
