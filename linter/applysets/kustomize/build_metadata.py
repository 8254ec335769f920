"""`buildMetadata`: annotations that say where an object came from and what changed it."""

from __future__ import annotations

from linter.applysets.kustomize.nodes import Mapping, Scalar
from linter.applysets.kustomize.scalars import STR, needs_quotes
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.applysets.kustomize.resource import Resource

ORIGIN = "config.kubernetes.io/origin"
_TRANSFORMATIONS = "alpha.config.kubernetes.io/transformations"
OPTIONS = ("originAnnotations", "transformerAnnotations", "managedByLabel")


class Made(NamedTuple):
    """What made or changed an object: a file, or a generator or transformer of a kustomization."""

    path: str = ""
    configured_in: str = ""
    api_version: str = ""
    kind: str = ""
    name: str = ""
    namespace: str = ""

    @property
    def text(self) -> str:
        """The text of an annotation."""
        lines = [
            f"{key}: {_spelled(value)}"
            for key, value in (("path", self.path), ("configuredIn", self.configured_in))
            if value
        ]
        by = (
            ("apiVersion", self.api_version),
            ("kind", self.kind),
            ("name", self.name),
            ("namespace", self.namespace),
        )
        if any(value for _, value in by):
            lines.append("configuredBy:")
            lines += [f"  {key}: {_spelled(value)}" for key, value in by if value]
        return "".join(f"{line}\n" for line in lines)


def _spelled(value: str) -> str:
    return f'"{value}"' if needs_quotes(value) else value


def set_origin(resource: Resource, made: Made) -> None:
    """Note where an object came from."""
    _annotate(resource, ORIGIN, made.text)


def add_origin(resource: Resource, made: Made) -> None:
    """Note what generated an object, unless it is known already."""
    if ORIGIN not in resource.texts("annotations"):
        set_origin(resource, made)


def add_transformation(resource: Resource, made: Made) -> None:
    """Note what changed an object; of one whose origin is not known, that it made it."""
    texts = resource.texts("annotations")
    if ORIGIN not in texts:
        set_origin(resource, made)
        return
    indented = made.text.replace("\n", "\n  ").rstrip(" ")
    _annotate(resource, _TRANSFORMATIONS, f"{texts.get(_TRANSFORMATIONS, '')}- {indented}")


def _annotate(resource: Resource, name: str, text: str) -> None:
    resource.normalize_texts("annotations")
    metadata = resource.metadata
    found = metadata.entries.get("annotations") if metadata is not None else None
    entries = dict(found.entries) if type(found) is Mapping else {}
    entries[name] = Scalar(text, STR, "|", resource.source)
    place = found.place if found is not None else resource.node.place
    resource.set_metadata("annotations", Mapping(entries, place))


def finish(resources: list[Resource], asked: list[str]) -> None:
    """Drop the annotations that are not asked for, and add the label of the builder."""
    dropped = {
        name
        for option, name in (("originAnnotations", ORIGIN), ("transformerAnnotations", _TRANSFORMATIONS))
        if option not in asked
    }
    for resource in resources:
        metadata = resource.metadata
        found = metadata.entries.get("annotations") if metadata is not None else None
        if type(found) is Mapping and dropped & found.entries.keys():
            entries = {key: value for key, value in found.entries.items() if key not in dropped}
            resource.set_metadata("annotations", Mapping(entries, found.place))
    if "managedByLabel" in asked:
        for resource in resources:
            metadata = resource.metadata
            labels = metadata.entries.get("labels") if metadata is not None else None
            entries = dict(labels.entries) if type(labels) is Mapping else {}
            entries["app.kubernetes.io/managed-by"] = Scalar("kustomize-v5.8.2", STR, "", resource.source)
            resource.set_metadata("labels", Mapping(entries, resource.node.place))


def path_of(resource: Resource) -> str:
    """Return the file that an object came from, as its annotation says."""
    first = resource.texts("annotations").get(ORIGIN, "").partition("\n")[0]
    return first.removeprefix("path: ").strip('"')
