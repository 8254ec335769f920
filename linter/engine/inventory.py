"""The index of all resources of a run: rules ask it what else is there."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from linter.kube.selectors import matches_labels

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from linter.loading.resource import Resource


class Inventory:
    """All resources of the run, by kind, namespace, name and the labels of their pods."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self.resources = tuple(resources)
        self._by_kind: dict[str, list[Resource]] = defaultdict(list)
        self._by_name: dict[tuple[str, str, str], list[Resource]] = defaultdict(list)
        self._pod_owners: dict[str, list[Resource]] | None = None
        for resource in self.resources:
            self._by_kind[resource.kind].append(resource)
            self._by_name[resource.kind, resource.namespace, resource.name].append(resource)

    def of_kind(self, kind: str, namespace: str | None = None) -> Iterator[Resource]:
        """Yield the resources of a kind, of one namespace or of all."""
        for resource in self._by_kind.get(kind, ()):
            if namespace is None or resource.namespace == namespace:
                yield resource

    def named(self, kind: str, namespace: str, name: str) -> list[Resource]:
        """Return the resources with that kind, namespace and name: none, one, or several by mistake."""
        return self._by_name.get((kind, namespace, name), [])

    def pod_owners(self, namespace: str) -> list[Resource]:
        """Return what makes pods in the namespace: workloads, Jobs, Pods, and custom resources with a pod template."""
        if self._pod_owners is None:
            self._pod_owners = defaultdict(list)
            for resource in self.resources:
                if pod_labels(resource) is not None:
                    self._pod_owners[resource.namespace].append(resource)
        return self._pod_owners.get(namespace, [])

    def selected(self, selector: Mapping[str, str], namespace: str) -> list[Resource]:
        """Return the owners of pods whose labels hold every pair of a Service's selector."""
        return [each for each in self.pod_owners(namespace) if matches_labels(selector, pod_labels(each) or {})]


def pod_labels(resource: Resource) -> dict[str, str] | None:
    """Return the labels that the resource's pods get from its template; None where it makes no pods.

    Reads the manifest as written, whatever it holds: labels that are no text are left out.
    """
    if "pod_labels" not in resource.memo:
        template = pod_template(resource)
        labels = None
        if template is not None:
            raw = _dig(template, "metadata", "labels")
            labels = {k: v for k, v in raw.items() if isinstance(v, str)} if isinstance(raw, dict) else {}
        resource.memo["pod_labels"] = labels
    labels_or_none: dict[str, str] | None = resource.memo["pod_labels"]
    return labels_or_none


def pod_template(resource: Resource) -> dict[str, Any] | None:
    """Return the pod template as written (`metadata`, `spec`); of a Pod the Pod itself; None where there is none."""
    if resource.kind == "Pod" and resource.api_version == "v1":
        return resource.manifest
    if resource.kind == "CronJob":
        template = _dig(resource.manifest, "spec", "jobTemplate", "spec", "template")
    else:
        template = _dig(resource.manifest, "spec", "template")
        # A custom resource may use the word for something else: a pod template has labels or containers.
        if isinstance(template, dict) and not (
            isinstance(_dig(template, "metadata", "labels"), dict) or isinstance(_dig(template, "spec", "containers"), list)
        ):
            return None
    return template if isinstance(template, dict) else None


def _dig(value: Any, *path: str) -> Any:
    for step in path:
        if not isinstance(value, dict):
            return None
        value = value.get(step)
    return value
