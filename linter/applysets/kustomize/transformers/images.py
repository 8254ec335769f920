"""`images`: another name, tag or digest for an image, wherever a container names it."""

from __future__ import annotations

import re
from functools import lru_cache

from linter.applysets.kustomize.errors import KustomizeError, UnsupportedError
from linter.applysets.kustomize.fieldspecs import FieldSpecs, walk
from linter.applysets.kustomize.nodes import Mapping, Scalar, Sequence, is_null, set_text
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping as AnyMapping

    from linter.applysets.kustomize.nodes import Node
    from linter.applysets.kustomize.places import Place
    from linter.applysets.kustomize.resource import Resource

_LISTS = {"containers", "initContainers"}


class Image(NamedTuple):
    """What to write for an image. The name is a regular expression."""

    name: str = ""
    new_name: str = ""
    tag_suffix: str = ""
    new_tag: str = ""
    digest: str = ""


def set_image(resources: list[Resource], image: Image, specs: FieldSpecs, place: Place) -> None:
    """Rewrite an image in everything but CustomResourceDefinitions: in all lists of containers, then in the fields of the configuration."""
    pattern = _pattern(image.name)
    if pattern is None:
        return

    def write(node: Node) -> Node:
        if is_null(node):
            return node
        if type(node) is not Scalar:
            raise KustomizeError("An image is a text.", node.place)
        if pattern.fullmatch(node.text) is None:
            return node
        return set_text(node, _rewritten(node.text, image), "", place)

    for resource in resources:
        gvk = resource.id.gvk
        if gvk.kind == "CustomResourceDefinition":
            continue
        node = _in_lists(resource.node, write)
        for steps, _ in specs.matching(gvk):
            node = walk(node, steps, write, create=None, place=place)
        assert type(node) is Mapping  # noqa: S101  a walk changes no mapping into something else
        if node is not resource.node:
            resource.node = node
            resource.settle()


@lru_cache(maxsize=256)
def _pattern(name: str) -> re.Pattern[str] | None:
    """Return what matches an image of a name, with any tag and digest; None for a name that matches nothing."""
    from linter.applysets.kustomize.selectors import compiled

    if re.fullmatch(r"[\w./:@-]*", name) is None:
        try:
            compiled(name)
        except UnsupportedError:
            raise
        except KustomizeError:
            return None
    return re.compile(
        f"{name}(:[a-zA-Z0-9_.{{}}-]*)?(@[a-zA-Z0-9]+([.+_-][a-zA-Z0-9]+)*:[a-zA-Z0-9_.{{}}-]*)?"
    )


def _in_lists(node: Node, write: Callable[[Node], Node]) -> Node:
    if type(node) is Mapping:
        changed: dict[str, Node] = {}
        for name, value in node.entries.items():
            if type(value) is Scalar:
                continue
            new = _in_lists(value, write)
            if name in _LISTS and type(new) is Sequence:
                new = _in_list(new, write)
            if new is not value:
                changed[name] = new
        return Mapping({**node.entries, **changed}, node.place) if changed else node
    if type(node) is Sequence:
        items = [item if type(item) is Scalar else _in_lists(item, write) for item in node.items]
        if all(new is old for new, old in zip(items, node.items, strict=True)):
            return node
        return Sequence(items, node.place)
    return node


def _in_list(node: Sequence, write: Callable[[Node], Node]) -> Sequence:
    items: list[Node] = []
    for item in node.items:
        new: Node = item
        if type(item) is Mapping:
            image = item.entries.get("image")
            if image is not None:
                written = write(image)
                new = item if written is image else item.with_entry("image", written)
        elif not is_null(item):
            raise KustomizeError("A container is a mapping.", item.place)
        items.append(new)
    if all(new is old for new, old in zip(items, node.items, strict=True)):
        return node
    return Sequence(items, node.place)


def _rewritten(text: str, image: Image) -> str:
    name, tag, digest = split_image(text)
    name = image.new_name or name
    if image.new_tag and image.digest:
        tag, digest = image.new_tag, image.digest
    elif image.new_tag:
        tag, digest = image.new_tag, ""
    elif image.digest:
        tag, digest = "", image.digest
    elif image.tag_suffix:
        tag, digest = tag + image.tag_suffix, ""
    return name + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")


def split_image(text: str) -> tuple[str, str, str]:
    """Split an image into name, tag and digest. A colon before the first slash belongs to the name."""
    slash = max(text.find("/"), 0)
    at, colon = text.find("@", slash), text.find(":", slash)
    if at >= 0 and (colon < 0 or at < colon):
        return text[:at], "", text[at + 1 :]
    if colon < 0:
        return text, "", ""
    if at >= 0:
        return text[:colon], text[colon + 1 : at], text[at + 1 :]
    return text[:colon], text[colon + 1 :], ""


def image_of(decoded: AnyMapping[str, str]) -> Image:
    """Make an image of its decoded fields."""
    return Image(*(decoded.get(name, "") for name in ("name", "newName", "tagSuffix", "newTag", "digest")))
