"""What the simulated cluster consists of: plain data, shared by the controllers, the kubelet and the plan."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

Manifest = dict[str, Any]


class PodState(IntEnum):
    """How far a pod is, in the order in which a ReplicaSet picks its victims: the least useful first."""

    UNSCHEDULED = 0
    PENDING = 1
    """On a node, not Ready yet."""
    UNREADY = 2
    """Running, but has lost readiness for good."""
    READY = 3
    """Ready, but not for minReadySeconds yet."""
    AVAILABLE = 4


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason for which the API server refuses an object.

    Attributes:
        field: The field, spelled as in the server's `causes[].field`.
        reason: Required, Invalid, NotSupported, Forbidden, Duplicate, TooLong, TooMany, NotFound …
        message: What is wrong.
    """

    field: str
    reason: str
    message: str

    def to_dict(self) -> dict[str, str]:
        """Return the refusal as the JSON of a plan has it."""
        return {"field": self.field, "reason": self.reason, "message": self.message}


Admit = Callable[[Manifest | None, Manifest], list[Refusal]]
"""Asked with the live object (None: a creation) and the object that is sent; returns why it is refused."""


class Revision:
    """A pod template that became a ReplicaSet or a ControllerRevision.

    Attributes:
        template: The pod template, defaults applied.
        key: Equal for templates that Kubernetes holds for equal.
        number: The revision number.
        fails: Its pods never become Ready.
        name: r1, r2 … in the order of appearance; None until then.
    """

    __slots__ = ("fails", "key", "name", "number", "template")

    def __init__(
        self, template: Manifest, key: str, number: int, *, fails: bool = False, name: str | None = None
    ) -> None:
        self.template = template
        self.key = key
        self.number = number
        self.fails = fails
        self.name = name

    @property
    def image(self) -> str:
        """The image of the first container."""
        return first_image(self.template)


class Pod:
    """A pod with an identity: of a StatefulSet (name, ordinal) or a DaemonSet (node).

    Attributes:
        revision: What it was made of.
        key: What orders pods: the ordinal or the node's name.
        state: How far it is.
        terminating: Whether it is being deleted.
        sequence: The order of creation.
    """

    __slots__ = ("key", "revision", "sequence", "state", "terminating")

    def __init__(
        self,
        revision: Revision,
        key: Any,
        state: PodState = PodState.UNSCHEDULED,
        *,
        terminating: bool = False,
        sequence: int = 0,
    ) -> None:
        self.revision = revision
        self.key = key
        self.state = state
        self.terminating = terminating
        self.sequence = sequence

    @property
    def ready(self) -> bool:
        """Whether its Ready condition is true. A terminating pod keeps it."""
        return self.state >= PodState.READY

    @property
    def available(self) -> bool:
        """Whether it has been Ready for minReadySeconds."""
        return self.state is PodState.AVAILABLE


class Claim:
    """A PersistentVolumeClaim made from a volumeClaimTemplate. It goes with its owner, if it has one."""

    __slots__ = ("name", "ordinal", "owned_by_pod", "owned_by_set", "terminating")

    def __init__(
        self, name: str, ordinal: int, *, owned_by_pod: bool = False, owned_by_set: bool = False
    ) -> None:
        self.name = name
        self.ordinal = ordinal
        self.owned_by_pod = owned_by_pod
        self.owned_by_set = owned_by_set
        self.terminating = False


class Node(NamedTuple):
    """What a DaemonSet looks at in a node."""

    name: str
    labels: Mapping[str, str]
    taints: tuple[Mapping[str, Any], ...] = ()


class Tally(NamedTuple):
    """The pods of one revision, counted."""

    revision: Revision
    ready: int
    waiting: int
    terminating: int


class Snapshot(NamedTuple):
    """How many pods there are at one moment; terminating pods count in `terminating` alone."""

    ready: int
    available: int
    total: int
    terminating: int
    tallies: tuple[Tally, ...]


class Event(NamedTuple):
    """One thing that a controller or the kubelet did.

    Attributes:
        action: scale-up, scale-down, create-pod, delete-pod, create-claim …; the plan documents them.
        target: A pod, node or claim; None where the revision says it.
        revision: The revision that is concerned.
        before: A ReplicaSet's size before.
        after: And after.
        snapshot: The pods right after it.
    """

    action: str
    target: str | None
    revision: Revision | None
    before: int | None
    after: int | None
    snapshot: Snapshot


class Journal:
    """Collects the events of a round. Off while the state before the plan is built."""

    __slots__ = ("events", "on")

    def __init__(self) -> None:
        self.on = True
        self.events: list[Event] = []

    def take(self) -> tuple[Event, ...]:
        """Return the events since the last call."""
        events = tuple(self.events)
        self.events.clear()
        return events


