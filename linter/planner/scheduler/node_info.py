"""A node with the pods that are on it, added up for the scheduler."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linter.planner.model import Node
    from linter.planner.scheduler.pod_info import PodInfo, Port
    from linter.planner.scheduler.verdict import Fixed, Verdict


class NodeInfo:
    """A node with the pods that are on it.

    Attributes:
        node: The node.
        index: Its number among all nodes, which are sorted by name.
        running: How many pods of each sort are there, terminating ones not counted.
        terminating: How many terminating ones, which keep their room until they are gone.
        number: How many pods in all.
        requested: What they request.
        counted_cpu: Their cpu, as nodes are compared by it.
        counted_memory: And their memory.
        ports: How many of them take a port.
        since: When the pods of each sort came, as numbers that rise with time: those that leave are taken for the last ones.
        verdicts: What the node says of pods, by what those ask, as long as nothing comes or goes.
        fixed: The part of it that does not change as pods come and go.
    """

    __slots__ = (
        "counted_cpu", "counted_memory", "fixed", "index", "node", "number", "ports", "requested", "running", "since",
        "terminating", "verdicts",
    )  # fmt: skip

    def __init__(self, node: Node, index: int) -> None:
        self.node = node
        self.index = index
        self.running: dict[PodInfo, int] = {}
        self.terminating: dict[PodInfo, int] = {}
        self.number = 0
        self.requested: dict[str, int] = {}
        self.counted_cpu = 0
        self.counted_memory = 0
        self.ports: Counter[Port] = Counter()
        self.since: dict[PodInfo, list[int]] = {}
        self.verdicts: dict[str, Verdict] = {}
        self.fixed: dict[str, Fixed] = {}

    def change(self, node: Node) -> None:
        """Let the node be as it is now, with the same pods."""
        self.node = node
        self.verdicts.clear()
        self.fixed.clear()

    def add(self, pod: PodInfo, number: int, *, terminating: bool = False) -> None:
        """Let so many pods come, or go where the number is negative."""
        self.verdicts.clear()
        pods = self.terminating if terminating else self.running
        if left := pods.get(pod, 0) + number:
            pods[pod] = left
        else:
            pods.pop(pod, None)
        self.number += number
        requested = self.requested
        for name, amount in pod.requests.items():
            requested[name] = requested.get(name, 0) + amount * number
        self.counted_cpu += pod.counted_cpu * number
        self.counted_memory += pod.counted_memory * number
        for port in pod.ports:
            self.ports[port] += number

    def pods(self) -> Iterator[tuple[PodInfo, int]]:
        """Yield the sorts of pods with their number, terminating ones too."""
        yield from self.running.items()
        yield from self.terminating.items()


def is_unique(key: str, nodes: Sequence[NodeInfo]) -> bool:
    """Tell whether no two nodes share a value of a label, as it is with host names."""
    values = [info.node.labels[key] for info in nodes if key in info.node.labels]
    return len(set(values)) == len(values)
