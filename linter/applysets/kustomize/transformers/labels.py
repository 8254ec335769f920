"""`labels`, `commonLabels` and `commonAnnotations`: texts that are added to mappings of texts."""

from __future__ import annotations

from linter.applysets.kustomize.errors import KustomizeError
from linter.applysets.kustomize.fieldspecs import FieldSpecs, walk
from linter.applysets.kustomize.nodes import Mapping, Scalar, Shared, checked_key, is_null, overwrite
from linter.applysets.kustomize.scalars import STR
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping as AnyMapping

    from linter.applysets.kustomize.nodes import Node
    from linter.applysets.kustomize.places import Place
    from linter.applysets.kustomize.resource import Resource


class Added(NamedTuple):
    """A text to add, and where it is said."""

    text: str
    place: Place


def add_texts(
    resources: list[Resource], texts: AnyMapping[str, Added], specs: FieldSpecs, place: Place
) -> None:
    """Set labels or annotations.

    kustomize keeps a label that it adds to several fields of one object once: if a patch changes one of them later, all change.
    """
    if not texts:
        return
    names = sorted(texts)
    for resource in resources:
        tokens = {name: Shared() for name in names}

        def write(node: Node, tokens: dict[str, Shared] = tokens) -> Node:
            if is_null(node):
                return node
            if type(node) is not Mapping:
                raise KustomizeError(
                    "Labels and annotations go into a mapping, and this is none.", node.place
                )
            entries = dict(node.entries)
            for name in names:
                text, where = texts[name]
                existing = entries.get(name)
                if existing is None:
                    entries[checked_key(name, where)] = Scalar(text, STR, "", where, (tokens[name], 0))
                else:
                    entries[name] = overwrite(existing, Scalar(text, STR, "", where))
            return Mapping(entries, node.place)

        node: Node = resource.node
        for steps, create in specs.matching(resource.id.gvk):
            node = walk(node, steps, write, create=Mapping if create else None, place=place)
        assert type(node) is Mapping  # noqa: S101  a walk changes no mapping into something else
        resource.node = node
        resource.settle()
        resource.shared += tuple((token, token.writes) for token in tokens.values())
