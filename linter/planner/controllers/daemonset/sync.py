"""What a look at a DaemonSet's nodes leads to: pods that are missing or too many, and those that its update strategy replaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.planner.controllers.daemonset import crowd
from linter.planner.controllers.daemonset.rows import split
from linter.planner.controllers.daemonset.standing import Situation, situation_in_place
from linter.planner.model import PodState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.planner.controllers.daemonset.controller import DaemonSetController
    from linter.planner.controllers.rolling import RollingNumbers
    from linter.planner.model import Pod


def manage(workload: DaemonSetController) -> bool:
    """Create pods on the nodes that lack one, delete those that must not be there."""
    missing = crowd.missing(workload)
    if not workload.book.dirty and not missing:
        return False
    create: list[str] = []
    delete: list[Pod] = []
    for name in workload.book.take_dirty():
        run, keep = workload.book.eligible.at(name)
        pods = workload.pods.on(name)
        if not keep:
            delete += [pod for pod in pods if not pod.terminating]
        elif not pods:
            if run:
                create.append(name)
        elif workload.surges or len(pods) > 1:
            running = [pod for pod in pods if not pod.terminating]
            if not workload.surges:
                running.sort(key=lambda pod: (pod.state is PodState.UNSCHEDULED, pod.sequence))
                delete += running[1:]
            elif not running:
                if run:
                    create.append(name)
            elif len(running) > 1:
                delete += _excess(workload, running)
    acted = bool(delete)
    for each in _in_order(workload, create, missing):
        if isinstance(each, range):
            crowd.create(workload, each)
            acted = True
        elif workload.create(each):
            acted = True
        else:
            workload.book.dirty[each] = None
    for pod in delete:
        workload.delete_from_node(pod)
    return acted


def _in_order(
    workload: DaemonSetController, create: list[str], missing: list[range]
) -> Sequence[str | range]:
    """Return nodes, and positions of nodes, in the order of their names."""
    if not missing:
        return create
    names = workload.pods.names
    several = [(names[each.start], each) for each in split(missing, create, names)]
    found: list[tuple[str, str | range]] = [*((name, name) for name in create), *several]
    return [each for _, each in sorted(found, key=lambda each: each[0])]


def _excess(workload: DaemonSetController, running: list[Pod]) -> list[Pod]:
    """Return the pods beyond one old and one new on a node, and the old one once it is not needed."""
    running.sort(key=lambda pod: (pod.state is PodState.UNSCHEDULED, pod.sequence))
    new = [pod for pod in running if pod.revision is workload.update]
    old = [pod for pod in running if pod.revision is not workload.update]
    surplus = new[1:] + old[1:]
    if new and old and (not old[0].ready or new[0].available):
        surplus.append(old[0])
    return surplus


def roll(workload: DaemonSetController) -> bool:
    """Go on with the update; tell whether there was something to do."""
    if not workload.rolling:
        return False
    numbers = workload.limits
    if not workload.surges:
        return _roll_in_place(workload, numbers)
    return _roll_surging(workload, numbers) if numbers.surge else _roll_without_nodes(workload, numbers)


def _roll_in_place(workload: DaemonSetController, numbers: RollingNumbers) -> bool:
    """Delete outdated pods; those that serve nobody regardless of maxUnavailable."""
    broken = workload.book.names(Situation.BROKEN)
    budget = numbers.unavailable - workload.book.number(Situation.UNAVAILABLE) - len(broken)
    for name in broken:
        workload.delete_from_node(_outdated(workload, name))
    return _take_candidates(workload, budget, create=False) or bool(broken)


def _roll_without_nodes(workload: DaemonSetController, numbers: RollingNumbers) -> bool:
    """Roll in place although the fields ask for a surge: a percentage of no eligible node comes to no pod."""
    found: dict[Situation, list[str]] = {each: [] for each in Situation}
    for name in workload.pods:
        found[situation_in_place(workload.pods.on(name), workload.update, run=False)].append(name)
    broken = found[Situation.BROKEN]
    budget = max(0, numbers.unavailable - len(found[Situation.UNAVAILABLE]) - len(broken))
    victims = [*broken, *found[Situation.CANDIDATE][:budget]]
    for name in victims:
        workload.delete_from_node(_outdated(workload, name))
    return bool(victims)


def _roll_surging(workload: DaemonSetController, numbers: RollingNumbers) -> bool:
    """Create new pods beside the old ones, and delete old ones whose successor is available."""
    book = workload.book
    # Duplicates on a node count against the surge until they are sorted out.
    budget = numbers.surge - book.number(Situation.SURGING) - book.number(Situation.UNAVAILABLE)
    spare = book.serving() - book.sums.desired
    retire = [*book.names(Situation.SURGED), *book.names(Situation.LEAVING_BROKEN)]
    retire += book.names(Situation.LEAVING)[: max(0, spare)]
    broken = book.names(Situation.BROKEN)
    for name in retire:
        workload.delete_from_node(_outdated(workload, name))
    created = [name for name in broken if workload.create(name)]
    return _take_candidates(workload, budget, create=True) or bool(retire or created)


def _take_candidates(workload: DaemonSetController, budget: int, *, create: bool) -> bool:
    """Go on with as many nodes as the numbers allow. Kubernetes leaves open which; here the first by name."""
    acted = False
    while budget > 0 and (name := workload.book.first(Situation.CANDIDATE)) is not None:
        if not create and (number := crowd.delete_first(workload, budget)):
            budget -= number
            acted = True
            continue
        if not create:
            workload.delete_from_node(_outdated(workload, name))
        elif not workload.create(name):
            break
        budget -= 1
        acted = True
    return acted


def _outdated(workload: DaemonSetController, name: str) -> Pod:
    return next(
        pod for pod in workload.pods.on(name) if not pod.terminating and pod.revision is not workload.update
    )
