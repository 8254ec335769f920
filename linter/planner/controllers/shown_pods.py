"""The pods that rounds show, by ordinal or node. Where all of them are alike, their rows are made when they are read."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, overload

from linter.planner.model import NamedPod

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from linter.planner.controllers.base import ControllerContext
    from linter.planner.model import Pod, Revision, Snapshot
    from linter.planner.records import PodRow, PodRows

Keys = Sequence[Any]
"""Ordinals or names of nodes, in order."""


class Shown(Protocol):
    """A workload whose pods have an identity."""

    context: ControllerContext
    name_prefix: str
    """What a pod's name has before its key."""

    @property
    def pods(self) -> Collection[Any]:
        """The ordinals or nodes that have pods."""
        ...

    def snapshot(self) -> Snapshot:
        """Count the pods."""
        ...

    def pods_at(self, key: Any) -> Sequence[Pod]:
        """Return the pods of an ordinal or on a node, the oldest first."""
        ...


class _Looked(Protocol):
    """A pod, or what many have in common."""

    @property
    def terminating(self) -> bool: ...
    @property
    def ready(self) -> bool: ...


def pod_state(pod: _Looked) -> str:
    """Return the word that a round has for a pod."""
    if pod.terminating:
        return "terminating"
    return "ready" if pod.ready else "waiting"


def named_pods(workload: Shown) -> Sequence[NamedPod]:
    """Return all pods with what rounds call them."""
    alike = alike_pods(workload)
    if alike is not None:
        return alike
    return [
        NamedPod(key, f"{workload.name_prefix}{key}", pod.revision, pod_state(pod))
        for key in sorted(workload.pods)
        for pod in workload.pods_at(key)
    ]


class AlikePods(Sequence[NamedPod]):
    """Ready pods of one revision, one for each key.

    Attributes:
        pod_keys: The keys; `dict()` would take what has `keys` for a mapping.
        revision: The revision.
        name_prefix: What a pod's name has before its key.
    """

    __slots__ = ("name_prefix", "pod_keys", "revision")

    def __init__(self, keys: Keys, revision: Revision, name_prefix: str) -> None:
        self.pod_keys = keys
        self.revision = revision
        self.name_prefix = name_prefix

    def __len__(self) -> int:
        return len(self.pod_keys)

    @overload
    def __getitem__(self, index: int) -> NamedPod: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[NamedPod]: ...
    def __getitem__(self, index: int | slice) -> NamedPod | Sequence[NamedPod]:
        if isinstance(index, slice):
            return AlikePods(self.pod_keys[index], self.revision, self.name_prefix)
        return self.at(self.pod_keys[index])

    def at(self, key: Any) -> NamedPod:
        """Return the pod of a key."""
        return NamedPod(key, f"{self.name_prefix}{key}", self.revision, "ready")


def alike_pods(workload: Shown) -> AlikePods | None:
    """Return all pods of a workload if the counts say that each is Ready, of the same revision and alone at its key."""
    tallies = workload.snapshot().tallies
    if len(tallies) != 1:
        return None
    ((revision, ready, waiting, terminating),) = tallies
    if waiting or terminating or ready != len(workload.pods):
        return None
    return AlikePods(sorted(workload.pods), revision, workload.name_prefix)


class AlikeRows(Sequence["tuple[Any, tuple[PodRow, ...]]"]):
    """The rows of a round that shows all pods, which are alike but for some.

    Attributes:
        row_keys: The keys of all rows, in order.
        alike: The pods.
        others: The rows of the keys where it is otherwise.
    """

    __slots__ = ("alike", "others", "row_keys")

    def __init__(self, alike: AlikePods, others: Mapping[Any, tuple[PodRow, ...]]) -> None:
        self.alike = alike
        self.others = others
        added = [key for key in others if not _contains(alike.pod_keys, key)]
        self.row_keys = sorted([*alike.pod_keys, *added]) if added else alike.pod_keys

    def __len__(self) -> int:
        return len(self.row_keys)

    @overload
    def __getitem__(self, index: int) -> tuple[Any, tuple[PodRow, ...]]: ...
    @overload
    def __getitem__(self, index: slice) -> PodRows: ...
    def __getitem__(self, index: int | slice) -> tuple[Any, tuple[PodRow, ...]] | PodRows:
        if isinstance(index, slice):
            return tuple(self._at(key) for key in self.row_keys[index])
        return self._at(self.row_keys[index])

    def _at(self, key: Any) -> tuple[Any, tuple[PodRow, ...]]:
        row = self.others.get(key)
        if row is None:
            pod = self.alike.at(key)
            row = ((pod.name, pod.revision.name, pod.state),)
        return key, row

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AlikeRows | tuple) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]  # a round is never looked up by what it shows


def _contains(keys: Keys, key: Any) -> bool:
    place = bisect_left(keys, key)
    return place < len(keys) and bool(keys[place] == key)


class Changes:
    """Where something has changed since a round was written down.

    Attributes:
        keys: The keys where it has.
        alike: All pods as they were when all of them were said to have changed, if they were alike then.
        crowds: Where it has changed for many at once: positions, which the workload makes something of.
    """

    def __init__(self) -> None:
        self.keys: set[Any] = set()
        self.alike: AlikePods | None = None
        self.crowds: list[range] = []

    def all_of(self, workload: Shown) -> None:
        """Let the next round show every pod."""
        self.alike = alike_pods(workload)
        if self.alike is None:
            self.keys.update(workload.pods)
        else:
            self.keys.difference_update(self.alike.pod_keys)

    def clear(self) -> None:
        """Let all that changed have been shown."""
        self.keys.clear()
        self.alike = None
        self.crowds.clear()

    def take(self, workload: Shown) -> PodRows:
        """Return what is there where something changed, and forget where that is."""
        changed, alike = self.keys, self.alike
        self.keys, self.alike = set(), None
        keys = sorted(changed)
        first = (
            None if alike is None else next((each for each in alike.pod_keys if each not in changed), None)
        )
        if alike is None or first is None:
            return tuple([(key, rows_at(workload, key)) for key in keys])
        # Revisions get their names in the order in which a round shows them.
        before = bisect_left(keys, first)
        rows = {key: rows_at(workload, key) for key in keys[:before]}
        workload.context.revisions.name(alike.revision)
        rows.update((key, rows_at(workload, key)) for key in keys[before:])
        return AlikeRows(alike, rows)


def rows_at(workload: Shown, key: Any) -> tuple[PodRow, ...]:
    """Return what a round shows of a key."""
    pods = workload.pods_at(key)
    for pod in pods:
        workload.context.revisions.name(pod.revision)
    name = f"{workload.name_prefix}{key}"
    return tuple([(name, pod.revision.name, pod_state(pod)) for pod in pods])
