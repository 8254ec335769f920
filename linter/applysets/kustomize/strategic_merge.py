"""The strategic merge of a patch into an object, as kustomize does it.

It is not quite the API server's: a patch with `$patch: replace` in an item of a list that is merged changes nothing, and the
directives `$retainKeys`, `$setElementOrder` and `$deleteFromPrimitiveList` stay where they stand as fields. Items of a patch come
before those of the object.
"""

from __future__ import annotations

from linter.applysets.kustomize.errors import KustomizeError
from linter.applysets.kustomize.nodes import Mapping, Scalar, Sequence, is_null, put, raw_text
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence as AnySequence

    from linter.applysets.kustomize.nodes import Node
    from linter.applysets.kustomize.schema import Schema

_DIRECTIVE = "$patch"
_DIRECTIVES = {"delete", "replace", "merge"}


def merge(target: Mapping, patch: Mapping, schema: Schema) -> Mapping | None:
    """Return an object after a patch; None where the patch deletes it.

    Raises:
        KustomizeError: A value of the patch has another type than the one of the object, or a directive is not known.
    """
    struct = ""
    for source in (target, patch):
        api_version = raw_text(source.entries.get("apiVersion"))
        kind = raw_text(source.entries.get("kind"))
        if api_version and kind:
            struct = schema.struct_of(api_version, kind)
            if struct:
                break
    result = _Merger(schema).walk(target, patch, struct, None).node
    return result if type(result) is Mapping else None


class _Merged(NamedTuple):
    node: Node | None
    in_place: bool
    """Whether it is the object's own value, changed, and not the patch's."""
    keep_null: bool = False


class _Merger:
    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    def walk(
        self, target: Node | None, patch: Node | None, struct: str, keys: tuple[str, ...] | None
    ) -> _Merged:
        """Merge two values. `keys` is what the items of a list are told apart by; None where lists are replaced."""
        known = patch if is_null(target) else target
        kind = Mapping if is_null(known) else type(known)
        for value in (target, patch):
            if not is_null(value) and type(value) is not kind:
                raise KustomizeError(_mismatch(target, patch), (patch or target).place)  # type: ignore[union-attr]
        if kind is Scalar:
            return _Merged(patch, in_place=False) if patch is not None else _Merged(target, in_place=True)
        if kind is Sequence:
            if keys is None:
                return _Merged(patch, in_place=False) if patch is not None else _Merged(target, in_place=True)
            return self.merge_lists(target, patch, struct, keys)
        return self.merge_mappings(target, patch, struct)

    def merge_mappings(self, target: Node | None, patch: Node | None, struct: str) -> _Merged:
        in_place = False
        if is_null(target):
            directive, patch = _mapping_directive(patch, checked=False)
            if directive == "delete":
                return _Merged(None, in_place=False)
            if patch is None and target is not None and raw_text(target):
                return _Merged(target, in_place=True, keep_null=True)
            target = patch  # what is added is merged with itself: that drops its nulls and directives
        elif type(patch) is Scalar:  # null
            return _Merged(None, in_place=False)
        else:
            same = patch is target
            directive, patch = _mapping_directive(patch, checked=True)
            if directive == "delete":
                return _Merged(None, in_place=False)
            in_place = same or directive != "replace"
            if same or directive == "replace":
                target = patch
        if type(target) is not Mapping:
            return _Merged(target, in_place)
        patched = patch.entries if type(patch) is Mapping else {}
        names = target.entries if target is patch else {**target.entries, **patched}
        result = target
        for name in sorted(names):
            mine, theirs = target.entries.get(name), patched.get(name)
            if theirs is None and type(mine) is Scalar and not is_null(mine):
                continue
            field = self.schema.field(struct, name)
            merged = self.walk(mine, theirs, field.struct, field.keys)
            if not merged.keep_null and (merged.node is not mine or is_null(mine)):
                result = put(result, name, merged.node)
        return _Merged(result, in_place)

    def merge_lists(
        self, target: Node | None, patch: Node | None, struct: str, keys: tuple[str, ...]
    ) -> _Merged:
        in_place = False
        if is_null(target):
            target = patch
        elif type(patch) is Scalar:  # null
            return _Merged(None, in_place=False)
        else:
            same = patch is target
            directive, patch = _list_directive(patch)
            if directive == "delete":
                return _Merged(None, in_place=False)
            in_place = same or directive != "replace"
            if same or directive == "replace":
                target = patch
        if type(target) is not Sequence:
            return _Merged(target, in_place)
        sources = [target, patch if type(patch) is Sequence else None]
        if keys:
            return _Merged(self.set_items(sources, _values(sources, keys), keys, struct), in_place)
        return _Merged(self.set_items(sources, _primitive_values(sources), ("",), struct), in_place)

    def set_items(
        self,
        sources: list[Sequence | None],
        values: list[list[str]],
        keys: tuple[str, ...],
        struct: str,
    ) -> Sequence:
        target, patch = sources
        assert target is not None  # noqa: S101  for the type checker
        if len(keys) > 1:
            _complete(values)
        items = list(target.items)
        added: list[Node] = []
        valid_keys = list(keys)
        for each in values:
            valid_keys, valid_values = _valid(values, each, keys)
            match_keys, match_values = _valid([valid_values], valid_values, valid_keys)
            mine = _find(items, match_keys, match_values)
            theirs = None
            if patch is not None:
                theirs = _find(items if patch is target else patch.items, match_keys, match_values)
            merged = self.walk(mine, theirs, struct, None)
            node = merged.node
            if node is None or is_null(node) or (type(node) is Mapping and not node.entries):
                items = _set_item(items, None, valid_keys, valid_values)
                continue
            if type(node) is Mapping:
                for key, value in zip(valid_keys, valid_values, strict=False):
                    if key not in node.entries and value:
                        node = put(node, key, Scalar(value, "", "", node.place))
            if mine is not None and merged.in_place and node is not mine:
                items = [node if item is mine else item for item in items]
            added = _set_item(added, node, valid_keys, valid_values)
        if values:
            items = _append_items(added, items, valid_keys)
        return Sequence(items, target.place)


