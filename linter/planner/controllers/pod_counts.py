"""Pods with an identity, counted: by revision, and by how far they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.planner.model import PodState, Snapshot, Tally

if TYPE_CHECKING:
    from linter.planner.model import Revision


class PodCounts:
    """How many pods of a workload there are.

    Attributes:
        ready: Those that are Ready, but for terminating ones.
        available: Those that are available, likewise.
        ready_leaving: Terminating ones that are still Ready: a StatefulSet's status counts them.
        available_leaving: Terminating ones that are still available, likewise.
        by_revision: [Ready, waiting, terminating] of each revision, in the order in which they got their first pod.
    """

    def __init__(self) -> None:
        self.ready = 0
        self.available = 0
        self.ready_leaving = 0
        self.available_leaving = 0
        self.by_revision: dict[Revision, list[int]] = {}
        self._total = 0

    def add(self, revision: Revision, state: PodState, number: int, *, terminating: bool = False) -> None:
        """Count pods that are alike, or no longer where the number is negative."""
        if not number:
            return
        counts = self.by_revision.get(revision)
        if counts is None:
            counts = self.by_revision[revision] = [0, 0, 0]
        ready, available = state >= PodState.READY, state is PodState.AVAILABLE
        if terminating:
            self.ready_leaving += number * ready
            self.available_leaving += number * available
            counts[2] += number
            return
        self._total += number
        self.ready += number * ready
        self.available += number * available
        counts[0 if ready else 1] += number

    def of(self, revision: Revision) -> int:
        """Count the pods of a revision that are not terminating."""
        counts = self.by_revision.get(revision)
        return counts[0] + counts[1] if counts else 0

    def forget(self, revision: Revision) -> None:
        """Count the pods of a revision no longer if there are none."""
        if not any(self.by_revision[revision]):
            del self.by_revision[revision]

    def snapshot(self) -> Snapshot:
        """Return all counts as they are now."""
        return Snapshot(
            self.ready,
            self.available,
            self._total,
            sum([counts[2] for counts in self.by_revision.values()]),
            tuple([Tally(revision, *counts) for revision, counts in self.by_revision.items()]),
        )
