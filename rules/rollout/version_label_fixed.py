"""Version and chart labels where they can never change."""

from __future__ import annotations

import re

from linter.engine.rule import Problem, rule
from linter.path import Key
from linter.rules.facts.manifests import dig, items
from linter.rules.facts.pods import containers_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from linter.engine.rule import Context
    from linter.loading.resource import Resource
    from linter.path import FieldPath

_VERSION_LABELS = frozenset({"helm.sh/chart", "chart", "app.kubernetes.io/version"})


@rule(
    "version-label-fixed",
    kinds={"Deployment", "StatefulSet", "DaemonSet"},
    severity="warning",
    needs={"matchLabels", "volumeClaimTemplates"},
)
def version_label_fixed(resource: Resource, _context: Context) -> Iterator[Problem]:
    """A label that changes with every version stands in a selector or a claim template, which cannot be changed.

    The selector of a workload and the volumeClaimTemplates of a StatefulSet are fixed for ever. With `helm.sh/chart`,
    `app.kubernetes.io/version` or the image's tag among their labels the next version is refused, and the way out is to
    delete the workload. Leave these labels to metadata and the pod template, and select by labels that stay, such as
    `app.kubernetes.io/name` and `app.kubernetes.io/instance`. What exists already must be deleted once, best with
    `kubectl delete --cascade=orphan`.

    A workload whose own name holds the version is not reported: each version is another object then.

    Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#label-selector-updates

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web, app.kubernetes.io/version: "1.4.0"}
      template:
        metadata:
          labels: {app: web, app.kubernetes.io/version: "1.4.0"}
        spec:
          containers:
          - name: web
            image: example.org/web:1.4.0
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
          labels: {app: web, app.kubernetes.io/version: "1.4.0"}
        spec:
          containers:
          - name: web
            image: example.org/web:1.4.0
    ```
    """
    spec = resource.object["spec"]
    yield from _among(dig(spec, "selector", "matchLabels"), ("spec", "selector", "matchLabels"), resource)
    for index, claim in items(spec, "volumeClaimTemplates"):
        path = ("spec", "volumeClaimTemplates", index, "metadata", "labels")
        yield from _among(dig(claim, "metadata", "labels"), path, resource)


def _among(labels: Any, path: FieldPath, resource: Resource) -> Iterator[Problem]:
    for key, value in (labels or {}).items():
        is_version = (_looks_like_a_version(value or "") and value in _image_versions(resource)) or (
            key in _VERSION_LABELS and re.search("[0-9]", value or "")
        )
        if not is_version or _named_after(resource, value):
            continue
        what = "a selector" if "selector" in path else "volumeClaimTemplates"
        yield Problem(
            (*path, Key(key)),
            f"`{key}: {value}` changes with the next version, but {what} cannot be changed: the update will be refused. "
            "Leave the label out here.",
            at_key=True,
        )


def _image_versions(resource: Resource) -> Iterator[str]:
    """Yield the tags of the pod's images that look like a version."""
    for container in containers_of(resource):
        tag = (container.spec.get("image") or "").rpartition("/")[2].partition("@")[0].rpartition(":")[2]
        if _looks_like_a_version(tag):
            yield tag
            yield tag.removeprefix("v")


def _looks_like_a_version(text: str) -> bool:
    """Tell whether there is a dot between numbers."""
    return "." in text and re.search(r"[0-9]\.[0-9]", text) is not None


def _named_after(resource: Resource, value: str) -> bool:
    """Tell whether the version is part of the workload's name, as in `web-1.4.0` or `web-v1-4-0`."""
    found = re.search(r"[0-9]+([.-][0-9]+)*", value)
    return found is not None and re.sub("[.]", "-", found[0]) in re.sub("[.]", "-", resource.name)
