"""How a node of a DaemonSet stands: what it adds to the status, and what the update strategy makes of it."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from linter.planner.model import PodState
from linter.planner.records import DaemonSetStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.planner.model import Pod, Revision


class Situation(IntEnum):
    """What a node looks like to the rolling update."""

    NEITHER = 0
    UNAVAILABLE = 1
    """Counts as unavailable."""
    BROKEN = 2
    """An old pod that is not available: replaced at once."""
    CANDIDATE = 3
    """An old pod that is available: replaced when the numbers allow it."""
    SURGING = 4
    """A new pod that is not available yet stands beside the old one."""
    SURGED = 5
    """The new pod is available: the old one can go."""
    LEAVING_BROKEN = 6
    """An old pod that is not available, on a node that should not run one."""
    LEAVING = 7
    """An old pod on a node that should not run one."""


class Standing(NamedTuple):
    """How a node stands.

    Attributes:
        share: What it adds to the status.
        situation: What it looks like to the rolling update.
        serves: Whether the one pod that serves there is available; asked where pods may stand side by side.
    """

    share: DaemonSetStatus
    situation: Situation
    serves: bool


NOTHING = DaemonSetStatus()
_WANTED = DaemonSetStatus(desired=1)


def standing(
    pods: Sequence[Pod], update: Revision | None, *, run: bool, is_node: bool, surges: bool
) -> Standing:
    """Return how a node stands.

    Args:
        pods: The DaemonSet's pods there, the oldest first.
        update: The revision of its template.
        run: Whether pods may be started there.
        is_node: Whether there is such a node.
        surges: Whether an old and a new pod may stand side by side.
    """
    share = _share(pods, update, run=run, is_node=is_node)
    if not surges:
        return Standing(share, situation_in_place(pods, update, run=run), serves=False)
    return Standing(share, *_situation(pods, update, run=run))


def _share(pods: Sequence[Pod], update: Revision | None, *, run: bool, is_node: bool) -> DaemonSetStatus:
    if not run:
        return DaemonSetStatus(misscheduled=1) if pods and is_node else NOTHING
    if not pods:
        return _WANTED
    # Of several pods the scheduled one counts, then the oldest; a terminating one counts, too.
    pod = pods[0] if len(pods) == 1 else min(pods, key=_scheduled_first)
    state = pod.state
    return DaemonSetStatus(
        1, 1, 0, pod.revision is update, state >= PodState.READY, state is PodState.AVAILABLE
    )


def _situation(pods: Sequence[Pod], update: Revision | None, *, run: bool) -> tuple[Situation, bool]:
    """Look at a node where an old and a new pod may stand side by side; tell, too, whether it is served."""
    old = new = None
    crowded = False
    for pod in pods:
        if pod.terminating:
            continue
        if pod.revision is update:
            crowded |= new is not None
            new = pod
        else:
            crowded |= old is not None
            old = pod
    if crowded:
        return Situation.UNAVAILABLE, False
    serving = old or new
    serves = serving is not None and serving.state is PodState.AVAILABLE
    if old is None:
        return Situation.NEITHER, serves
    if new is not None:
        return Situation.SURGED if new.available else Situation.SURGING, serves
    if old.available:
        return Situation.CANDIDATE if run else Situation.LEAVING, serves
    return Situation.BROKEN if run else Situation.LEAVING_BROKEN, serves


def situation_in_place(pods: Sequence[Pod], update: Revision | None, *, run: bool) -> Situation:
    """Look at the pods of a node that may not stand side by side.

    Args:
        pods: The pods.
        update: The revision of the template.
        run: Whether pods may be started there.
    """
    there = pods if len(pods) == 1 else [pod for pod in pods if not pod.terminating]
    if len(there) != 1 or there[0].terminating:
        return Situation.UNAVAILABLE if pods or run else Situation.NEITHER
    pod = there[0]
    available = pod.state is PodState.AVAILABLE
    if pod.revision is update:
        return Situation.NEITHER if available else Situation.UNAVAILABLE
    return Situation.CANDIDATE if available else Situation.BROKEN


def _scheduled_first(pod: Pod) -> tuple[bool, int]:
    return pod.state is PodState.UNSCHEDULED, pod.sequence
