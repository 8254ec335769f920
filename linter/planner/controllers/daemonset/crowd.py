"""What is done to many nodes of a DaemonSet that are alike, at once: the same as to each, one after another, in their order.

That is so where nobody is asked about pods one by one: no scheduler places them, no quota counts them. Where nodes are not alike, or
few, the controller and the kubelet deal with each by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.planner.controllers.daemonset.pods import AlikePod
from linter.planner.controllers.pod_book import MAX_NAMES, Crowd
from linter.planner.leap.names import Listed
from linter.planner.model import PodState

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from linter.planner.controllers.daemonset.controller import DaemonSetController
    from linter.planner.journal import Action
    from linter.planner.model import Revision

FEWEST = 32
"""Fewer nodes than these are dealt with by themselves: rounds with few of them can be leapt over."""


# The controller.


def delete_first(workload: DaemonSetController, budget: int) -> int:
    """Delete the outdated pods that come first, if they are alike and the budget is large; return how many."""
    if budget < FEWEST or not workload.context.unasked:
        return 0
    positions = workload.book.first_candidates(budget)
    _one_after_another(workload, positions, lambda pod: pod and pod._replace(terminating=True), "delete-pod")
    return len(positions)


def missing(workload: DaemonSetController) -> list[range]:
    """Return the positions of nodes in ranges that lack a pod."""
    return [range(start, stop) for start, stop, pod in workload.pods.alike if pod is None]


def create(workload: DaemonSetController, positions: range) -> None:
    """Create a pod on each of many nodes."""
    number = workload.context.admit_pods(workload.update, len(positions))
    first = workload.next_sequence(number)
    pod = AlikePod(workload.update, PodState.UNSCHEDULED, first - positions.start)
    _one_after_another(workload, positions, lambda _: pod, "create-pod")


def _one_after_another(
    workload: DaemonSetController,
    positions: range,
    become: Callable[[AlikePod | None], AlikePod | None],
    action: Action,
) -> None:
    """Let something be done to the nodes of a range; what is written down of the first two says it of the others."""
    journal = workload.context.journal
    for part in (positions[:1], positions[1:2]):
        for each in _turn(workload, part, become):
            journal.record(workload, action, each.keys[0], each.revision)
    if others := positions[2:]:
        _turn(workload, others, become)
        journal.repeat(len(others), Listed(workload.pods.names))


def renew(workload: DaemonSetController, positions: range, revision: Revision) -> None:
    """Let the pods in ranges at some positions be of another revision, as a leap leaves them."""
    _turn(workload, positions, lambda pod: pod and pod._replace(revision=revision))


# The kubelet.


def remove_terminated(workload: DaemonSetController) -> list[Crowd]:
    """Let the terminating pods of ranges be gone."""
    return _sweep(workload, lambda pod: pod.terminating, lambda _: None)


def bind(workload: DaemonSetController) -> bool:
    """Bind the unscheduled pods of ranges; tell whether there are any."""
    return bool(
        _sweep(
            workload,
            lambda pod: pod.state is PodState.UNSCHEDULED,
            lambda pod: pod and pod._replace(state=PodState.PENDING),
        )
    )


def become_ready(workload: DaemonSetController) -> list[Crowd]:
    """Make the bound pods of ranges Ready."""
    state = PodState.READY if workload.min_ready_seconds else PodState.AVAILABLE
    return _sweep(
        workload,
        lambda pod: pod.state is PodState.PENDING and not pod.revision.fails,
        lambda pod: pod and pod._replace(state=state),
    )


def pass_min_ready_seconds(workload: DaemonSetController) -> None:
    """Make the Ready pods of ranges available."""
    _sweep(
        workload,
        lambda pod: pod.state is PodState.READY,
        lambda pod: pod and pod._replace(state=PodState.AVAILABLE),
    )


def _sweep(
    workload: DaemonSetController,
    is_due: Callable[[AlikePod], bool],
    become: Callable[[AlikePod | None], AlikePod | None],
) -> list[Crowd]:
    """Let something be done to all ranges of such pods."""
    due = [range(start, stop) for start, stop, pod in workload.pods.alike if pod is not None and is_due(pod)]
    return [crowd for positions in due for crowd in _turn(workload, positions, become)]


def _turn(
    workload: DaemonSetController, positions: range, become: Callable[[AlikePod | None], AlikePod | None]
) -> list[Crowd]:
    """Let the pods at some positions be otherwise, and count them anew; return those that were there, or are if there were none."""
    crowds: list[Crowd] = []
    for part, before, after in workload.book.turn(positions, become):
        if after is not None:
            workload.counts.add(after.revision, after.state, len(part), terminating=after.terminating)
        if before is not None:
            workload.counts.add(before.revision, before.state, -len(part), terminating=before.terminating)
        pod = before or after
        if pod is not None:
            names: Sequence[str] = workload.pods.names[part.start : part.stop][:MAX_NAMES]
            crowds.append(Crowd(len(part), names, pod.revision))
        if before is not None and after is None:
            workload.counts.forget(before.revision)
    return crowds
