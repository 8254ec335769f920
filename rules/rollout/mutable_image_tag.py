"""Images whose tag moves."""

from __future__ import annotations

from linter.engine.rule import WORKLOADS, Problem, rule
from linter.kube.defaults.pods import default_pull_policy
from linter.rules.facts.pods import PODS, containers_of

_RUNNING = PODS - {"Job", "Pod"}
"""What goes on making pods; a Job and a bare Pod are not rolled out."""
_INJECTED = "auto"
"""What Istio replaces by its proxy: https://istio.io/latest/docs/setup/additional-setup/gateway/."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("mutable-image-tag", kinds=_RUNNING, severity="warning")
def mutable_image_tag(resource: Resource, context: Context) -> Iterator[Problem]:
    """The image has the tag `latest`, or none, which means the same.

    What the tag stands for changes in the registry, not in the manifest. Applying the manifest again then changes nothing, so
    that no rollout starts; pods that happen to restart get the new image, the others keep the old one; and `rollout undo`
    goes back to the same tag, that is, to the same image.

    Name a version, e.g. `nginx:1.27.2`, or a digest (`nginx@sha256:…`). Where Kustomize sets the tag, lint what it
    renders.

    Reported once for each image of an object, of all that goes on making pods; not of `auto`, which Istio replaces.

    Source: https://kubernetes.io/docs/concepts/containers/images/#image-names

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
            image: nginx:latest
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
            image: nginx:1.27.2
    ```
    """
    consequence = (
        "applying it again rolls nothing out, and there is no way back to the image of today"
        if resource.kind in WORKLOADS
        else "from one pod to the next it may be another one, and there is no way back to that of today"
    )
    known = {_INJECTED}
    for container in containers_of(resource):
        image = container.spec.get("image") or ""
        # The API server's own test for `latest`: it sets the default of imagePullPolicy.
        if image in known or default_pull_policy(image) != "Always":
            continue
        known.add(image)
        tag = "the tag latest" if image.endswith(":latest") else "no tag, which means latest"
        yield Problem(
            (*container.path, "image"),
            f"The image {image} has {tag}: {consequence}. Name a version or a digest.",
        )
