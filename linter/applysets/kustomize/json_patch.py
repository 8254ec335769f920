"""JSON patches (RFC 6902), as the library that kustomize uses applies them: `replace` takes a field that is not there yet."""

from __future__ import annotations

from linter.applysets.kustomize.errors import KustomizeError
from linter.applysets.kustomize.nodes import (
    Mapping,
    Scalar,
    Sequence,
    is_null,
    plain,
    raw_text,
    through_json,
)
from linter.applysets.kustomize.scalars import NULL
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from linter.applysets.kustomize.nodes import Node
    from linter.applysets.kustomize.places import Place

_OPERATIONS = ("add", "remove", "replace", "move", "copy", "test")


class Operation(NamedTuple):
    """One operation of a patch."""

    name: str
    path: str
    source: str
    """The path that it takes a value from: `from`."""
    value: Node | None
    place: Place


def operations_of(node: Node, text: str) -> list[Operation]:
    """Read a patch.

    Args:
        node: The patch.
        text: The same, as written: what begins with a bracket is JSON, all else YAML as kubectl reads it.

    Raises:
        KustomizeError: It is not a list of operations.
    """
    if type(node) is not Sequence:
        raise KustomizeError("A JSON patch is a list of operations.", node.place)
    if text.startswith("["):
        _check_json(text, node.place)
    patch = through_json(node, _as_kubectl_reads)
    assert type(patch) is Sequence  # noqa: S101  for the type checker
    return [_operation(item) for item in patch.items]


def _check_json(text: str, place: Place) -> None:
    import json

    try:
        json.loads(text)
    except (ValueError, RecursionError):
        raise KustomizeError(
            "A patch that begins with a bracket is read as JSON, and this is not.", place
        ) from None


def _as_kubectl_reads(scalar: Scalar) -> Any:
    from linter.loading.yaml.scalars import ScalarError, as_json
    from linter.loading.yaml.scalars import plain as read_plain

    if scalar.style:
        return scalar.text
    try:
        return as_json(read_plain(scalar.text))
    except ScalarError as error:
        raise KustomizeError(str(error), scalar.place) from None


def _operation(node: Node) -> Operation:
    if type(node) is not Mapping:
        raise KustomizeError("An operation of a JSON patch is a mapping with `op` and `path`.", node.place)
    name = raw_text(node.entries.get("op"))
    if name not in _OPERATIONS:
        raise KustomizeError(
            f"There is no operation `{name}`; it is one of {', '.join(_OPERATIONS)}.",
            node.entries.get("op", node).place,
        )
    for field in ("path", "from") if name in {"move", "copy"} else ("path",):
        if type(node.entries.get(field)) is not Scalar or is_null(node.entries.get(field)):
            raise KustomizeError(f"The operation `{name}` needs `{field}`.", node.place)
    path = node.entries["path"]
    return Operation(
        name, raw_text(path), raw_text(node.entries.get("from")), node.entries.get("value"), path.place
    )


def apply(target: Mapping, operations: list[Operation]) -> Mapping:
    """Return an object after a patch.

    Raises:
        KustomizeError: A path leads nowhere, or a test fails; its place is the operation's.
    """
    node = through_json(target)
    for operation in operations:
        try:
            node = _applied(node, operation)
        except _PathError as error:
            raise KustomizeError(
                f"The operation `{operation.name}` does not fit the object: {error}.", operation.place
            ) from None
    if type(node) is not Mapping:
        raise KustomizeError("After the patch this is not an object any more.", operations[-1].place)
    return node


class _PathError(Exception):
    pass