def _mismatch(target: Node | None, patch: Node | None) -> str:
    names = {Mapping: "a mapping", Sequence: "a list", Scalar: "a text or number"}
    return (
        f"The patch has {names[type(patch)]} where the object has {names[type(target)]}: "
        "write the same kind of value."
    )


def _mapping_directive(patch: Node | None, *, checked: bool) -> tuple[str, Node | None]:
    """Return the directive of a mapping, and the mapping without it."""
    if type(patch) is not Mapping:
        return "merge", patch
    found = patch.entries.get(_DIRECTIVE)
    if found is None:
        return "merge", patch
    directive = raw_text(found)
    if directive not in _DIRECTIVES:
        if not checked:
            return "unknown", patch
        raise KustomizeError(
            f"There is no directive `$patch: {directive}`; it is delete, replace or merge.", found.place
        )
    return directive, patch.without(_DIRECTIVE)


def _list_directive(patch: Node | None) -> tuple[str, Node | None]:
    """Return the directive that an item of its own gives for a list, and the list without it."""
    if type(patch) is not Sequence:
        return "merge", patch
    found = next((item for item in patch.items if type(item) is Mapping and _DIRECTIVE in item.entries), None)
    if found is None or type(found) is not Mapping or len(found.entries) > 1:
        return "merge", patch
    directive = raw_text(found.entries[_DIRECTIVE])
    if directive not in _DIRECTIVES:
        raise KustomizeError(
            f"There is no directive `$patch: {directive}`; it is delete, replace or merge.", found.place
        )
    return directive, Sequence(_set_item(list(patch.items), None, [_DIRECTIVE], [directive]), patch.place)


