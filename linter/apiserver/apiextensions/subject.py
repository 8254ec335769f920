"""The nodes of a schema that rules in CEL may be about."""

from __future__ import annotations

from linter.apiserver.apiextensions.structural import children
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from linter.apiserver.request import Object
    from linter.path import FieldPath


_RULES = "x-kubernetes-validations"
_HOLDERS = {"items": "array", "additionalProperties": "object"}


class Stored(NamedTuple):
    """What the definition had before an update."""

    rules: frozenset[str] = frozenset()
    message_expressions: frozenset[str] = frozenset()
    is_same: bool = False
    """Whether the schema has not changed, so that no rule is held to a limit of its own again."""


def stored_of(versions: list[Object], version: Object) -> Stored:
    """Return what a definition had before an update.

    Args:
        versions: Its versions before; none if the definition is new.
        version: One of its versions now.
    """
    rules: set[str] = set()
    message_expressions: set[str] = set()
    is_same = False
    for each in versions:
        is_same = is_same or (
            each.get("name") == version.get("name") and each.get("schema") == version.get("schema")
        )
        for rule in _rules((each.get("schema") or {}).get("openAPIV3Schema")):
            rules.add(rule.get("rule") or "")
            message_expressions.add(rule.get("messageExpression") or "")
    return Stored(frozenset(rules), frozenset(message_expressions), is_same)


def _rules(schema: Any) -> Iterator[Object]:
    if not isinstance(schema, dict):
        return
    for rule in schema.get("x-kubernetes-validations") or ():
        yield rule or {}
    for _, child in children(schema):
        yield from _rules(child)


class RuleCost(NamedTuple):
    """What one rule of a definition may cost for one object."""

    path: FieldPath
    cost: int


class Subject(NamedTuple):
    """A node that rules may be about."""

    node: Object
    name: str
    """Where it is within the schema, as people write it: `spec.list[]`."""
    is_resource: bool
    """Whether it is a whole object, with apiVersion, kind and metadata."""
    is_correlatable: bool
    """Whether the server finds the old value of it in an update."""
    has_rules: bool
    """Whether it or a node above it has rules: its type then comes from the one above."""
    is_hidden: bool
    """Whether the node above has rules, but is of a type that holds no such values, so that this one has no type."""
    most: int | None
    """So many such values an object has at most; None where a list or map around it has no limit."""
    unlimited: tuple[str, ...]
    """The lists and maps around it that have none, each with the keyword that would limit it."""
    costs: list[RuleCost]
    """What the rules of the schema cost; the same list for all nodes."""
    stored: Stored

    @staticmethod
    def root(schema: Object, stored: Stored) -> Subject:
        """Return the root of a schema."""
        return Subject(
            schema,
            "",
            is_resource=True,
            is_correlatable=True,
            has_rules=bool(schema.get(_RULES)),
            is_hidden=False,
            most=1,
            unlimited=(),
            costs=[],
            stored=stored,
        )

    def below(self, step: FieldPath, child: Object) -> Subject | None:
        """Return a node right below; None where it is in a junctor, whose parts have no rules.

        Args:
            step: The keyword that holds it, and the name of a property.
            child: The node.
        """
        if step[0] not in {"properties", "items", "additionalProperties"}:
            return None
        is_found_again = step[0] != "items" or self.node.get("x-kubernetes-list-type") == "map"
        keyword, limit = _limit(self.node)
        return self._replace(
            node=child,
            name=f"{self.name}.{step[1]}".lstrip(".") if step[0] == "properties" else f"{self.name}[]",
            is_resource=bool(child.get("x-kubernetes-embedded-resource")),
            is_correlatable=self.is_correlatable and is_found_again,
            has_rules=self.has_rules or bool(child.get(_RULES)),
            is_hidden=self.has_rules and _hides(self.node, str(step[0])),
            most=None if self.most is None or limit is None else self.most * limit,
            unlimited=(*self.unlimited, f"{keyword} to `{self.name}`") if limit is None else self.unlimited,
        )


def _hides(node: Object, keyword: str) -> bool:
    """Tell whether the type of a node is none that holds what a keyword describes."""
    wanted = _HOLDERS.get(keyword)
    return wanted is not None and (node.get("type") != wanted or bool(node.get("x-kubernetes-int-or-string")))


def _limit(node: Object) -> tuple[str, int | None]:
    """Return what limits how many values a node holds, and the limit; None if there is none."""
    keyword: str
    match node.get("type"):
        case "object" if node.get("additionalProperties") is not None:
            keyword = "maxProperties"
        case "array":
            keyword = "maxItems"
        case _:
            return "", 1
    value: Any = node.get(keyword)
    return keyword, None if value is None else max(0, int(value))
