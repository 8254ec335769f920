"""`replacements`: a field of one object, or a text, copied to fields of others."""

from __future__ import annotations

from linter.applysets.kustomize.errors import KustomizeError
from linter.applysets.kustomize.nodes import Mapping, Scalar, Sequence, is_empty, is_null, text_of
from linter.applysets.kustomize.paths import condition_of, is_condition, lookup, split_path
from linter.applysets.kustomize.resource import Gvk, ResourceId
from linter.applysets.kustomize.selectors import Selector, compiled, selector_of
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping as AnyMapping
    from typing import Any

    from linter.applysets.kustomize.nodes import Node
    from linter.applysets.kustomize.places import Place
    from linter.applysets.kustomize.resource import Resource


class Options(NamedTuple):
    """Which part of a text is meant, and whether fields are made."""

    delimiter: str = ""
    part: int = 0
    create: bool = False


class Source(NamedTuple):
    """The field that a value comes from."""

    gvk: Gvk
    name: str
    namespace: str
    path: str
    options: Options


class Target(NamedTuple):
    """The fields that a value goes to."""

    select: Selector
    reject: tuple[Selector, ...]
    paths: tuple[str, ...]
    options: Options


class Replacement(NamedTuple):
    """One entry of `replacements`."""

    source: Source | None
    value: Scalar | None
    targets: tuple[Target, ...]
    place: Place


def replacement_of(decoded: AnyMapping[str, Any], place: Place) -> Replacement:
    """Make a replacement of its decoded fields.

    Raises:
        KustomizeError: Something is missing.
    """
    source, value = decoded.get("source"), decoded.get("sourceValue")
    if (source is None and value is None) or decoded.get("targets") is None:
        raise KustomizeError("A replacement needs a `source`, or a `sourceValue`, and `targets`.", place)
    if source is not None and value is not None:
        raise KustomizeError("A replacement has a `source` or a `sourceValue`, not both.", place)
    return Replacement(
        None if source is None else _source_of(source),
        None if value is None else Scalar(value, "", "", place),
        tuple(_target_of(target, place) for target in decoded["targets"]),
        place,
    )


def _source_of(decoded: AnyMapping[str, Any]) -> Source:
    gvk = Gvk(*(decoded.get(name, "") for name in ("group", "version", "kind")))
    path = decoded.get("fieldPath") or "metadata.name"
    return Source(gvk, decoded.get("name", ""), decoded.get("namespace", ""), path, _options_of(decoded))


def _target_of(decoded: AnyMapping[str, Any], place: Place) -> Target:
    if decoded.get("select") is None:
        raise KustomizeError("A target of a replacement needs `select`.", place)
    return Target(
        selector_of(decoded["select"]),
        tuple(selector_of(each) for each in decoded.get("reject", ())),
        tuple(decoded.get("fieldPaths") or ("metadata.name",)),
        _options_of(decoded),
    )


def _options_of(decoded: AnyMapping[str, Any]) -> Options:
    options = decoded.get("options") or {}
    return Options(options.get("delimiter", ""), options.get("index", 0), options.get("create", False))


def replace(resources: list[Resource], replacement: Replacement) -> None:
    """Copy a value.

    Raises:
        KustomizeError: The source or a field of a target is not there.
    """
    value = replacement.value or _source_value(resources, replacement)
    for target in replacement.targets:
        for resource in resources:
            if _is_target(resource, target):
                node: Node = resource.node
                for path in target.paths:
                    node = _written(node, path, value, target.options)
                if node is not resource.node:
                    assert type(node) is Mapping  # noqa: S101  for the type checker
                    resource.node = node
                    resource.settle()


