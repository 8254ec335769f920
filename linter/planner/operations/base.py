"""What all operations share: how their fields are read, and what they come to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from linter.planner.errors import ScenarioError
from linter.planner.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from linter.planner.cluster import Cluster, Target
    from linter.planner.controllers.base import Controller
    from linter.planner.model import Manifest
    from linter.planner.rounds import Eviction

T = TypeVar("T")


class Effect(NamedTuple):
    """What an operation came to.

    Attributes:
        refusals: Why it was refused, for each object; empty if it was not.
        noticed: Whether a controller has something to look at.
        eviction: What it evicted, if that is what it does.
    """

    refusals: tuple[Refusal, ...] = ()
    noticed: bool = True
    eviction: Eviction | None = None


class Fields:
    """The fields of one operation in a scenario. What is wrong is raised as a ScenarioError that names the field."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._left = dict(data)

    def integer(self, name: str) -> int:
        """Return a number that is not negative; it must be there."""
        return _required(name, self.optional_integer(name))

    def optional_integer(self, name: str) -> int | None:
        """Return a number that is not negative, or None."""
        value = self._take(name, int, "an integer")
        if isinstance(value, bool):
            raise ScenarioError(name, "must be an integer")
        if value is not None and value < 0:
            raise ScenarioError(name, "must not be negative")
        return value

    def text(self, name: str) -> str:
        """Return a string; it must be there."""
        return _required(name, self.optional_text(name))

    def optional_text(self, name: str) -> str | None:
        """Return a string, or None."""
        return self._take(name, str, "a string")

    def mapping(self, name: str) -> dict[str, Any]:
        """Return a mapping; it must be there."""
        return _required(name, self._take(name, dict, "a mapping"))

    def items(self, name: str) -> list[Any]:
        """Return a list; it must be there."""
        return _required(name, self._take(name, list, "a list"))

    def value(self, name: str) -> Any:
        """Return a value of any type; it must be there."""
        return _required(name, self._left.pop(name, None))

    def check_all_read(self, verb: str) -> None:
        """Refuse what nobody has asked for."""
        for name in self._left:
            raise ScenarioError(str(name), f"unknown field of {verb}")

    def _take(self, name: str, kind: type[T], noun: str) -> T | None:
        if name not in self._left:
            return None
        value = self._left.pop(name)
        if not isinstance(value, kind):
            raise ScenarioError(name, f"must be {noun}")
        return value


def _required(name: str, value: T | None) -> T:
    if value is None:
        raise ScenarioError(name, "is missing")
    return value


def change_target(cluster: Cluster, target: Target, edit: Callable[[Controller], Manifest]) -> Effect:
    """Send another manifest of the workload under test.

    Args:
        cluster: Where it is.
        target: Which one it is.
        edit: Returns the new manifest.

    Raises:
        ScenarioError: It has not been created yet.
    """
    workload = cluster.need(target)
    if workload.deleted:
        return gone(target)
    return update(cluster, workload, edit(workload))


def update(cluster: Cluster, workload: Controller, manifest: Manifest) -> Effect:
    """Send another manifest of a workload."""
    refusals = cluster.update(workload, manifest)
    return Effect(tuple(refusals), noticed=not refusals)


def gone(target: Target) -> Effect:
    """Refuse an operation on a workload that has been deleted."""
    return Effect((Refusal("", "NotFound", f"the {target.kind} has been deleted"),), noticed=False)
