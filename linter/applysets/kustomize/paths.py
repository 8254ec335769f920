"""Field paths with dots, as `replacements` and `vars` write them: `spec.template.spec.containers.[name=web].image`."""

from __future__ import annotations

from linter.applysets.kustomize import fieldspecs
from linter.applysets.kustomize.errors import KustomizeError
from linter.applysets.kustomize.nodes import Mapping, Scalar, Sequence, is_null, raw_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.applysets.kustomize.nodes import Node


def split_path(path: str) -> list[str]:
    r"""Split a path at its dots; those inside brackets, and those behind a backslash, belong to a name."""
    parts = fieldspecs.split_path(path, ".")
    result = []
    index = 0
    while index < len(parts):
        part = parts[index]
        if part.startswith("[") and not part.endswith("]"):
            while index < len(parts) - 1:
                index += 1
                part += f".{parts[index]}"
                if parts[index].endswith("]"):
                    break
            if "=" not in part:
                part = part.strip("[]")
        result.append(part)
        index += 1
    return result


def is_condition(part: str) -> bool:
    """Tell whether a part of a path chooses items of a list: `[name=web]`."""
    return part.startswith("[") and part.endswith("]")


def condition_of(part: str) -> tuple[str, str]:
    """Split `[name=web]`.

    Raises:
        KustomizeError: There is no equals sign.
    """
    name, equals, value = part.removeprefix("[").removesuffix("]").partition("=")
    if not equals:
        raise KustomizeError(f"`{part}` chooses an item of a list: write [field=value].")
    return name, value


def lookup(node: Node, parts: list[str]) -> Node | None:
    """Return the value at a path; None where there is none.

    Raises:
        KustomizeError: The path does not fit: a name for a list, an index for a mapping.
    """
    found: Node | None = node
    for raw in parts:
        part = raw.strip()
        if not part:
            continue
        if found is None or is_null(found):
            return None
        if part == "*":
            raise KustomizeError("A source is one field: its path cannot hold `*`.")
        if part == "-" or part.lstrip("-").isdecimal():
            found = _item(found, part)
        elif is_condition(part):
            found = _chosen(found, part)
        else:
            if type(found) is not Mapping:
                raise KustomizeError(f"`{part}` is looked for in something that is not a mapping.")
            found = found.entries.get(part)
    return found


def _item(node: Node, part: str) -> Node | None:
    if type(node) is not Sequence:
        raise KustomizeError(f"`{part}` is an index, and there is no list.")
    if part == "-":
        return node.items[-1] if node.items else None
    index = int(part)
    if index < 0:
        raise KustomizeError(f"The index {index} is negative.")
    return node.items[index] if index < len(node.items) else None


def _chosen(node: Node, part: str) -> Node | None:
    name, value = condition_of(part)
    if type(node) is not Sequence:
        raise KustomizeError(f"`{part}` chooses an item, and there is no list.")
    for item in node.items:
        if not name:
            if type(item) is Scalar and item.text == value:
                return item
        elif type(item) is Mapping and name in item.entries and raw_text(item.entries[name]) == value:
            return item
    return None