class Revisions:
    """Makes revisions out of templates and names them in the order in which they appear."""

    def __init__(self, fails: Callable[[Manifest], bool]) -> None:
        self._fails = fails
        self._names: dict[str, str] = {}
        self._seen: set[str] = set()

    def make(self, template: Manifest, number: int) -> Revision:
        """Return a new revision of a defaulted template. It has a name if that template had one before."""
        key = template_key(template)
        self._seen.add(key)
        return Revision(template, key, number, fails=self._fails(template), name=self._names.get(key))

    def keys(self) -> set[str]:
        """Return the keys of all templates that have been made into revisions."""
        return set(self._seen)

    def name(self, revision: Revision) -> None:
        """Give the revision the next free name, unless it has one."""
        if revision.name is None:
            revision.name = self._names.setdefault(revision.key, f"r{len(self._names) + 1}")


class _Comparable(Protocol):
    def __lt__(self, other: Any, /) -> bool: ...


K = TypeVar("K", bound=_Comparable)


class HeapSet(Generic[K]):
    """A set that knows its smallest element; every operation takes logarithmic time."""

    __slots__ = ("_heap", "_members")

    def __init__(self, members: Iterable[K] = ()) -> None:
        self._members = set(members)
        self._heap: list[K] = list(self._members)
        heapq.heapify(self._heap)

    def add(self, member: K) -> None:
        """Add an element."""
        if member not in self._members:
            self._members.add(member)
            heapq.heappush(self._heap, member)

    def discard(self, member: K) -> None:
        """Remove an element, if it is there. The heap forgets it when it comes up."""
        self._members.discard(member)

    def first(self) -> K | None:
        """Return the smallest element, or None."""
        heap, members = self._heap, self._members
        while heap and heap[0] not in members:
            heapq.heappop(heap)
        # An element that left and came back stands in the heap twice, which does no harm.
        return heap[0] if heap else None

    def __contains__(self, member: object) -> bool:
        return member in self._members

    def __len__(self) -> int:
        return len(self._members)

    def sorted(self) -> list[K]:
        """Return all elements in order."""
        return sorted(self._members) if self._members else []


class PodSet:
    """A set of pods that can tell the first by key, then by age.

    Going through it takes no longer after it has held many more: dictionaries do not shrink by themselves.
    """

    __slots__ = ("_heap", "_pods")

    def __init__(self) -> None:
        self._pods: dict[tuple[Any, int], Pod] = {}
        # Made when the first pod is asked for, which most simulations never do.
        self._heap: list[tuple[Any, int]] | None = None

    def add(self, pod: Pod) -> None:
        """Add a pod."""
        order = pod.key, pod.sequence
        self._pods[order] = pod
        if self._heap is not None:
            heapq.heappush(self._heap, order)

    def discard(self, pod: Pod) -> None:
        """Remove a pod, if it is there."""
        pods = self._pods
        if pods.pop((pod.key, pod.sequence), None) is not None and not pods:
            pods.clear()
            self._heap = None

    def first(self) -> Pod:
        """Return the first pod; there must be one."""
        if self._heap is None:
            self._heap = sorted(self._pods)
        while self._heap[0] not in self._pods:
            heapq.heappop(self._heap)
        return self._pods[self._heap[0]]

    def __len__(self) -> int:
        return len(self._pods)

    def __iter__(self) -> Iterator[Pod]:
        return iter(self._pods.values())


def first_image(template: Manifest) -> str:
    """Return the image of a template's first container, "" without one."""
    containers = (template.get("spec") or {}).get("containers") or ()
    return str(containers[0].get("image", "")) if containers else ""


def template_key(template: Manifest) -> str:
    """Return text that is equal for templates that a Deployment holds for equal.

    Absent and empty fields are the same, quantities are compared by value, the label pod-template-hash does not count;
    the order of lists does.
    """
    import json

    metadata = template.get("metadata") or {}
    labels = {k: v for k, v in (metadata.get("labels") or {}).items() if k != "pod-template-hash"}
    slim = _without_empty(
        {"metadata": {**metadata, "labels": labels, "creationTimestamp": None}, "spec": template.get("spec")}
    )
    return json.dumps(slim, sort_keys=True, ensure_ascii=False, default=str)


# Fields of plain booleans, for which false is the same as absent; elsewhere false may be a value of its own.
_PLAIN_BOOLEANS = {"hostNetwork", "hostPID", "hostIPC", "stdin", "stdinOnce", "tty", "readOnly"}
_TEXT_MAPS = {"labels", "annotations", "nodeSelector", "matchLabels"}
_QUANTITY_MAPS = {"requests", "limits", "overhead"}


def _without_empty(value: Any, field: str = "") -> Any:
    """Return a value without what Kubernetes does not tell from absent."""
    if isinstance(value, dict):
        if field in _TEXT_MAPS:
            return value
        if field in _QUANTITY_MAPS:
            return {key: _nanos(each) for key, each in value.items()}
        slim = {key: _without_empty(each, key) for key, each in value.items() if key != "$patch"}
        return {
            key: each
            for key, each in slim.items()
            if not (each is None or each in ({}, [], "") or (each is False and key in _PLAIN_BOOLEANS))
        }
    if isinstance(value, list):
        return [_without_empty(each) for each in value]
    return value


def _nanos(value: Any) -> Any:
    from linter.kube.quantities import parse

    try:
        return parse(value).nanos
    except ValueError:
        return value
