"""The values of a build: trees whose every value knows its place. They never change; what is written makes a new tree that shares the rest.

A scalar keeps its text, its tag and whether it is quoted, as the YAML library that kustomize works on does: an integer written over
a text in quotes stays in quotes, and so becomes a text.
"""

from __future__ import annotations

from linter.applysets.kustomize.errors import KustomizeError
from linter.applysets.kustomize.scalars import (
    BOOL,
    FLOAT,
    INT,
    NULL,
    STR,
    go_float,
    json_number,
    needs_quotes,
    refolded,
    resolve,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping as AnyMapping
    from collections.abc import Sequence as AnySequence
    from typing import Any

    from linter.applysets.kustomize.places import Place


class Shared:
    """A label or annotation that was added to several fields of one object at once.

    kustomize keeps it once, so that writing one of them later writes all.

    Attributes:
        writes: How often one of them was written.
    """

    __slots__ = ("writes",)

    def __init__(self) -> None:
        self.writes = 0


class Scalar:
    """A text, number, boolean or null.

    Attributes:
        text: As written.
        tag: Its type, e.g. `!!int`; "" where kustomize leaves it to whoever reads the text.
        style: How it is quoted: "" (plain), one of the quotes, `|` or `>`.
        place: Where it was written.
        shared: What it shares its value with, and which write made it.
    """

    __slots__ = ("place", "shared", "style", "tag", "text")

    def __init__(
        self, text: str, tag: str, style: str, place: Place, shared: tuple[Shared, int] | None = None
    ) -> None:
        self.text = text
        self.tag = tag
        self.style = style
        self.place = place
        self.shared = shared


class Mapping:
    """A mapping of texts to values. `made` is its plain value, once somebody has asked for it."""

    __slots__ = ("entries", "made", "place")

    def __init__(self, entries: AnyMapping[str, Node], place: Place) -> None:
        self.entries = entries
        self.place = place
        self.made: dict[str, Any] | None = None

    def get(self, name: str) -> Node | None:
        """Return the value of a key."""
        return self.entries.get(name)

    def with_entry(self, name: str, value: Node) -> Mapping:
        """Return the mapping with a value set."""
        return Mapping({**self.entries, name: value}, self.place)

    def without(self, name: str) -> Mapping:
        """Return the mapping without a key."""
        if name not in self.entries:
            return self
        return Mapping({key: value for key, value in self.entries.items() if key != name}, self.place)


class Sequence:
    """A list of values. `made` is its plain value, once somebody has asked for it."""

    __slots__ = ("items", "made", "place")

    def __init__(self, items: AnySequence[Node], place: Place) -> None:
        self.items = items
        self.place = place
        self.made: list[Any] | None = None


Node = Scalar | Mapping | Sequence


def is_null(node: Node | None) -> bool:
    """Tell whether a value is missing or null."""
    return node is None or (type(node) is Scalar and node.tag == NULL)


def is_empty(node: Node | None) -> bool:
    """Tell whether a value is missing, null, or a mapping or list without entries."""
    if type(node) is Mapping:
        return not node.entries
    if type(node) is Sequence:
        return not node.items
    return is_null(node)


def text_of(node: Node | None) -> str:
    """Return the text of a scalar; "" for everything else, and for null."""
    return node.text if type(node) is Scalar and node.tag != NULL else ""


def raw_text(node: Node | None) -> str:
    """Return the text of a scalar as written, null included; "" for everything else."""
    return node.text if type(node) is Scalar else ""


def plain(node: Node) -> Any:
    """Return the value as kustomize prints it: dict, list, str, int, float, bool or None. It is made once: do not change it.

    Raises:
        KustomizeError: JSON cannot hold it.
    """
    if type(node) is Scalar:
        return _scalar_value(node)
    if type(node) is Mapping:
        if node.made is None:
            node.made = {key: plain(value) for key, value in node.entries.items()}
        return node.made
    assert type(node) is Sequence  # noqa: S101  for the type checker
    if node.made is None:
        node.made = [plain(item) for item in node.items]
    return node.made


def _scalar_value(node: Scalar) -> Any:
    if node.tag == STR:
        return refolded(node.text) if node.style == ">" else node.text
    tag, value = resolve(node.text)
    if node.style and node.tag in {"", tag}:
        return node.text  # written out in quotes and without its tag
    if node.tag == FLOAT and tag == INT:
        tag, value = FLOAT, float(value)
    if node.tag not in {"", tag}:
        raise KustomizeError(f"`{node.text}` cannot be read as {node.tag.removeprefix('!!')}.", node.place)
    if tag == FLOAT:
        if value != value or value in {float("inf"), float("-inf")}:  # noqa: PLR0124  NaN
            raise KustomizeError("JSON knows neither infinity nor NaN; quote the text.", node.place)
        return json_number(value)
    return value


def scalar_of(value: Any, place: Place) -> Scalar:
    """Make a scalar of a value that comes from JSON."""
    if value is None:
        return Scalar("null", NULL, "", place)
    if isinstance(value, bool):
        return Scalar("true" if value else "false", BOOL, "", place)
    if isinstance(value, (int, float)):
        text = go_float(float(value))
        return Scalar(text, resolve(text)[0], "", place)
    return Scalar(value, STR, '"' if needs_quotes(value) else "", place)


def node_of(value: Any, place: Place) -> Node:
    """Make a tree of a plain value, all of whose parts have one place."""
    if isinstance(value, dict):
        return Mapping({key: node_of(each, place) for key, each in value.items()}, place)
    if isinstance(value, list):
        return Sequence([node_of(each, place) for each in value], place)
    return scalar_of(value, place)


def through_json(node: Node, value_of: Callable[[Scalar], Any] = _scalar_value) -> Node:
    """Return the tree as it comes back from JSON: numbers and dates have one spelling, nothing is shared any more."""
    if type(node) is Scalar:
        if value_of is _scalar_value and node.tag == STR and node.shared is None and node.style != ">":
            return node
        return scalar_of(value_of(node), node.place)
    if type(node) is Mapping:
        return Mapping(
            {key: through_json(value, value_of) for key, value in node.entries.items()}, node.place
        )
    assert type(node) is Sequence  # noqa: S101  for the type checker
    return Sequence([through_json(item, value_of) for item in node.items], node.place)


def overwrite(existing: Node | None, value: Scalar) -> Scalar:
    """Return what stands in a field after a scalar is written to it: the new text and tag, in the old quotes."""
    if existing is None:
        if not value.style and value.tag in {"", STR} and _is_no_text_to_yaml_1_1(value.text):
            return Scalar(value.text, value.tag, '"', value.place)
        return value
    if type(existing) is Scalar and existing.text == value.text and existing.tag == value.tag:
        return existing  # nothing new is said; who said it first is named
    style = existing.style if type(existing) is Scalar else ""
    shared = existing.shared if type(existing) is Scalar else None
    if shared is None:
        if style == value.style and value.shared is None:
            return value
        return Scalar(value.text, value.tag, style, value.place)
    token = shared[0]
    token.writes += 1
    return Scalar(value.text, value.tag, style, value.place, (token, token.writes))


def _is_no_text_to_yaml_1_1(text: str) -> bool:
    from linter.loading.yaml.scalars import plain as read_plain

    return bool(text) and "\n" not in text and type(read_plain(text)) is not str


def put(mapping: Mapping, name: str, value: Node | None) -> Mapping:
    """Return a mapping after a field is set as kustomize sets it: null removes the field."""
    if value is None or is_null(value):
        return mapping.without(name)
    existing = mapping.entries.get(name)
    if existing is value:
        return mapping
    if type(value) is Scalar:
        value = overwrite(existing, value)
    return mapping.with_entry(name, value)


def set_text(node: Node, text: str, tag: str, place: Place) -> Scalar:
    """Return a scalar after a text was written to it.

    Raises:
        KustomizeError: There is a mapping or a list.
    """
    if type(node) is not Scalar:
        kind = "a mapping" if type(node) is Mapping else "a list"
        raise KustomizeError(f"`{text}` is to be written to a field that holds {kind}.", node.place)
    return overwrite(node, Scalar(text, tag, "", place))


def at(node: Node, path: AnySequence[str | int]) -> tuple[Node, int]:
    """Return the last existing value on a path, and how many steps lead to it."""
    for count, step in enumerate(path):
        below: Node | None = None
        if type(node) is Mapping and isinstance(step, str):
            below = node.entries.get(step)
        elif type(node) is Sequence and isinstance(step, int) and -len(node.items) <= step < len(node.items):
            below = node.items[step]
        if below is None:
            return node, count
        node = below
    return node, len(path)


def checked_key(name: str, place: Place) -> str:
    """Return a key that kustomize writes itself: without quotes, so that it must not look like a number or a boolean.

    Raises:
        KustomizeError: It does.
    """
    if resolve(name)[0] != STR:
        raise KustomizeError(
            f"kustomize writes the key `{name}` without quotes, and then cannot read it; choose another.",
            place,
        )
    return name
