"""The pods of a ReplicaSet: those of a live state one by one, all others counted in groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.planner.model import PodState

if TYPE_CHECKING:
    from linter.planner.model import Revision

STATES = tuple(PodState)
UNSCHEDULED, PENDING, UNREADY, READY, AVAILABLE = STATES


class KnownPod:
    """A pod of a live state: unlike pods that the simulation makes, it differs from its siblings.

    Attributes:
        name: Its name.
        state: How far it is.
        created: Seconds since the epoch.
        ready_since: Likewise; None while it is not Ready.
        phase: Pending, Unknown or Running.
        node: Where it runs.
        cost: The annotation controller.kubernetes.io/pod-deletion-cost.
        restarts: The highest restart count of its containers.
        uid: Breaks ties.
    """

    __slots__ = ("cost", "created", "name", "node", "phase", "ready_since", "restarts", "state", "uid")

    def __init__(
        self,
        name: str,
        state: PodState,
        *,
        created: float = 0.0,
        ready_since: float | None = None,
        phase: str = "Running",
        node: str | None = None,
        cost: int = 0,
        restarts: int = 0,
        uid: str = "",
    ) -> None:
        self.name = name
        self.state = state
        self.created = created
        self.ready_since = ready_since
        self.phase = phase
        self.node = node
        self.cost = cost
        self.restarts = restarts
        self.uid = uid


class PodGroup:
    """Pods of one template on one node that differ in nothing but their state, counted by it.

    Attributes:
        revision: What they were made of.
        node: The node that they are bound to; None before that, and in a cluster whose nodes nobody named.
        counts: How many are in each state; terminating ones are left out.
        terminating: How many are terminating.
    """

    __slots__ = ("counts", "node", "revision", "terminating")

    def __init__(self, revision: Revision, node: str | None) -> None:
        self.revision = revision
        self.node = node
        self.counts = [0] * len(STATES)
        self.terminating = 0
