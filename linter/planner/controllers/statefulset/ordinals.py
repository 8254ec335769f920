"""The ordinals of a StatefulSet, in sets by what has to be done with their pods, so that a sync costs no more when there are many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.planner.model import PodState
from linter.planner.sets import HeapSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from linter.planner.model import Pod, Revision


class SortedOrdinals:
    """The ordinals that are wanted, and those that have a pod.

    Args:
        wanted: The ordinals that are to have a pod.
        pods: The pods that are there, by ordinal.
        update: The revision of the current template.

    Attributes:
        wanted: As the argument.
        missing: The wanted ordinals without a pod.
        unhealthy: The wanted ordinals whose pod is missing, terminating or not available.
        unhealthy_top: The same ones, negative: the highest is the first.
        behind: The wanted ordinals, negative, whose pod has an old template and is not about to go.
        condemned: The ordinals, negative, of the pods that are not wanted.
    """

    def __init__(self, wanted: range, pods: Mapping[int, Pod], update: Revision) -> None:
        self.wanted = wanted
        self._update = update
        self.missing = {*wanted} - pods.keys()
        unhealthy = [ordinal for ordinal, pod in pods.items() if ordinal in wanted and not _is_healthy(pod)]
        unhealthy += self.missing
        self.unhealthy = HeapSet[int](unhealthy)
        self.unhealthy_top = HeapSet[int](_negative(unhealthy))
        self.behind = HeapSet[int](
            -ordinal for ordinal, pod in pods.items() if ordinal in wanted and self._is_behind(pod)
        )
        self.condemned = HeapSet[int](-ordinal for ordinal in pods if ordinal not in wanted)

    def look_at(self, ordinal: int, pod: Pod | None) -> None:
        """Put an ordinal whose pod changed where it belongs."""
        if ordinal not in self.wanted:
            (self.condemned.discard if pod is None else self.condemned.add)(-ordinal)
            return
        if pod is None:
            self.missing.add(ordinal)
        else:
            self.missing.discard(ordinal)
        if pod is None or not _is_healthy(pod):
            self.unhealthy.add(ordinal)
            self.unhealthy_top.add(-ordinal)
        else:
            self.unhealthy.discard(ordinal)
            self.unhealthy_top.discard(-ordinal)
        if pod is not None and self._is_behind(pod):
            self.behind.add(-ordinal)
        else:
            self.behind.discard(-ordinal)

    def are_updated(self, ordinals: Sequence[int]) -> None:
        """Take note that the pods of some wanted ordinals are available, and of the current template."""
        self.missing.difference_update(ordinals)
        self.unhealthy.discard_all(ordinals)
        negative = _negative(ordinals)
        self.unhealthy_top.discard_all(negative)
        self.behind.discard_all(negative)

    def _is_behind(self, pod: Pod) -> bool:
        return pod.revision is not self._update and not pod.terminating


def _is_healthy(pod: Pod) -> bool:
    return pod.state is PodState.AVAILABLE and not pod.terminating


def _negative(ordinals: Iterable[int]) -> list[int]:
    return [-ordinal for ordinal in ordinals]
