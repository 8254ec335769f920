"""Live ReplicaSets, and the Deployment that they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from linter.kube.defaults.apply import apply_template_defaults
from linter.planner.live_state.objects import created, name_of, number, owns
from linter.planner.live_state.pods import owned_pods
from linter.planner.records import Condition, DeploymentStatus

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linter.planner.model import Manifest, Revision
    from linter.planner.revisions import Revisions


class ReplicaSetSizes(NamedTuple):
    """The numbers of a live ReplicaSet: of its spec, and of the annotations that its Deployment writes."""

    replicas: int
    min_ready_seconds: int
    desired: int | None
    max_replicas: int | None


def owned_replicasets(deployment: Manifest, items: Iterable[Manifest]) -> list[Manifest]:
    """Return a Deployment's ReplicaSets, oldest first."""
    owned = [each for each in items if each.get("kind") == "ReplicaSet" and owns(deployment, each)]
    return sorted(owned, key=lambda each: (created(each), _revision_number(each), name_of(each)))


def kept_pods(workload: Manifest, items: list[Manifest]) -> list[Manifest]:
    """Return the live pods that the controller of a workload keeps, those of its ReplicaSets too."""
    owners = owned_replicasets(workload, items) if workload["kind"] == "Deployment" else [workload]
    return [pod for owner in owners for pod in owned_pods(owner, items)]


def replicaset_revision(item: Manifest, revisions: Revisions) -> Revision:
    """Make and name the revision of a ReplicaSet."""
    template = (item.get("spec") or {}).get("template") or {}
    revision = revisions.make(apply_template_defaults(template), _revision_number(item))
    revisions.name(revision)
    return revision


def replicaset_sizes(item: Manifest) -> ReplicaSetSizes:
    """Return the numbers of a ReplicaSet."""
    spec, annotations = item.get("spec") or {}, (item.get("metadata") or {}).get("annotations") or {}
    return ReplicaSetSizes(
        spec.get("replicas", 1),
        spec.get("minReadySeconds") or 0,
        number(annotations.get("deployment.kubernetes.io/desired-replicas")),
        number(annotations.get("deployment.kubernetes.io/max-replicas")),
    )


def _revision_number(item: Manifest) -> int:
    annotations = (item.get("metadata") or {}).get("annotations") or {}
    return number(annotations.get("deployment.kubernetes.io/revision")) or 0


def deployment_status(item: Manifest) -> DeploymentStatus:
    """Return a Deployment's status."""
    status = item.get("status") or {}
    conditions = {
        each.get("type"): Condition(str(each.get("status")), str(each.get("reason")))
        for each in status.get("conditions") or ()
    }
    return DeploymentStatus(
        replicas=status.get("replicas") or 0,
        updated=status.get("updatedReplicas") or 0,
        ready=status.get("readyReplicas") or 0,
        available=status.get("availableReplicas") or 0,
        unavailable=status.get("unavailableReplicas") or 0,
        observed_generation=status.get("observedGeneration") or 0,
        available_condition=conditions.get("Available"),
        progressing=conditions.get("Progressing"),
        replica_failure=conditions.get("ReplicaFailure"),
    )