def _values(sources: AnySequence[Sequence | None], keys: tuple[str, ...]) -> list[list[str]]:
    """Return the values of the keys of all items, those of the patch first."""
    result: list[list[str]] = []
    if not keys:
        return result
    for source in (sources[1], sources[0]):
        for item in source.items if source is not None else ():
            entries = item.entries if type(item) is Mapping else {}
            found = [_filled_text(entries.get(key)) for key in keys]
            if found not in result:
                result.append(found)
    return result


def _filled_text(node: Node | None) -> str:
    return "" if is_null(node) else raw_text(node)


def _primitive_values(sources: AnySequence[Sequence | None]) -> list[list[str]]:
    result: list[list[str]] = []
    for source in (sources[1], sources[0]):
        for item in source.items if source is not None else ():
            if [raw_text(item)] not in result:
                result.append([raw_text(item)])
    return result


def _complete(values: list[list[str]]) -> None:
    """Fill in the keys that one item leaves open and another, otherwise equal one gives."""
    for first, mine in enumerate(values):
        for second, theirs in enumerate(values):
            pairs = list(zip(mine, theirs, strict=True))
            if any(one == other for one, other in pairs) and all(
                one == other or not one or not other for one, other in pairs
            ):
                values[first] = values[second] = [one or other for one, other in pairs]


def _valid(
    all_values: list[list[str]], values: list[str], keys: AnySequence[str]
) -> tuple[list[str], list[str]]:
    """Leave out the keys that no item gives."""
    given = {keys[number] for each in all_values for number, value in enumerate(each) if value}
    if not given:
        return list(keys), values
    return (
        [key for key in keys if key in given],
        [value for number, value in enumerate(values) if value or keys[number] in given],
    )


def _find(items: AnySequence[Node], keys: AnySequence[str], values: AnySequence[str]) -> Node | None:
    """Return the first item with these values."""
    if not keys or not keys[0]:
        return next((item for item in items if raw_text(item) == values[0]), None)
    for item in items:
        if type(item) is Mapping and all(
            key in item.entries and raw_text(item.entries[key]) == value
            for key, value in zip(keys, values, strict=False)
        ):
            return item
    return None


def _set_item(
    items: list[Node], element: Node | None, keys: AnySequence[str], values: AnySequence[str]
) -> list[Node]:
    """Return a list in which the items with these values are replaced; with None they are removed. What is empty is dropped."""
    result: list[Node] = []
    matched = False
    for item in items:
        if is_null(item) or (type(item) is Mapping and not item.entries):
            continue
        if type(item) is not Mapping and keys and keys[0] and values and values[0]:
            result.append(item)
            continue
        if not _matches(item, keys, values):
            if values:
                result.append(item)
            continue
        matched = True
        if element is not None:
            result.append(element)
    if element is not None and not is_null(element) and not matched:
        result.append(element)
    return result


def _matches(item: Node, keys: AnySequence[str], values: AnySequence[str]) -> bool:
    found = False
    for number, key in enumerate(keys):
        if number < len(values):
            value = values[number]
            if not key:
                found = type(item) is Scalar and raw_text(item) == value
            else:
                below = item.entries.get(key) if type(item) is Mapping else None
                found = below is not None and (not value or raw_text(below) == value)
        if not found:
            return False
    return True


def _append_items(items: list[Node], more: AnySequence[Node], keys: AnySequence[str]) -> list[Node]:
    """Add items to a list; one that is there already is replaced by the later."""
    for item in more:
        if not keys[0]:
            items = _set_item(items, item, [""], [raw_text(item)])
            continue
        values = []
        for key in keys:
            found = item.entries.get(key) if type(item) is Mapping else None
            if found is None:
                items = [*items, item]
                continue
            values.append(raw_text(found))
        if len(keys) > 1:
            items = _set_item(items, None, keys, values)
        items = _set_item(items, item, keys, values)
    return items
