"""What is declared of a variable: the type of its values, and how large they may be at most."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from linter.cel.check.scope import ObjectType
from linter.cel.estimate.interval import Interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from linter.cel.check.types import Type


class Declared(NamedTuple):
    """The values of a node of a schema, as expressions see them."""

    type: Type
    most: int = 0
    """So many elements or characters a value has at most; 0 where it has none."""
    least_bytes: int = 1
    """So many bytes the shortest value takes in JSON."""
    element: Declared | None = None
    """What a list or map holds."""
    key: Declared | None = None
    """The keys of a map."""
    fields: Mapping[str, Declared] = {}
    """The fields of an object, by the names that CEL has for them."""
    missing: str = ""
    """The keyword that would limit how large it is, where it is not there."""

    def objects(self) -> dict[str, ObjectType]:
        """Return the types of objects in it, by name."""
        result: dict[str, ObjectType] = {} if self.element is None else self.element.objects()
        if self.type.name.startswith("object@"):
            fields = {name: field.type for name, field in self.fields.items()}
            result[self.type.name] = ObjectType("the schema", fields)
        for field in self.fields.values():
            result |= field.objects()
        return result

    def size_of(self, steps: list[str]) -> Interval | None:
        """Return the size of what is at a path, whose first step stands for this; None if it is not known."""
        found = self._at(steps)
        return None if found is None else Interval(0, found.most)

    def unlimited(self, paths: Iterable[list[str]]) -> tuple[str, ...]:
        """Return what has no limit of the things at some paths, each with the keyword that would limit it."""
        result: dict[str, None] = {}
        for steps in paths:
            found = self._at(steps)
            if found is not None and found.missing:
                result[f"{found.missing} to `{_spelled(steps)}`"] = None
        return tuple(result)

    def _at(self, steps: list[str]) -> Declared | None:
        node = self
        for step in steps[1:]:
            if step in {"@items", "@values"}:
                found = node.element
            elif step == "@keys":
                found = node.key
            else:
                found = node.fields.get(step)
            if found is None:
                return None
            node = found
        return node


def _spelled(steps: list[str]) -> str:
    """Return a path as people write it: `self.spec.names[].size`."""
    text = ""
    for step in steps:
        text += "[]" if step in {"@items", "@values"} else f".{step}"
    return text[1:]
