"""Services that are open to the outside."""

from __future__ import annotations

from linter.engine.rule import Problem, rule

from ._options import option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("exposed-services", kinds={"Service"}, severity="info", options={"types": ["NodePort", "LoadBalancer"]})
def exposed_services(resource: Resource, context: Context) -> Iterator[Problem]:
    """The Service is reachable from outside the cluster.

    A NodePort opens a port on every node, a LoadBalancer an address of its own, both past the Ingress or Gateway where access is
    controlled. Use type ClusterIP behind one of these. Option `types` holds the types that are reported.

    Source: https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      type: NodePort
      selector: {app: web}
      ports:
      - port: 80
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      type: ClusterIP
      selector: {app: web}
      ports:
      - port: 80
    ```
    """
    kind = resource.object["spec"]["type"]
    if kind in option(context, "exposed-services", "types", default=["NodePort", "LoadBalancer"]):
        yield Problem(
            ("spec", "type"),
            f"type {kind} opens this Service to the outside; use ClusterIP behind an Ingress or Gateway.",
        )
