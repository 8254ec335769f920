"""Which old value belongs to a new one: the server forgives at an update what it finds wrong in an unchanged value.

Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-ratcheting
"""

from __future__ import annotations

from linter.apiserver.customresources.plain import same

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from linter.apiserver.customresources.plain import Schema

    MapKey = tuple[tuple[type, Any], ...]


class Correlation:
    """A new value and the old one in its place.

    Args:
        new: The new value.
        old: The old one.
        schema: The schema of both.
    """

    __slots__ = ("_equal", "_found", "new", "old", "schema")

    def __init__(self, new: Any, old: Any, schema: Schema) -> None:
        self.new = new
        self.old = old
        self.schema = schema
        self._equal: bool | None = None
        self._found: dict[MapKey, Any] | None = None

    def key(self, name: str) -> Correlation | None:
        """Return what belongs to an entry of a map; None where the old value has none, or no schema knows it."""
        if not isinstance(self.new, dict) or not isinstance(self.old, dict):
            return None
        if name not in self.new or name not in self.old:
            return None
        child = self.schema.get("properties", {}).get(name, self.schema.get("additionalProperties"))
        return Correlation(self.new[name], self.old[name], child) if isinstance(child, dict) else None

    def index(self, index: int) -> Correlation | None:
        """Return what belongs to an item of a list; None unless it is found by its keys."""
        items = self.schema.get("items")
        if not isinstance(self.new, list) or not isinstance(items, dict):
            return None
        old = self.old_item(self.new[index])
        return None if old is None else Correlation(self.new[index], old, items)

    def old_item(self, item: Any) -> Any:
        """Return the old item with the keys of a new one; None where there is none, or the list is not a map."""
        if not isinstance(self.old, list) or self.schema.get("x-kubernetes-list-type") != "map":
            return None
        if self._found is None:
            self._found = {}
            for each in self.old:
                if (key := self._key_of(each)) is not None:
                    self._found.setdefault(key, each)
        key = self._key_of(item)
        return None if key is None else self._found.get(key)

    def is_unchanged(self) -> bool:
        """Tell whether both are the same; an entry that no schema knows, and an item without its keys, never are."""
        if self._equal is None:
            self._equal = self._is_equal()
        return self._equal

    def _is_equal(self) -> bool:
        new, old = self.new, self.old
        if isinstance(new, list) and isinstance(old, list):
            if self.schema.get("x-kubernetes-list-type") != "map":
                return same(new, old)
            children = [self.index(number) for number in range(len(new))]
        elif isinstance(new, dict) and isinstance(old, dict):
            children = [self.key(name) for name in new]
        else:
            return same(new, old)
        return len(new) == len(old) and all(child is not None and child.is_unchanged() for child in children)

    def _key_of(self, item: Any) -> MapKey | None:
        keys = self.schema.get("x-kubernetes-list-map-keys") or ()
        if not keys or not isinstance(item, dict):
            return None
        values = [item.get(key) for key in keys]
        if any(not isinstance(value, (str, int, float)) for value in values):
            return None
        return tuple((type(value), value) for value in values)
