"""What a plan depends on beside manifests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from linter.planner.cluster import DEFAULT_MAX_PODS
from linter.planner.scenario import DEFAULT_VERSION
from linter.planner.simulate import DEFAULT_MAX_ROUNDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
        nodes: Node objects (or a List, or mappings with name, labels, taints, allocatable), on which pods are placed.
        state: Live objects to start from: a List, or a list of objects.
        listed: The kinds of which the state holds all objects there are: what is not in it is not there.
        namespace: The namespace of manifests that name none; None: `default`.
        admit: Asked about every object that is created or updated, as it is sent; returns why it is refused.
        workload: Plan this one alone: "Kind/name".
        pod_startup: Seconds that the application takes to start.
        pod_shutdown: Seconds that it takes to stop.
        max_rounds: Give up after so many rounds.
        max_pods: Give up at a StatefulSet of more pods.
        by_node: Say after each round on which nodes the pods are: pictures and text then show nodes.
    """

    kubernetes: str = DEFAULT_VERSION
    feature_gates: Mapping[str, bool] = field(default_factory=dict)
    readiness: str = "together"
    failing_images: frozenset[str] = frozenset()
    fail_new: bool = False
    nodes: Any = None
    state: Any = None
    listed: frozenset[str] = frozenset()
    namespace: str | None = None
    admit: Admit | None = None
    workload: str | None = None
    pod_startup: float | None = None
    pod_shutdown: float | None = None
    max_rounds: int = DEFAULT_MAX_ROUNDS
    max_pods: int = DEFAULT_MAX_PODS
    by_node: bool = False

    def as_applied(self, manifests: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
        """Return manifests as they are applied: those that name no namespace in that of the options, if there is one."""
        if self.namespace is None:
            return manifests
        from linter.kube.kinds import in_namespace

        return [in_namespace(manifest, self.namespace) for manifest in manifests]
