"""What is asked of the inventories of a run, so that a later run knows of which answers none can be another."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Key = tuple[str, ...]
    """What was asked: the scope of the inventory, and words that all resources share on which the answer depends."""

EVERYTHING = ("everything",)
"""What each resource has a say in, whatever was looked for."""


def in_namespace(namespace: str | None) -> str:
    """Return the word for a namespace; None stands for all."""
    return "*" if namespace is None else namespace


def scope_of(scope: str, folder: str) -> str:
    """Return the scope of what lies in one folder, of an inventory of that scope."""
    return f"{scope}\0{folder}"


_MOST = 100
"""Who asks for more has asked for everything, as far as a later run is concerned: to keep so much costs more than to ask again."""


def few(keys: set[Key]) -> set[Key]:
    """Return keys, or one that stands for all."""
    return keys if len(keys) <= _MOST else {("", *EVERYTHING)}


class Asked:
    """Notes what is asked, for whoever asks at the time.

    Attributes:
        now: What was asked since somebody has put an empty set here.
        facts: The names of the facts by which resources were looked for (`linter.engine.told`).
    """

    def __init__(self) -> None:
        self.now: set[Key] = set()
        self.facts: set[str] = set()

    def once(self, memo: dict[Any, Any], key: object, derive: Callable[[], Any]) -> Any:
        """Return what is derived of an inventory once. Whoever gets it later has asked for the same as the first.

        Args:
            memo: Where it is kept, with what was asked for it.
            key: Under which key.
            derive: Derives it.
        """
        kept = memo.get(key)
        if kept is None:
            outer, self.now = self.now, set()
            try:
                result = derive()
            finally:
                inner, self.now = few(self.now), outer
                outer |= inner
            kept = memo[key] = result, inner
        self.now |= kept[1]
        return kept[0]
