"""Containers that may run an image that was pulled long ago."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.pods import PODS, containers_of

from ._options import option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("image-pull-policy", kinds=PODS, severity="info", options={"policy": "Always"})
def image_pull_policy(resource: Resource, context: Context) -> Iterator[Problem]:
    """The image of a container is not checked against its registry at each start.

    With IfNotPresent a node that has the image uses its copy, although the tag may have moved on, and although the pod's own
    pull secret would not give it access. `Always` asks the registry, and downloads only what has changed. An image that is
    named by its digest cannot change and is not reported; neither is one that the registry cannot give (option `policy`).

    Source: https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy

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
            imagePullPolicy: Always
    ```
    """
    policy = option(context, "image-pull-policy", "policy", default="Always")
    for container in containers_of(resource):
        actual = container.spec["imagePullPolicy"]
        if actual != policy and "@" not in (container.spec.get("image") or ""):
            yield Problem(
                (*container.path, "imagePullPolicy"),
                f"Container {container.spec.get('name')} has imagePullPolicy {actual}; write {policy}.",
            )
