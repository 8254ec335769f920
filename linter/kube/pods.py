"""Pod templates: where they stand, and their containers with the paths they have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from linter.path import FieldPath

Object = dict[str, Any]

TEMPLATE: FieldPath = ("spec", "template")
POD: FieldPath = ("spec", "template", "spec")
CONTAINER_LISTS = ("initContainers", "containers", "ephemeralContainers")
_TEMPLATES: dict[str, FieldPath] = {
    "Pod": (),
    "PodTemplate": ("template",),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
}


class Container(NamedTuple):
    """A container of a pod: its spec, its path, the list it stands in (`containers` …) and its number there."""

    spec: Object
    path: FieldPath
    list_name: str
    number: int

    @property
    def is_regular(self) -> bool:
        """Whether it stands in `containers`."""
        return self.list_name == "containers"

    @property
    def is_sidecar(self) -> bool:
        """Whether it is an init container that keeps running."""
        return self.list_name == "initContainers" and self.spec.get("restartPolicy") == "Always"


def template_path(kind: str) -> FieldPath:
    """Return where the pod template of a kind stands; a Pod is its own."""
    return _TEMPLATES.get(kind, TEMPLATE)


def containers(pod: Mapping[str, Any], path: FieldPath = POD) -> Iterator[Container]:
    """Walk all containers of a pod spec: init, regular, ephemeral.

    Args:
        pod: The pod spec.
        path: Where it stands.
    """
    for name in CONTAINER_LISTS:
        for index, spec in enumerate(pod.get(name) or ()):
            yield Container(spec, (*path, name, index), name, index)
