"""The pods of a resource, as the practice rules look at it."""

from __future__ import annotations

from linter.rules.facts.pods import pods_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from linter.kube.pods import Container
    from linter.loading.resource import Resource
    from linter.path import FieldPath


def pod_spec(resource: Resource) -> dict[str, Any]:
    """Return the spec of the pods that come of a resource, with defaults."""
    return pods_of(resource).spec


def security(container: Container) -> dict[str, Any]:
    """Return a container's own securityContext, empty where there is none."""
    context: dict[str, Any] = container.spec.get("securityContext") or {}
    return context


def effective(container: Container, pod: dict[str, Any], field: str) -> Any:
    """Return a setting that a container takes from the pod where it has none of its own; None where neither has."""
    own = security(container).get(field)
    return own if own is not None else (pod.get("securityContext") or {}).get(field)


def context_path(container: Container, field: str) -> FieldPath:
    """Return the path of a setting in a container's securityContext."""
    return (*container.path, "securityContext", field)


def on_windows(pod: dict[str, Any]) -> bool:
    """Tell whether the pods say that they run on Windows, where the settings of Linux mean nothing."""
    return (pod.get("os") or {}).get("name") == "windows"


def host_paths(resource: Resource) -> Iterator[tuple[FieldPath, str, str]]:
    """Yield the hostPath volumes: the path of the field, the volume's name, the folder on the node."""
    pods = pods_of(resource)
    for index, volume in enumerate(pods.spec.get("volumes") or ()):
        if "hostPath" in volume:
            path = (*pods.path, "volumes", index, "hostPath", "path")
            yield path, volume.get("name") or "", volume["hostPath"].get("path") or ""
