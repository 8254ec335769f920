"""The nodes of a DaemonSet: which of them may run its pods, how its pods are on each, and what is left to do there.

Nodes are kept by what has to be done there, so that a sync costs no more when there are many, and nodes that are alike are looked
at together.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from linter.planner.controllers.daemonset.eligible import EligibleNodes
from linter.planner.controllers.daemonset.pods import PodsByNode
from linter.planner.model import Pod, PodState
from linter.planner.records import DaemonSetStatus
from linter.planner.sets import HeapSet

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from linter.planner.controllers.shown_pods import Changes
    from linter.planner.model import Manifest, Node, Revision


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


_TAKEN_IN_ORDER = (
    Situation.BROKEN, Situation.CANDIDATE, Situation.SURGED, Situation.LEAVING_BROKEN, Situation.LEAVING,
)  # fmt: skip
"""Of nodes in the other situations only the number matters."""


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


_NOTHING = DaemonSetStatus()
_WANTED = DaemonSetStatus(desired=1)
_UNTOUCHED = Standing(_NOTHING, Situation.NEITHER, serves=False)


class DaemonSetNodes:
    """The nodes of a DaemonSet, by how they stand.

    Attributes:
        nodes: The cluster's nodes by name.
        eligible: Which of them may run pods.
        pods: The DaemonSet's pods by node; its controller changes them.
        changes: Where something changed since a round was written down.
        dirty: Likewise the nodes where a pod may have to be created or deleted; a dict for its order.
    """

    def __init__(self, nodes: Mapping[str, Node], changes: Changes) -> None:
        self.nodes = nodes
        self.eligible = EligibleNodes(nodes)
        self.pods = PodsByNode(self._begin_to_look)
        self.changes = changes
        self.dirty: dict[str, None] = {}
        self._update: Revision | None = None
        self._surges = False
        self._standings: dict[str, Standing] = {}
        self._untouched: dict[Revision, Standing] = {}
        """How nodes stand whose pod nobody has looked at, by its revision: they may run it, so that it is a candidate or none."""
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

    def fill(self, names: list[str], revision: Revision, first_sequence: int) -> None:
        """Let an available pod be on each of some nodes, which may run it; there are no pods yet (see PodsByNode.fill)."""
        self._standings.clear()
        self._numbers.clear()
        self.dirty.clear()
        self._is_due = False
        self.pods.fill(names, revision, first_sequence)
        standing = self._untouched[revision] = self._look_untouched(revision)
        self._move(_UNTOUCHED, standing, len(names))
        for name in self.pods.looked_at(self.nodes):
            self.touch(name)

    def _begin_to_look(self, name: str, revision: Revision) -> None:
        standing = self._standings[name] = self._untouched[revision]
        if (entered := self._in_order.get(standing.situation)) is not None:
            entered.add(name)

    def renew(self, positions: range, revision: Revision) -> dict[Revision, int]:
        """Let the untouched pods at some positions be of another revision; return how many there are of each that was."""
        renewed = self.pods.renew(positions, revision)
        self._untouched[revision] = self._look_untouched(revision)
        for before, number in renewed.items():
            self._move(self._untouched[before], self._untouched[revision], number)
        return renewed

    def touch_all(self) -> None:
        """Put all nodes where they belong."""
        self._is_due = False
        for revision, number in self.pods.numbers().items():
            now = self._look_untouched(revision)
            self._move(self._untouched[revision], now, number)
            self._untouched[revision] = now
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
            return self._standing(name, pods, run=run)
        key: Hashable = run
        if alone is not None:
            key = run, name in self.nodes, alone.revision is self._update, alone.state, alone.terminating
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._standing(name, pods, run=run)
        return found

    def _look_untouched(self, revision: Revision) -> Standing:
        """Look at the nodes with untouched pods of a revision."""
        return self._standing("", [Pod(revision, "", PodState.AVAILABLE)], run=True)

    def _standing(self, name: str, pods: list[Pod], *, run: bool) -> Standing:
        share = self._share(name, pods, run=run)
        if not self._surges:
            return Standing(share, self.situation_in_place(pods, run=run), serves=False)
        return Standing(share, *self._situation(pods, run=run))

    def _share(self, name: str, pods: list[Pod], *, run: bool) -> DaemonSetStatus:
        if not run:
            return DaemonSetStatus(misscheduled=1) if pods and name in self.nodes else _NOTHING
        if not pods:
            return _WANTED
        # Of several pods the scheduled one counts, then the oldest; a terminating one counts, too.
        pod = pods[0] if len(pods) == 1 else min(pods, key=_scheduled_first)
        state = pod.state
        return DaemonSetStatus(
            1, 1, 0, pod.revision is self._update, state >= PodState.READY, state is PodState.AVAILABLE
        )

    def _situation(self, pods: list[Pod], *, run: bool) -> tuple[Situation, bool]:
        """Look at a node where an old and a new pod may stand side by side; tell, too, whether it is served."""
        old = new = None
        crowded = False
        for pod in pods:
            if pod.terminating:
                continue
            if pod.revision is self._update:
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

    def situation_in_place(self, pods: list[Pod], *, run: bool) -> Situation:
        """Look at the pods of a node that may not stand side by side.

        Args:
            pods: The pods.
            run: Whether pods may be started there.
        """
        there = pods if len(pods) == 1 else [pod for pod in pods if not pod.terminating]
        if len(there) != 1 or there[0].terminating:
            return Situation.UNAVAILABLE if pods or run else Situation.NEITHER
        pod = there[0]
        available = pod.state is PodState.AVAILABLE
        if pod.revision is self._update:
            return Situation.NEITHER if available else Situation.UNAVAILABLE
        return Situation.CANDIDATE if available else Situation.BROKEN

    # What stands how.

    @property
    def sums(self) -> DaemonSetStatus:
        """The status that the nodes add up to."""
        if self._is_due:
            self.touch_all()
        if self._sums is None:
            shares = [[each * number for each in stand.share] for stand, number in self._numbers.items()]
            self._sums = DaemonSetStatus(*map(sum, zip(*shares, strict=True))) if shares else _NOTHING
        return self._sums

    def number(self, situation: Situation) -> int:
        """Count the nodes in a situation."""
        return sum([number for stand, number in self._numbers.items() if stand.situation is situation])

    def serving(self) -> int:
        """Count the nodes whose one pod that serves is available; asked where pods may stand side by side."""
        return sum([number for stand, number in self._numbers.items() if stand.serves])

    def first(self, situation: Situation) -> str | None:
        """Return the first node by name in a situation, or None."""
        own = self._in_order[situation].first()
        revisions = [each for each, stand in self._untouched.items() if stand.situation is situation]
        untouched = self.pods.first(revisions)
        return own if untouched is None or (own is not None and own < untouched) else untouched

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


def _scheduled_first(pod: Pod) -> tuple[bool, int]:
    return pod.state is PodState.UNSCHEDULED, pod.sequence
