"""What a simulation writes down: before the first round, and each time the controllers have come to rest."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from linter.planner.model import Snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linter.planner.journal import Event
    from linter.planner.model import Manifest, NamedPod, ObjectId, PodsOnNode, Revision
    from linter.planner.operations import Instruction
    from linter.planner.records import Record
    from linter.planner.refusal import Refusal


class BudgetStatus(NamedTuple):
    """A PodDisruptionBudget's status."""

    disruptions_allowed: int
    current_healthy: int
    desired_healthy: int
    expected_pods: int


class Eviction(NamedTuple):
    """What an attempt to empty the draining nodes came to: pods evicted, and pods that a budget keeps there."""

    evicted: int
    blocked: int
    error: str | None = None
    """What the API server says where it could not even tell."""


class Round(NamedTuple):
    """What was written down once the controllers had come to rest.

    Attributes:
        number: Counted from 0.
        instruction: What was done before it, or None.
        refusals: Why that was refused, for each object; empty if it was not.
        gone: How many terminating pods the kubelet removed before it.
        ready: How many pods became Ready then.
        waited: What was waited for: minReadySeconds, progressDeadlineSeconds, or "".
        records: The workloads that exist.
        events: What controllers did, one by one.
        unschedulable: Pods without a node, by workload and name of the revision.
        reasons: What the scheduler says of them, by workload.
        failures: Why controllers could not create pods and have not said before, by workload.
        budgets: The disruption budgets by name.
        placed: Pods by node, terminating ones too; None where it does not matter on which they are.
        draining: The nodes that are being drained, with the number of pods that are still to go.
        eviction: What an attempt to go on with drains came to: that of a drain, or for a round of its own.
        on_nodes: Where the pods of each workload are that have nodes; empty unless that is asked for.
        events_by_workload: What was done to each workload, where there are several.
    """

    number: int
    instruction: Instruction | None
    refusals: tuple[Refusal, ...]
    gone: int
    ready: int
    waited: str
    records: Mapping[ObjectId, Record]
    events: Sequence[Event]
    unschedulable: Mapping[ObjectId, Mapping[str, int]] = MappingProxyType({})
    reasons: Mapping[ObjectId, tuple[str, ...]] = MappingProxyType({})
    failures: Mapping[ObjectId, tuple[str, ...]] = MappingProxyType({})
    budgets: Mapping[str, BudgetStatus] = MappingProxyType({})
    placed: Mapping[str, int] | None = None
    draining: Mapping[str, int] = MappingProxyType({})
    eviction: Eviction | None = None
    on_nodes: Mapping[ObjectId, tuple[PodsOnNode, ...]] = MappingProxyType({})
    events_by_workload: Mapping[ObjectId, Sequence[Event]] = MappingProxyType({})

    def events_of(self, workload: ObjectId) -> Sequence[Event]:
        """Return what was done to one workload."""
        if len(self.records) < 2:
            return self.events
        return self.events_by_workload.get(workload, ())


class Start(NamedTuple):
    """A workload before the first round.

    Attributes:
        snapshot: Its pods, counted.
        pods: The same one by one, where they have an identity.
        manifest: The object; None if it is not there yet.
        ranking: Live pods of its ReplicaSets, with the reason, in the order in which a scale-down deletes them.
        on_nodes: Where its pods are; empty unless that is asked for.
        unschedulable: Pods that the scheduler has found no node for, by revision; empty where it has not looked at a state yet.
    """

    snapshot: Snapshot = Snapshot(0, 0, 0, 0, ())
    pods: Sequence[NamedPod] = ()
    manifest: Manifest | None = None
    ranking: tuple[tuple[str, str], ...] = ()
    on_nodes: tuple[PodsOnNode, ...] = ()
    unschedulable: Mapping[Revision, int] = MappingProxyType({})


NOTHING_YET = Start()