def _applied(node: Node, operation: Operation) -> Node:
    value = operation.value or Scalar("null", NULL, "", operation.place)
    match operation.name:
        case "add":
            return _edit(node, operation.path, lambda parent, key: _added(parent, key, value))
        case "remove":
            return _edit(node, operation.path, _removed)
        case "replace":
            if not operation.path:
                return value
            return _edit(node, operation.path, lambda parent, key: _replaced(parent, key, value))
        case "move":
            moved = _get(node, operation.source)
            node = _edit(node, operation.source, _removed)
            return _edit(node, operation.path, lambda parent, key: _added(parent, key, moved))
        case "copy":
            copied = _get(node, operation.source)
            return _edit(node, operation.path, lambda parent, key: _added(parent, key, copied))
        case "test":
            found = _get(node, operation.path) if operation.path else node
            if _json(plain(found)) != _json(plain(value)):
                raise _PathError(f"the value at `{operation.path}` is another")
            return node
        case name:
            raise KustomizeError(f"There is no operation `{name}`.", operation.place)


def _json(value: Any) -> str:
    import json

    return json.dumps(value, sort_keys=True)


def _parts(path: str) -> list[str]:
    parts = [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")]
    if len(parts) < 2:
        raise _PathError(f"`{path}` is not a JSON pointer; it begins with a slash")
    return parts[1:]


def _edit(node: Node, path: str, change: Callable[[Node, str], Node]) -> Node:
    return _edited(node, _parts(path), 0, change, path)


def _edited(node: Node, parts: list[str], index: int, change: Callable[[Node, str], Node], path: str) -> Node:
    part = parts[index]
    if index == len(parts) - 1:
        return change(node, part)
    below = _edited(_below(node, part, path), parts, index + 1, change, path)
    if type(node) is Mapping:
        return node.with_entry(part, below)
    assert type(node) is Sequence  # noqa: S101  _below has looked
    items = list(node.items)
    items[_index(node, part)] = below
    return Sequence(items, node.place)


def _below(node: Node, part: str, path: str) -> Node:
    """Return the mapping or list under a name or number."""
    found: Node | None = None
    if type(node) is Mapping:
        found = node.entries.get(part)
    elif type(node) is Sequence:
        found = node.items[_index(node, part)]
    if type(found) is Mapping or type(found) is Sequence:
        return found
    raise _PathError(f"there is nothing at `{part}` of `{path}`")


def _get(node: Node, path: str) -> Node:
    parts = _parts(path)
    for part in parts[:-1]:
        node = _below(node, part, path)
    if type(node) is Sequence:
        return node.items[_index(node, parts[-1])]
    if type(node) is not Mapping:
        raise _PathError(f"there is nothing at `{path}`")
    return node.entries.get(parts[-1]) or Scalar("null", NULL, "", node.place)


def _index(node: Sequence, part: str, *, beyond: int = 0) -> int:
    size = len(node.items) + beyond
    try:
        index = int(part)
    except ValueError:
        raise _PathError(f"`{part}` is not an index of a list") from None
    if not -size <= index < size:
        raise _PathError(f"the list has {len(node.items)} items, and none at {index}")
    return index + size if index < 0 else index


def _added(parent: Node, key: str, value: Node) -> Node:
    if type(parent) is Mapping:
        return parent.with_entry(key, value)
    if type(parent) is not Sequence:
        raise _PathError(f"there is nothing to add `{key}` to")
    index = len(parent.items) if key == "-" else _index(parent, key, beyond=1)
    return Sequence([*parent.items[:index], value, *parent.items[index:]], parent.place)


def _removed(parent: Node, key: str) -> Node:
    if type(parent) is Mapping:
        if key not in parent.entries:
            raise _PathError(f"there is no `{key}` to remove")
        return parent.without(key)
    if type(parent) is not Sequence:
        raise _PathError(f"there is no `{key}` to remove")
    index = _index(parent, key)
    return Sequence([*parent.items[:index], *parent.items[index + 1 :]], parent.place)


def _replaced(parent: Node, key: str, value: Node) -> Node:
    if type(parent) is Mapping:
        return parent.with_entry(key, value)
    if type(parent) is not Sequence:
        raise _PathError(f"there is no `{key}` to replace")
    index = _index(parent, key)
    return Sequence([*parent.items[:index], value, *parent.items[index + 1 :]], parent.place)
