"""What a simulation writes down each time the controllers have come to rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linter.planner.journal import Event
    from linter.planner.model import ObjectId
    from linter.planner.operations import Instruction
    from linter.planner.records import Record
    from linter.planner.refusal import Refusal


class Round(NamedTuple):
    """What was written down once the controllers had come to rest.

    Attributes:
        number: Counted from 0.
        instruction: What was done before it, or None.
        refusals: Why that was refused, for each object; empty if it was not.
        gone: How many terminating pods the kubelet removed before it.
        ready: How many pods became Ready then.
        waited: What was waited for: minReadySeconds, progressDeadlineSeconds, or "".
        records: The workloads that exist.
        events: What controllers did, one by one.
    """

    number: int
    instruction: Instruction | None
    refusals: tuple[Refusal, ...]
    gone: int
    ready: int
    waited: str
    records: Mapping[ObjectId, Record]
    events: tuple[Event, ...]

    def events_of(self, workload: ObjectId) -> tuple[Event, ...]:
        """Return what was done to one workload."""
        if len(self.records) < 2:
            return self.events
        return tuple([event for event in self.events if event.workload == workload])
