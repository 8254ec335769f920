"""What a round shows of a DaemonSet's nodes: rows of nodes that have changed together are made when they are read."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any

from linter.planner.controllers.shown_pods import pod_state, rows_at
from linter.planner.leap.names import Listed
from linter.planner.leap.progression import Progression, Stretch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linter.planner.controllers.daemonset.controller import DaemonSetController
    from linter.planner.controllers.daemonset.pods import Alike, AlikePod
    from linter.planner.records import PodRow, PodRows

_Row = tuple[str, "tuple[PodRow, ...]"]


def take_rows(workload: DaemonSetController) -> PodRows:
    """Return what is there where something changed since a round was written down, and forget where that is."""
    changes, pods = workload.changes, workload.pods
    if not changes.crowds:
        return changes.take(workload)
    crowds = [range(len(pods.names))] if changes.alike is not None else [*changes.crowds]
    keys = {*changes.keys, *(name for name in pods.own if _is_among(name, crowds, pods.names))}
    changes.clear()
    for key in keys:
        pods.on(key)  # whoever looks at a node takes it out of its range
    alike = [
        (part, each.pod) for each in pods.alike for part in split(_common(each, crowds), keys, pods.names)
    ]
    firsts: list[tuple[str, tuple[range, AlikePod | None] | None]] = [(key, None) for key in keys]
    firsts += [(pods.names[part.start], (part, pod)) for part, pod in alike]
    parts: list[_Row | Stretch[_Row]] = []
    for key, found in sorted(firsts, key=lambda each: each[0]):
        parts += [(key, rows_at(workload, key))] if found is None else _rows(workload, *found)
    return Progression(parts)


def split(ranges: Iterable[range], keys: Iterable[str], names: list[str]) -> list[range]:
    """Split ranges of positions so that no other key is between the names of one."""
    places = sorted({bisect_left(names, key) for key in keys})
    found: list[range] = []
    for positions in ranges:
        start = positions.start
        for place in places:
            if start < place < positions.stop:
                found.append(range(start, place))
                start = place
        found.append(range(start, positions.stop))
    return found


def _common(alike: Alike, crowds: Iterable[range]) -> list[range]:
    """Return which positions of a range are in some others, each once, in order."""
    found: list[range] = []
    done = alike.start
    for each in sorted(crowds, key=lambda each: each.start):
        start, stop = max(done, each.start), min(alike.stop, each.stop)
        if start < stop:
            found.append(range(start, stop))
            done = stop
    return found


def _is_among(name: str, crowds: Iterable[range], names: list[str]) -> bool:
    place = bisect_left(names, name)
    return names[place : place + 1] == [name] and any(place in each for each in crowds)


def _rows(
    workload: DaemonSetController, positions: range, pod: AlikePod | None
) -> list[_Row | Stretch[_Row]]:
    """Return the rows of nodes that are alike."""
    if pod is not None:
        workload.context.revisions.name(pod.revision)
    names = workload.pods.names
    rows: list[Any] = []
    for name in names[positions.start : positions.stop][:2]:
        rows.append((name, () if pod is None else ((name, pod.revision.name, pod_state(pod)),)))
    if len(positions) > 2:
        rows.append(Stretch(rows[:1], rows[1:2], len(positions) - 2, Listed(names)))
    return rows
