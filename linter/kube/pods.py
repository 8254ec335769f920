"""Pod templates: where they stand, and their containers with the paths they have."""

from __future__ import annotations

from linter.light_typing import NamedTuple
from linter.path import value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

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
    def name(self) -> str:
        """The name; "" where there is none."""
        name = self.spec.get("name")
        return name if isinstance(name, str) else ""

    @property
    def is_regular(self) -> bool:
        """Whether it stands in `containers`."""
        return self.list_name == "containers"

    @property
    def is_sidecar(self) -> bool:
        """Whether it is an init container that keeps running."""
        return self.list_name == "initContainers" and self.spec.get("restartPolicy") == "Always"

    @property
    def keeps_running(self) -> bool:
        """Whether it runs as long as the pod does: it is regular or a sidecar."""
        return self.is_regular or self.is_sidecar


class PodView(NamedTuple):
    """What an object of any kind says of the pods that come of it: its pod template, or the Pod itself."""

    template: Object
    """Metadata and spec of the pods, with defaults applied."""
    template_path: FieldPath
    """Where it stands."""

    @property
    def spec(self) -> Object:
        """The pod spec."""
        spec: Object = self.template["spec"]
        return spec

    @property
    def path(self) -> FieldPath:
        """Where the pod spec stands."""
        return (*self.template_path, "spec")

    def containers(self) -> Iterator[Container]:
        """Walk all containers: init, regular, ephemeral."""
        return containers(self.spec, self.path)


def pod_view(kind: str, obj: Object) -> PodView:
    """Return the pods of an object.

    Args:
        kind: One of the kinds that pods come of, or PodTemplate.
        obj: The object with defaults applied.
    """
    path = template_path(kind)
    template = value_at(obj, path)
    if template is None:
        # Of a ReplicationController the server only says so once it has decoded it.
        from linter.kube.defaults.pods import default_template

        template = default_template({})
    return PodView(template, path)


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
        if name in pod:
            for index, spec in enumerate(pod[name] or ()):
                yield Container(spec, (*path, name, index), name, index)


def long_running(pod: Mapping[str, Any]) -> list[Object]:
    """Return the containers of a pod spec that run as long as the pod does: the regular ones, then the sidecars."""
    running = [each for each in containers(pod) if each.keeps_running]
    return [each.spec for each in sorted(running, key=lambda each: each.is_sidecar)]