def _source_value(resources: list[Resource], replacement: Replacement) -> Node:
    source = replacement.source
    assert source is not None  # noqa: S101  replacement_of has looked
    found = [resource for resource in resources if any(_is_source(each, source) for each in resource.all_ids)]
    name = f"{source.gvk} `{source.name or '*'}`"
    if len(found) != 1:
        reason = "is not among the resources" if not found else f"may be {len(found)} resources"
        raise KustomizeError(f"The source {name} {reason}.", replacement.place)
    node = lookup(found[0].node, split_path(source.path))
    if node is None or is_empty(node):
        raise KustomizeError(f"The source {name} has no field `{source.path}`.", replacement.place)
    if not source.options.delimiter:
        return node
    if type(node) is not Scalar:
        raise KustomizeError(
            "A `delimiter` takes a part of a text, and the source is none.", replacement.place
        )
    parts = text_of(node).split(source.options.delimiter)
    if not 0 <= source.options.part < len(parts):
        raise KustomizeError(
            f"The source has {len(parts)} parts, and none at index {source.options.part}.", replacement.place
        )
    return Scalar(parts[source.options.part], node.tag, node.style, node.place)


def _is_source(identity: ResourceId, source: Source) -> bool:
    return (
        identity.gvk.is_selected_by(source.gvk)
        and source.name in {"", identity.name}
        and (not source.namespace or source.namespace == identity.effective_namespace)
    )


def _is_target(resource: Resource, target: Target) -> bool:
    if not target.select.takes_texts(resource):
        return False
    ids = resource.all_ids
    for selector in target.reject:
        if (selector.labels or selector.annotations) and selector.takes_texts(resource):
            return False
        if not selector.names_nothing and any(_takes(selector, each) for each in ids):
            return False
    return any(_takes(target.select, each) for each in ids)


def _takes(selector: Selector, identity: ResourceId) -> bool:
    return (
        selector.takes_gvk(identity.gvk)
        and selector.takes_name(identity.name)
        and selector.takes_namespace(identity.namespace)
    )


def _written(node: Node, path: str, value: Node, options: Options) -> Node:
    parts = split_path(path)
    if (inside := _in_structured_text(node, parts, value, options)) is not None:
        return inside
    writer = _Writer(value, options)
    try:
        result = writer.walk(node, parts, 0)
    except _NotFoundError as error:
        raise KustomizeError(f"The target has no field `{path}`: {error}.") from None
    if not writer.count:
        made = " and it cannot be made" if options.create else "; `options.create: true` makes it"
        raise KustomizeError(f"The target has no field `{path}`{made}.")
    return result


def _always(_: Node) -> bool:
    return True


class _NotFoundError(Exception):
    pass


class _Writer:
    """Writes a value to all fields that a path means."""

    def __init__(self, value: Node, options: Options) -> None:
        self.value = value
        self.options = options
        self.count = 0

    def walk(self, node: Node, parts: list[str], index: int) -> Node:
        if index == len(parts):
            self.count += 1
            return _set_field(node, self.value, self.options)
        part = parts[index]
        if part.isdecimal():
            return self.item(node, parts, index)
        if is_condition(part):
            return self.chosen(node, parts, index)
        if part == "*":
            return self.items(node, _always, parts, index)
        return self.field(node, parts, index)

    def made(self, parts: list[str], index: int) -> Node:
        """Make what lies at the next part of a path."""
        place = self.value.place
        if index < len(parts) and (is_condition(parts[index]) or parts[index].isdecimal()):
            return Sequence((), place)
        if index == len(parts):
            if type(self.value) is Scalar:
                return Scalar("", "", "", place)
            return Mapping({}, place) if type(self.value) is Mapping else Sequence((), place)
        return Mapping({}, place)

    def field(self, node: Node, parts: list[str], index: int) -> Node:
        if is_null(node):
            return node
        if type(node) is not Mapping:
            raise _NotFoundError(f"`{parts[index]}` is looked for in something that is not a mapping")
        found = node.entries.get(parts[index])
        below = found
        if below is None:
            if not self.options.create:
                return node
            below = self.made(parts, index + 1)
        if type(below) is Scalar and not is_null(below) and index < len(parts) - 1 and found is not None:
            return self.in_text(node, below, parts, index)
        new = self.walk(below, parts, index + 1)
        if new is found:
            return node
        return node.with_entry(parts[index], new)

    def in_text(self, node: Node, text: Scalar, parts: list[str], index: int) -> Node:
        """Go on inside of a text. kustomize writes there to a copy, and says nothing: the text stays as it is."""
        from linter.applysets.kustomize.transformers.structured_text import parsed

        inner = parsed(text)
        if inner is not None:
            self.walk(inner, parts, index + 1)
        return node

    def item(self, node: Node, parts: list[str], index: int) -> Node:
        if type(node) is not Sequence:
            raise _NotFoundError(f"`{parts[index]}` is an index, and there is no list")
        number = int(parts[index])
        items = list(node.items)
        if number == len(items) and self.options.create:
            items.append(self.made(parts, index + 1))
        if number >= len(items):
            raise _NotFoundError(f"the list has {len(items)} items, and none at {number}")
        items[number] = self.walk(items[number], parts, index + 1)
        return Sequence(items, node.place)

    def chosen(self, node: Node, parts: list[str], index: int) -> Node:
        name, value = condition_of(parts[index])
        pattern = compiled(value)

        def matches(item: Node) -> bool:
            known = item.entries.get(name) if name and type(item) is Mapping else None
            compared = known if name else item
            return type(compared) is Scalar and pattern.search(_spelled(compared)) is not None

        before = self.count
        new = self.items(node, matches, parts if name else parts[: index + 1], index)
        if not self.options.create or self.count > before:
            return new
        place = self.value.place
        scalar = Scalar(value, "", "", place)
        item: Node = Mapping({name: scalar}, place) if name else scalar
        assert type(node) is Sequence  # noqa: S101  items has looked
        return self.items(Sequence([*node.items, item], node.place), matches, parts, index)

    def items(self, node: Node, takes: Callable[[Node], bool], parts: list[str], index: int) -> Node:
        if is_null(node):
            return node
        if type(node) is not Sequence:
            raise _NotFoundError(f"`{parts[index]}` means items, and there is no list")
        items = [self.walk(item, parts, index + 1) if takes(item) else item for item in node.items]
        if all(new is old for new, old in zip(items, node.items, strict=True)):
            return node
        return Sequence(items, node.place)


