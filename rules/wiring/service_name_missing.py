"""StatefulSets without serviceName."""

from __future__ import annotations

from linter.engine.rule import Context, Fix, Problem, rule
from linter.rules.facts.manifests import describe

from ._stateful import SERVICE_NAME, headless_selecting, service_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource


@rule("service-name-missing", kinds={"StatefulSet"}, severity="warning")
def service_name_missing(resource: Resource, context: Context) -> Iterator[Problem]:
    """A StatefulSet names no governing Service.

    The API server takes it, but the pods get no DNS names of their own (`web-0.nginx.default.svc.cluster.local`), which
    is what most users of a StatefulSet want. Name a headless Service that selects the pods in `spec.serviceName`. The
    field can't be changed later: the set has to be deleted and created again.

    ```yaml bad
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: nginx}}
      template:
        metadata: {labels: {app: nginx}}
        spec:
          containers: [{name: nginx, image: "nginx:1.25"}]
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata: {name: nginx}
    spec:
      clusterIP: None
      selector: {app: nginx}
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: web}
    spec:
      serviceName: nginx
      selector: {matchLabels: {app: nginx}}
      template:
        metadata: {labels: {app: nginx}}
        spec:
          containers:
            - name: nginx
              image: nginx:1.25
              readinessProbe: {tcpSocket: {port: 80}}
    ```
    """
    if service_name(resource):
        return
    message = "`serviceName` is missing: the pods get no DNS names of their own."
    headless = headless_selecting(context.inventory, resource)
    if headless:
        message += (
            f" {describe(headless[0], resource)} selects them: write `serviceName: {headless[0].name}`."
        )
    else:
        message += " Name a headless Service that selects them."
    yield Problem(SERVICE_NAME, message, fix=_fix(resource, {service.name for service in headless}))


def _fix(stateful_set: Resource, names: set[str]) -> Fix | None:
    """Return the fix where there is one headless Service alone that can be meant."""
    if len(names) != 1 or "" in names:
        return None
    (name,) = names
    if "serviceName" in (stateful_set.manifest.get("spec") or {}):
        return Fix("set", SERVICE_NAME, name)
    return Fix("add", ("spec",), {"serviceName": name})
