"""`patches`, `patchesStrategicMerge` and `patchesJson6902`."""

from __future__ import annotations

from linter.applysets.kustomize import json_patch
from linter.applysets.kustomize.compose import compose_all, compose_one
from linter.applysets.kustomize.errors import KustomizeError, NoTargetError
from linter.applysets.kustomize.nodes import Mapping, Scalar, Sequence, is_null, overwrite, raw_text
from linter.applysets.kustomize.resource import Resource, resources_of
from linter.applysets.kustomize.scalars import STR
from linter.applysets.kustomize.selectors import Selector, select
from linter.applysets.kustomize.strategic_merge import merge
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from linter.applysets.kustomize.json_patch import Operation
    from linter.applysets.kustomize.nodes import Node
    from linter.applysets.kustomize.places import FieldOrNode, Place
    from linter.applysets.kustomize.schema import Schema


class PatchText(NamedTuple):
    """The text of a patch, and where it stands.

    Attributes:
        text: The patch.
        file: The file it stands in.
        holder: For an inline patch: the place of that text.
    """

    text: str
    file: str
    holder: FieldOrNode | None

    @property
    def json_text(self) -> str:
        """The text that tells whether a list is JSON: of an inline patch, blanks around it do not count."""
        return self.text.strip() if self.holder is not None else self.text


class Patch(NamedTuple):
    """A patch that was read.

    Attributes:
        merges: Objects to merge; each names its target unless `target` does.
        operations: Operations of a JSON patch; one of both is empty.
        target: What it is for.
        allow_name_change, allow_kind_change: Whether it may change the id of its target.
        place: Where the kustomization has it.
    """

    merges: tuple[Mapping, ...]
    operations: tuple[Operation, ...]
    target: Selector | None
    allow_name_change: bool
    allow_kind_change: bool
    place: Place
    is_legacy: bool = False
    """Whether it is an entry of `patchesStrategicMerge`."""


def read_patch(
    source: PatchText,
    target: Selector | None,
    options: dict[str, Any],
    place: Place,
) -> Patch:
    """Read a patch: a list is a JSON patch, objects are merged.

    Raises:
        KustomizeError: It is neither.
    """
    nodes = compose_all(source.text, source.file, source.holder)
    if nodes and type(nodes[0]) is Sequence:
        merges: tuple[Mapping, ...] = ()
        operations = tuple(json_patch.operations_of(nodes[0], source.json_text))
        if target is None:
            raise KustomizeError(
                "A JSON patch needs a `target`: it does not say itself what it is for.", place
            )
    else:
        merges = tuple(each.node for each in resources_of(nodes))
        operations = ()
        if target is not None and len(merges) > 1:
            raise KustomizeError(
                "With a `target` a patch is one object, and here are several. Write an entry for each.", place
            )
    return Patch(
        merges,
        operations,
        target,
        bool(options.get("allowNameChange")),
        bool(options.get("allowKindChange")),
        place,
    )


def read_json_patch(source: PatchText, target: Selector, place: Place) -> Patch:
    """Read an entry of `patchesJson6902`.

    Raises:
        KustomizeError: It is not a JSON patch, or empty.
    """
    node = compose_one(source.text, source.file, source.holder)
    if node is None or is_null(node) or (type(node) is Sequence and not node.items):
        raise KustomizeError("The patch is empty.", place)
    operations = tuple(json_patch.operations_of(node, source.json_text))
    return Patch((), operations, target, allow_name_change=False, allow_kind_change=False, place=place)


def apply_patch(resources: list[Resource], patch: Patch, schema: Schema) -> list[Resource]:
    """Return the resources after a patch; those that it deletes are left out.

    Raises:
        KustomizeError: It does not fit, or what it names is not there.
    """
    if patch.operations:
        assert patch.target is not None  # noqa: S101  read_patch has looked
        for resource in select(resources, patch.target):
            resource.remember_id()
            apply_operations(resource, patch.operations)
        return resources
    for node in patch.merges:
        if patch.target is not None:
            for resource in select(resources, patch.target):
                _merge_into(resource, _retargeted(node, resource), patch, schema)
        else:
            found = find_target(resources, node, patch.place)
            _merge_into(found, _retargeted(node, found) if patch.is_legacy else node, patch, schema)
        resources = [resource for resource in resources if resource.node.entries]
    return resources


