"""What controllers and the kubelet did, one thing after another, over all workloads of a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from linter.planner.leap.progression import Progression, Stretch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.planner.leap.progression import Names
    from linter.planner.model import ObjectId, Revision, Snapshot


Action = Literal[
    "operation", "refused", "create-replicaset", "scale-up", "scale-down", "create-pods", "delete-pods",
    "create-claim", "create-pod", "delete-pod", "evict-pods", "pods-ready", "pods-gone", "wait",
]  # fmt: skip
"""What an event says; report/steps.py documents them."""


class Event(NamedTuple):
    """One thing that a controller or the kubelet did.

    Attributes:
        action: What was done.
        target: A pod, node or claim; None where the revision says it.
        revision: The revision that is concerned.
        before: A ReplicaSet's size before.
        after: And after.
        snapshot: The workload's pods right after it.
        workload: Whose pods they are.
    """

    action: Action
    target: str | None
    revision: Revision | None
    before: int | None
    after: int | None
    snapshot: Snapshot
    workload: ObjectId


class Counted(Protocol):
    """A workload whose pods can be counted."""

    id: ObjectId

    def snapshot(self) -> Snapshot:
        """Count the pods."""
        ...


class Journal:
    """Collects the events of a round. Off while the state before the plan is built."""

    __slots__ = ("events", "on")

    def __init__(self) -> None:
        self.on = True
        self.events: list[Event | Stretch[Event]] = []

    def record(
        self,
        workload: Counted,
        action: Action,
        target: str | None = None,
        revision: Revision | None = None,
        before: int | None = None,
        after: int | None = None,
    ) -> None:
        """Write down what has just been done to a workload's pods; Event tells the arguments."""
        if self.on:
            self.events.append(
                Event(action, target, revision, before, after, workload.snapshot(), workload.id)
            )

    def repeat(self, times: int, names: Names) -> None:
        """Write down that something has been done so many times more, each time as the last time differs from the one before.

        Args:
            times: How many times.
            names: The names of the pods.
        """
        if self.on:
            before, last = self.events[-2:]
            assert isinstance(before, Event)  # noqa: S101  two events have been written down just now
            assert isinstance(last, Event)  # noqa: S101  likewise
            self.events.append(Stretch((before,), (last,), times, names))

    def take(self) -> Sequence[Event]:
        """Return the events since the last call."""
        events, self.events = self.events, []
        plain = tuple([each for each in events if isinstance(each, Event)])
        return plain if len(plain) == len(events) else Progression(events)