def _spelled(node: Scalar) -> str:
    """Return a scalar as it is written: a regular expression sees its quotes."""
    if node.style == '"':
        return f'"{node.text}"'
    return f"'{node.text}'" if node.style == "'" else node.text


def _set_field(node: Node, value: Node, options: Options) -> Node:
    if options.delimiter:
        if type(node) is not Scalar:
            raise KustomizeError("A `delimiter` takes a part of a text, and the target is none.")
        parts = node.text.split(options.delimiter)
        text = text_of(value)
        if options.part < 0:
            parts.insert(0, text)
        elif options.part >= len(parts):
            parts.append(text)
        else:
            parts[options.part] = text
        value = Scalar(options.delimiter.join(parts), "", "", value.place)
    if type(node) is not Scalar:
        return value
    if type(value) is not Scalar:
        # kustomize takes the text of the value and leaves the rest: a mapping has none.
        value = Scalar("", "", "", value.place)
    shared = node.shared
    if shared is not None:
        shared[0].writes += 1
        shared = (shared[0], shared[0].writes)
    return Scalar(value.text, node.tag, node.style, value.place, shared)


def _in_structured_text(node: Node, parts: list[str], value: Node, options: Options) -> Node | None:
    """Return the tree after a value was written into a text that is itself YAML or JSON; None where the path leads into none."""
    from linter.applysets.kustomize.transformers.structured_text import written_inside

    for length in range(1, len(parts)):
        try:
            found = lookup(node, parts[:length])
        except KustomizeError:
            continue
        if type(found) is Scalar and not is_null(found):
            rest = parts[length:]

            def write(inner: Node, rest: list[str] = rest) -> Node:
                try:
                    return _Writer(value, options).walk(inner, rest, 0)
                except _NotFoundError:
                    return inner

            text = written_inside(found, write)
            if text is None:
                return None
            written = Scalar(text, found.tag, found.style, value.place, found.shared)
            return _with_value(node, parts[:length], written)
    return None


def _with_value(node: Node, parts: list[str], value: Node) -> Node:
    if not parts:
        return value
    part = parts[0].strip()
    if type(node) is Mapping and part in node.entries:
        return node.with_entry(part, _with_value(node.entries[part], parts[1:], value))
    assert type(node) is Sequence  # noqa: S101  lookup has been here
    below = lookup(node, [part])
    items = [_with_value(item, parts[1:], value) if item is below else item for item in node.items]
    return Sequence(items, node.place)