def apply_operations(resource: Resource, operations: tuple[Operation, ...]) -> None:
    """Apply a JSON patch to a resource."""
    resource.show_annotations()
    resource.node = json_patch.apply(resource.node, list(operations))
    resource.shared = ()
    resource.normalize_texts("annotations")


def find_target(resources: list[Resource], node: Mapping, place: Place) -> Resource:
    """Return the one resource that has, or had, the id of a patch.

    Raises:
        KustomizeError: There is none, or there are several.
    """
    wanted = Resource(node).id
    found = [resource for resource in resources if any(each.key == wanted.key for each in resource.all_ids)]
    if len(found) == 1:
        return found[0]
    if found:
        raise KustomizeError(f"The patch is for {wanted}, and there are {len(found)} of it.", place)
    raise NoTargetError(
        wanted.key,
        f"The patch is for {wanted}, which is not among the resources{_near(resources, wanted.name, wanted.gvk.kind)}.",
        place,
    )


def _near(resources: list[Resource], name: str, kind: str) -> str:
    same = sorted({resource.name for resource in resources if resource.id.gvk.kind == kind})
    if name in same:
        return "; one of that kind and name has another apiVersion or namespace"
    return f"; of kind {kind} there are {', '.join(same[:5])}" if same else ""


def _retargeted(node: Mapping, resource: Resource) -> Mapping:
    """Return a patch that was found by its target: its labels and annotations become texts (null too), its apiVersion the target's."""
    patch = Resource(node)
    for field in ("labels", "annotations"):
        metadata = patch.metadata
        found = metadata.entries.get(field) if metadata is not None else None
        if found is None:
            continue
        if type(found) is Mapping and found.entries:
            entries = {
                key: Scalar(raw_text(value), STR, "", value.place) for key, value in found.entries.items()
            }
            patch.set_metadata(field, Mapping(entries, found.place))
        else:
            patch.set_metadata(field, None)
    api_version = resource.node.entries.get("apiVersion")
    if api_version is not None:
        patch.node = patch.node.with_entry("apiVersion", api_version)
    return patch.node


def _merge_into(resource: Resource, node: Mapping, patch: Patch, schema: Schema) -> None:
    kind = resource.node.entries.get("kind")
    before = resource.metadata
    if patch.allow_name_change or patch.allow_kind_change:
        resource.remember_id()
    merged = merge(resource.node, node, schema)
    if merged is None:
        resource.node = Mapping({}, resource.node.place)
        return
    if _drops_annotations(node):
        # kustomize keeps what it remembers of a resource in its annotations.
        resource.previous = ()
        resource.prefixes = resource.suffixes = ()
        resource.needs_hash = False
        resource.behavior = ""
    resource.node = merged
    if not patch.allow_kind_change and kind is not None and type(kind) is Scalar:
        resource.node = merged.with_entry("kind", _kept(merged.entries.get("kind"), kind))
    if not patch.allow_name_change:
        _keep(resource, "name", before)
    _keep(resource, "namespace", before)
    resource.settle()


def _drops_annotations(patch: Mapping) -> bool:
    """Tell whether a patch removes all annotations, or all metadata."""
    node: Node | None = patch
    for name in ("metadata", "annotations"):
        node = node.entries.get(name) if type(node) is Mapping else None
        if node is None:
            return False
        if is_null(node) or (
            type(node) is Mapping and raw_text(node.entries.get("$patch")) in {"delete", "replace"}
        ):
            return True
    return False


def _kept(now: Node | None, before: Scalar) -> Scalar:
    if type(now) is Scalar and now.text == before.text:
        return before
    return overwrite(now, Scalar(before.text, "", "", before.place))


def _keep(resource: Resource, field: str, before: Mapping | None) -> None:
    """Write a name or namespace back."""
    metadata = resource.metadata
    now = metadata.entries.get(field) if metadata is not None else None
    old = before.entries.get(field) if before is not None else None
    if type(old) is not Scalar or is_null(old) or not old.text:
        if now is not None:
            resource.set_metadata(field, None)
    elif now is not old:
        resource.set_metadata(field, _kept(now, old))
