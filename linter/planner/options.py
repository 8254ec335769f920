"""What a plan depends on beside manifests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from linter.planner.cluster import DEFAULT_MAX_PODS
from linter.planner.scenario import DEFAULT_VERSION
from linter.planner.simulate import DEFAULT_MAX_ROUNDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linter.planner.refusal import Admit


@dataclass(frozen=True, slots=True)
class Options:
    """What a plan depends on beside manifests.

    Attributes:
        kubernetes: The version, such as "1.36".
        feature_gates: Gates that differ from the version's default.
        readiness: `together` or `one-by-one`.
        failing_images: Pods with such an image never become Ready.
        fail_new: Nor do pods of a template that was not there before.
        nodes: Node objects (or a List, or mappings with name, labels, taints) for DaemonSets.
        state: Live objects to start from: a List, or a list of objects.
        admit: Asked about every object that is created or updated, as it is sent; returns why it is refused.
        workload: Plan this one alone: "Kind/name".
        pod_startup: Seconds that the application takes to start.
        pod_shutdown: Seconds that it takes to stop.
        max_rounds: Give up after so many rounds.
        max_pods: Give up at a StatefulSet of more pods.
    """

    kubernetes: str = DEFAULT_VERSION
    feature_gates: Mapping[str, bool] = field(default_factory=dict)
    readiness: str = "together"
    failing_images: frozenset[str] = frozenset()
    fail_new: bool = False
    nodes: Any = None
    state: Any = None
    admit: Admit | None = None
    workload: str | None = None
    pod_startup: float | None = None
    pod_shutdown: float | None = None
    max_rounds: int = DEFAULT_MAX_ROUNDS
    max_pods: int = DEFAULT_MAX_PODS
