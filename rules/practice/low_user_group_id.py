"""Containers with a user or group id that the node may use itself."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.pods import PODS, containers_of, pod_path

from ._options import option
from ._pods import on_windows, pod_spec, security

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule(
    "low-user-group-id",
    kinds=PODS,
    severity="info",
    options={"minimum": 10_000},
    needs={"runAsUser", "runAsGroup"},
)
def low_user_group_id(resource: Resource, context: Context) -> Iterator[Problem]:
    """A container runs with a user or group id that may belong to somebody on the node.

    Ids below 10000 (option `minimum`) are those of the node's own users and services; a process that breaks out acts as that
    one. Choose a higher runAsUser and runAsGroup. Root, and a missing id, are left to `run-as-non-root`.

    Source: https://kubernetes.io/docs/tasks/configure-pod-container/security-context/

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          containers:
          - name: web
            image: nginx:1.25
            securityContext:
              runAsUser: 1000
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          containers:
          - name: web
            image: nginx:1.25
            securityContext:
              runAsUser: 10001
              runAsGroup: 10001
    ```
    """
    minimum = option(context, "low-user-group-id", "minimum", default=10_000)
    pod = pod_spec(resource)
    if on_windows(pod) or pod.get("hostUsers") is False:
        return
    places = [((*pod_path(resource), "securityContext"), pod.get("securityContext") or {})]
    places += [((*each.path, "securityContext"), security(each)) for each in containers_of(resource)]
    for path, settings in places:
        for field in ("runAsUser", "runAsGroup"):
            number = settings.get(field)
            if number is not None and 0 < number < minimum:
                yield Problem(
                    (*path, field), f"{field} {number} may be an id of the node; choose {minimum} or more."
                )
