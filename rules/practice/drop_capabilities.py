"""Containers that keep the capabilities that every container gets."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.pods import PODS, containers_of

from ._options import option
from ._pods import context_path, on_windows, pod_spec, security

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("drop-capabilities", kinds=PODS, severity="warning", options={"capabilities": ["ALL"]})
def drop_capabilities(resource: Resource, context: Context) -> Iterator[Problem]:
    """A container keeps capabilities that it does not need.

    Every container starts with a set of capabilities, NET_RAW among them, with which it can forge packets. Drop ALL and add
    those that the program needs (option `capabilities`: what must be dropped; `[NET_RAW]` is what other linters ask for).

    Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted

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
              capabilities:
                drop: [ALL]
    ```
    """
    wanted = option(context, "drop-capabilities", "capabilities", default=["ALL"])
    if on_windows(pod_spec(resource)):
        return
    for container in containers_of(resource):
        settings = security(container)
        dropped = {
            name.upper().removeprefix("CAP_")
            for name in (settings.get("capabilities") or {}).get("drop") or ()
        }
        missing = [name for name in wanted if name not in dropped]
        if missing and "ALL" not in dropped and not settings.get("privileged"):
            yield Problem(
                (*context_path(container, "capabilities"), "drop"),
                f"Container {container.spec.get('name')} keeps capabilities that it may not need; drop {', '.join(missing)} and "
                "add back what it uses.",
            )
