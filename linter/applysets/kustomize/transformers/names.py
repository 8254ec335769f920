"""`namePrefix` and `nameSuffix`, and the hash that ends the names of generated objects."""

from __future__ import annotations

from linter.applysets.kustomize.fieldspecs import FieldSpecs, steps_of, walk
from linter.applysets.kustomize.nodes import Mapping, Scalar, raw_text, set_text
from linter.applysets.kustomize.resource import Gvk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.applysets.kustomize.nodes import Node
    from linter.applysets.kustomize.places import Place
    from linter.applysets.kustomize.resource import Resource

_KEPT = (
    Gvk("", "", "CustomResourceDefinition"),
    Gvk("apiregistration.k8s.io", "", "APIService"),
    Gvk("", "", "Namespace"),
)
"""What keeps its name."""


def add_prefix(resources: list[Resource], prefix: str, specs: FieldSpecs, place: Place) -> None:
    """Put a prefix before names."""
    _rename(resources, prefix, "", specs, place)


def add_suffix(resources: list[Resource], suffix: str, specs: FieldSpecs, place: Place) -> None:
    """Put a suffix behind names."""
    _rename(resources, "", suffix, specs, place)


def _rename(resources: list[Resource], prefix: str, suffix: str, specs: FieldSpecs, place: Place) -> None:
    def write(node: Node) -> Node:
        return set_text(node, f"{prefix}{raw_text(node)}{suffix}", "", place)

    for resource in resources:
        original = resource.original_id.gvk
        if any(original.is_selected_by(kept) for kept in _KEPT):
            continue
        for spec in specs.specs:
            if not original.is_selected_by(spec.gvk):
                continue
            if spec.path == "metadata/name" and (prefix or suffix):
                resource.prefixes += (prefix,) if prefix else ()
                resource.suffixes += (suffix,) if suffix else ()
                resource.remember_id()
            if resource.id.gvk.is_selected_by(spec.gvk):
                create = Scalar if spec.create else None
                node = walk(resource.node, steps_of(spec.path), write, create=create, place=place)
                assert type(node) is Mapping  # noqa: S101  a walk changes no mapping into something else
                resource.node = node
                resource.settle()


def add_hashes(resources: list[Resource]) -> None:
    """End the names of generated objects with the hash of what is in them.

    Raises:
        UnsupportedError: Of what a patch made of another kind.
    """
    from linter.applysets.kustomize.hashing import content_hash

    for resource in resources:
        if resource.needs_hash:
            suffix = content_hash(resource)
            resource.remember_id()
            resource.set_name(f"{resource.name}-{suffix}", resource.source)
