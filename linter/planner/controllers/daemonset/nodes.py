"""The nodes of a DaemonSet: which of them may run its pods, how its pods are on each, and what is left to do there.

Nodes are kept by what has to be done there, so that a sync costs no more when there are many, and nodes that are alike are looked
at together.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from linter.planner.controllers.daemonset.eligible import EligibleNodes
from linter.planner.controllers.daemonset.pods import PodsByNode
from linter.planner.controllers.daemonset.standing import NOTHING, Situation, Standing, standing
from linter.planner.records import DaemonSetStatus
from linter.planner.sets import HeapSet

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from linter.planner.controllers.daemonset.pods import Alike, AlikePod
    from linter.planner.controllers.shown_pods import Changes
    from linter.planner.model import Manifest, Node, Pod, Revision


_TAKEN_IN_ORDER = (
    Situation.BROKEN, Situation.CANDIDATE, Situation.SURGED, Situation.LEAVING_BROKEN, Situation.LEAVING,
)  # fmt: skip
"""Of nodes in the other situations only the number matters."""


_UNTOUCHED = Standing(NOTHING, Situation.NEITHER, serves=False)


class DaemonSetNodes:
    """The nodes of a DaemonSet, by how they stand.

    Attributes:
        nodes: The cluster's nodes by name.
        eligible: Which of them may run pods.
        pods: The DaemonSet's pods by node; its controller changes them.
        changes: Where something changed since a round was written down.
        dirty: Likewise the nodes where a pod may have to be created or deleted; a dict for its order.
    """

    def __init__(self, nodes: Mapping[str, Node], changes: Changes, sort_in: Callable[[Pod], None]) -> None:
        self.nodes = nodes
        self.eligible = EligibleNodes(nodes)
        self.pods = PodsByNode(self._begin_to_look)
        self.changes = changes
        self._sort_in = sort_in
        """Told of a pod that was kept in a range, and is kept by itself now."""
        self.dirty: dict[str, None] = {}
        self._update: Revision | None = None
        self._surges = False
        self._standings: dict[str, Standing] = {}
        self._of_alike: dict[AlikePod | None, Standing] = {}
        """How the nodes in ranges stand, by their pod: they may run it, and none is broken."""
        self._numbers: dict[Standing, int] = {}
        """How many nodes there are of each standing; of those that were never looked at none."""
        self._known: dict[Hashable, Standing] = {}
        """How nodes with no more than one pod stand, by all that it depends on."""
        self._in_order = {each: HeapSet[str]() for each in _TAKEN_IN_ORDER}
        self._sums: DaemonSetStatus | None = None
        self._is_due = False
        """Whether the nodes are to be looked at before anything is asked of them."""

    def take(self, template: Manifest, update: Revision, *, surges: bool) -> None:
        """Look at all nodes, as a DaemonSet does that has become another: when something is asked of them, or in `touch_all`.

        Args:
            template: The pod template.
            update: Its revision.
            surges: Whether an old and a new pod may stand side by side on a node.
        """
        self._update = update
        if surges != self._surges:
            self._surges = surges
            self._known.clear()
        if self.eligible.take(template["spec"]):
            self.pods.touch_every()
        self._is_due = True

    # Putting nodes where they belong.

    def fill(self, names: list[str], pod: AlikePod) -> None:
        """Let such a pod be on each of some nodes, which may run it; there are no pods yet (see PodsByNode.fill)."""
        self._standings.clear()
        self._numbers.clear()
        self.dirty.clear()
        self._is_due = False
        self.pods.fill(names, pod)
        self._move(_UNTOUCHED, self._alike(pod), len(names))
        for name in self.pods.looked_at(self.nodes):
            self.touch(name)

    def _begin_to_look(self, name: str, pod: Pod | None, alike: AlikePod | None) -> None:
        if pod is None:
            self.dirty[name] = None
        else:
            self._sort_in(pod)
        standing = self._standings[name] = self._alike(alike)
        if (entered := self._in_order.get(standing.situation)) is not None:
            entered.add(name)

    def turn(
        self, positions: range, become: Callable[[AlikePod | None], AlikePod | None]
    ) -> list[tuple[range, AlikePod | None, AlikePod | None]]:
        """Let nodes in ranges be otherwise (see PodsByNode.turn)."""
        turned = self.pods.turn(positions, become)
        for part, before, after in turned:
            self._move(self._alike(before), self._alike(after), len(part))
            self.changes.crowds.append(part)
        return turned

    def touch_all(self) -> None:
        """Put all nodes where they belong."""
        self._is_due = False
        before, self._of_alike = self._of_alike, {}
        for pod, number in self.pods.numbers().items():
            self._move(before[pod], self._alike(pod), number)
        alike: dict[Hashable, list[str]] = {}
        eligible, standings, pods = self.eligible, self._standings, self.pods.own
        for name in self.pods.looked_at(self.nodes):
            there = pods.get(name)
            look: Hashable = None
            if there:
                # Of several pods on a node it matters which is older.
                look = (there[0].revision, there[0].state, there[0].terminating) if len(there) < 2 else name
            key = eligible.at(name), name in self.nodes, standings.get(name), look
            if key in alike:
                alike[key].append(name)
            else:
                alike[key] = [name]
        for names in alike.values():
            self.touch_alike(names)

    def touch(self, name: str) -> None:
        """Put a node on which something changed where it belongs."""
        self.changes.keys.add(name)
        after = self._look(name)
        before = self._standings.get(name, _UNTOUCHED)
        if after is before:
            return
        self._standings[name] = after
        self._move(before, after, 1)
        if before.situation is not after.situation:
            if (left := self._in_order.get(before.situation)) is not None:
                left.discard(name)
            if (entered := self._in_order.get(after.situation)) is not None:
                entered.add(name)

    def touch_alike(self, names: Sequence[str]) -> None:
        """Put nodes on which something changed where they belong: those that were alike and are alike."""
        first, rest = names[0], names[1:]
        before = self._standings.get(first, _UNTOUCHED)
        self.touch(first)
        if not rest:
            return
        after = self._standings.get(first, _UNTOUCHED)
        self.changes.keys.update(rest)
        if first in self.dirty:
            self.dirty.update(dict.fromkeys(rest))
        else:
            for name in rest if self.dirty else ():
                self.dirty.pop(name, None)
        if after is before:
            return
        self._standings.update(dict.fromkeys(rest, after))
        self._move(before, after, len(rest))
        if before.situation is not after.situation:
            if (left := self._in_order.get(before.situation)) is not None:
                left.discard_all(rest)
            if (entered := self._in_order.get(after.situation)) is not None:
                entered.add_all(rest)

    def _move(self, before: Standing, after: Standing, number: int) -> None:
        """Let so many nodes stand otherwise than before."""
        self._sums = None
        self._numbers[before] = self._numbers.get(before, 0) - number
        self._numbers[after] = self._numbers.get(after, 0) + number

    # How a node stands.

    def _look(self, name: str) -> Standing:
        """Look at a node, and note whether there may be something to create or to delete."""
        pods = self.pods.on(name)
        run, keep = self.eligible.at(name)
        alone = pods[0] if len(pods) == 1 else None
        if alone is not None and keep and not alone.terminating:
            self.dirty.pop(name, None)
        else:
            self.dirty[name] = None
        if len(pods) > 1:
            return standing(pods, self._update, run=run, is_node=name in self.nodes, surges=self._surges)
        key: Hashable = run
        if alone is not None:
            key = run, name in self.nodes, alone.revision is self._update, alone.state, alone.terminating
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = standing(
                pods, self._update, run=run, is_node=name in self.nodes, surges=self._surges
            )
        return found

    def _alike(self, pod: AlikePod | None) -> Standing:
        """Return how the nodes in ranges stand that have such a pod, or none."""
        found = self._of_alike.get(pod)
        if found is None:
            pods = [] if pod is None else [pod.at(0, "")]
            found = self._of_alike[pod] = standing(
                pods, self._update, run=True, is_node=True, surges=self._surges
            )
        return found

    # What stands how.

    @property
    def sums(self) -> DaemonSetStatus:
        """The status that the nodes add up to."""
        if self._is_due:
            self.touch_all()
        if self._sums is None:
            shares = [[each * number for each in stand.share] for stand, number in self._numbers.items()]
            self._sums = DaemonSetStatus(*map(sum, zip(*shares, strict=True))) if shares else NOTHING
        return self._sums

    def number(self, situation: Situation) -> int:
        """Count the nodes in a situation."""
        return sum([number for stand, number in self._numbers.items() if stand.situation is situation])

    def serving(self) -> int:
        """Count the nodes whose one pod that serves is available; asked where pods may stand side by side."""
        return sum([number for stand, number in self._numbers.items() if stand.serves])

    def first(self, situation: Situation) -> str | None:
        """Return the first node by name in a situation, or None."""
        own, alike = self._in_order[situation].first(), self._first_alike(situation)
        if alike is None:
            return own
        name = self.pods.names[alike.start]
        return own if own is not None and own < name else name

    def _first_alike(self, situation: Situation) -> Alike | None:
        return self.pods.first([pod for pod, stand in self._of_alike.items() if stand.situation is situation])

    def first_candidates(self, most: int) -> range:
        """Return the positions of the first candidates if they are in a range, no more than so many."""
        alike, own = self._first_alike(Situation.CANDIDATE), self._in_order[Situation.CANDIDATE].first()
        if alike is None:
            return range(0)
        stop = alike.stop if own is None else min(alike.stop, bisect_left(self.pods.names, own))
        return range(alike.start, max(alike.start, min(stop, alike.start + most)))

    def names(self, situation: Situation) -> list[str]:
        """Return the nodes in a situation, in order; of candidates only the first is asked for."""
        return self._in_order[situation].sorted()

    def take_dirty(self) -> Iterable[str]:
        """Return the nodes where a pod may have to be created or deleted, in order, and forget them."""
        dirty, self.dirty = self.dirty, {}
        return sorted(dirty) if len(dirty) > 1 else dirty

    def end_leap(self) -> None:
        """Let all that changed be seen and done."""
        self.changes.clear()
        self.dirty.clear()
