"""Probes and hooks that name a port which their container does not have."""

from __future__ import annotations

from linter.engine.rule import Context, Problem, rule
from linter.kube.suggest import did_you_mean, quote
from linter.rules.facts.pods import PODS, declared_ports, list_ports, running_containers

from ._probes import ASKING, asked_ports

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource


@rule("probe-port-unknown", kinds=PODS, severity="error", needs=ASKING)
def probe_port_unknown(resource: Resource, context: Context) -> Iterator[Problem]:
    """A probe or hook names a port that its container does not have.

    The kubelet looks the name up among the ports of the same container and finds nothing, so the probe always fails:
    the pod never becomes ready, or is restarted again and again. Correct the name, name the port in the container, or
    write the number (which also reaches the other containers of the pod).

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
              image: nginx:1.25
              ports: [{name: http, containerPort: 80}]
              readinessProbe: {httpGet: {port: htpp}}
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
              image: nginx:1.25
              ports: [{name: http, containerPort: 80}]
              readinessProbe: {httpGet: {port: http}}
    ```
    """
    for container, handler, port, path in asked_ports(resource):
        if not isinstance(port, str):
            continue
        ports = declared_ports(container)
        message = (
            f"Container `{container.name}` has no port called {quote(port)}, so `{handler}` always fails."
        )
        names = [each.name for each in ports if each.name]
        elsewhere = [
            (other, each)
            for other in running_containers(resource)
            for each in declared_ports(other)
            if each.name == port
        ]
        if elsewhere:
            other, found = elsewhere[0]
            message += f" Container `{other.name}` has: write its number, {found.number}."
        elif ports:
            message += f"{did_you_mean(port, names)} It has {list_ports(ports)}."
        else:
            message += " It declares no ports: name one there, or write the number here."
        yield Problem(path, message)
