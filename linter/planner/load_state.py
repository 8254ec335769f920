"""Reads live objects, as `kubectl get deploy,rs,sts,ds,po,nodes -o yaml` prints them, for controllers to start from.

Each function answers one question about plain objects; what a controller makes of the answers is its own matter.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from linter.kube.defaults.apply import apply_defaults, apply_template_defaults
from linter.kube.selectors import matches
from linter.planner.controllers.replicaset.deletion_order import deletion_cost
from linter.planner.controllers.replicaset.pods import KnownPod
from linter.planner.model import Claim, Manifest, Pod, PodState, Revision
from linter.planner.records import Condition, DeploymentStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from linter.planner.controllers.replicaset.replicaset import ReplicaSet
    from linter.planner.revisions import Revisions


def find_workload(items: list[Manifest], kind: str, name: str) -> Manifest | None:
    """Return the live workload: the named one, or the first of its kind that nothing controls.

    Its defaults are applied, should the list have been written by hand.
    """
    for item in items:
        if item.get("kind") == kind and name in {"", name_of(item)}:
            references = (item.get("metadata") or {}).get("ownerReferences") or ()
            if name or not any(each.get("controller") for each in references):
                return apply_defaults(item)
    return None


# ReplicaSets.


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
        _number(annotations.get("deployment.kubernetes.io/desired-replicas")),
        _number(annotations.get("deployment.kubernetes.io/max-replicas")),
    )


def load_replicaset_pods(owner: ReplicaSet, item: Manifest, items: Iterable[Manifest], now: float) -> None:
    """Give a ReplicaSet its live pods.

    Args:
        owner: The ReplicaSet; is changed.
        item: The same as a live object.
        items: All live objects.
        now: The time at which they were listed.
    """
    owner.now = now
    for pod in owned_pods(item, items):
        metadata, status = pod.get("metadata") or {}, pod.get("status") or {}
        node = (pod.get("spec") or {}).get("nodeName")
        if metadata.get("deletionTimestamp"):
            if node:
                owner.add_terminating(node)
            continue
        owner.add(
            KnownPod(
                name=name_of(pod),
                state=_pod_state(pod, owner.min_ready_seconds, now),
                created=created(pod),
                ready_since=_ready_since(pod),
                phase=status.get("phase") or "Pending",
                node=node,
                cost=deletion_cost(metadata.get("annotations") or {}),
                restarts=max(
                    (each.get("restartCount") or 0 for each in status.get("containerStatuses") or ()),
                    default=0,
                ),
                uid=str(metadata.get("uid") or ""),
            )
        )


def generation(item: Manifest) -> int:
    """Return metadata.generation."""
    return (item.get("metadata") or {}).get("generation") or 1


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


# ControllerRevisions.


def revision_history(
    live: Manifest, items: list[Manifest], revisions: Revisions
) -> list[tuple[str, str | None, Revision]]:
    """Return (name, hash label, revision) of the ControllerRevisions, the oldest first, and name them."""
    owned = [each for each in items if each.get("kind") == "ControllerRevision" and owns(live, each)]
    owned.sort(key=lambda each: (created(each), each.get("revision") or 0))
    result: list[tuple[str, str | None, Revision]] = []
    for item in owned:
        template = ((item.get("data") or {}).get("spec") or {}).get("template") or {}
        template = {key: value for key, value in template.items() if key != "$patch"}
        revision = revisions.make(apply_template_defaults(template), item.get("revision") or 0)
        revisions.name(revision)
        result.append((name_of(item), revision_label(item), revision))
    return result


def guess_revision(live: Manifest, pod: Manifest | None, number: int, revisions: Revisions) -> Revision:
    """Make a revision without its ControllerRevision: the current template, with the images that the pod runs."""
    template = live["spec"]["template"]
    if pod is not None:
        images = {
            each.get("name"): each.get("image") for each in (pod.get("spec") or {}).get("containers") or ()
        }
        metadata = template.get("metadata") or {}
        annotations = {**(metadata.get("annotations") or {}), "podplan/revision": str(revision_label(pod))}
        containers = [
            {**each, "image": images.get(each.get("name"), each.get("image"))}
            for each in template["spec"].get("containers") or ()
        ]
        template = {
            **template,
            "metadata": {**metadata, "annotations": annotations},
            "spec": {**template["spec"], "containers": containers},
        }
    revision = revisions.make(template, number)
    revisions.name(revision)
    return revision


def revision_label(item: Manifest) -> str | None:
    """Return the label that tells a pod's revision: a hash, or the name of a ControllerRevision."""
    value = ((item.get("metadata") or {}).get("labels") or {}).get("controller-revision-hash")
    return None if value is None else str(value)


def template_generation(daemonset: Manifest) -> str | None:
    """Return the number of a DaemonSet's template, which pods of old servers have as a label."""
    annotations = (daemonset.get("metadata") or {}).get("annotations") or {}
    return annotations.get("deprecated.daemonset.template.generation")


def pod_template_generation(pod: Manifest) -> str | None:
    """Return the number of the template that a DaemonSet's pod was made of."""
    return ((pod.get("metadata") or {}).get("labels") or {}).get("pod-template-generation")


# Claims.


def claims(
    statefulset: Manifest, items: Iterable[Manifest], prefixes: set[str]
) -> Iterator[tuple[Claim, bool]]:
    """Yield a StatefulSet's claims, and whether each is being deleted.

    Args:
        statefulset: The live object.
        items: All live objects.
        prefixes: What the names of its claims begin with, before the ordinal.
    """
    for item in items:
        name, metadata = name_of(item), item.get("metadata") or {}
        index = ordinal(item)
        if (
            item.get("kind") != "PersistentVolumeClaim"
            or _namespace(item) != _namespace(statefulset)
            or index is None
            or name.removesuffix(str(index)) not in prefixes
        ):
            continue
        owners = {each.get("kind") for each in metadata.get("ownerReferences") or ()}
        claim = Claim(name, index, owned_by_pod="Pod" in owners, owned_by_set="StatefulSet" in owners)
        yield claim, bool(metadata.get("deletionTimestamp"))


# Pods.


def owned_pods(owner: Manifest, items: Iterable[Manifest]) -> list[Manifest]:
    """Return the pods that belong to an object and have not finished."""
    return [
        each for each in items if each.get("kind") == "Pod" and owns(owner, each) and not is_finished(each)
    ]


def kept_pods(workload: Manifest, items: list[Manifest]) -> list[Manifest]:
    """Return the live pods that the controller of a workload keeps, those of its ReplicaSets too."""
    owners = owned_replicasets(workload, items) if workload["kind"] == "Deployment" else [workload]
    return [pod for owner in owners for pod in owned_pods(owner, items)]


def pod_of(pod: Manifest, revision: Revision, key: Any, min_ready_seconds: int, now: float) -> Pod:
    """Make a pod with an identity out of a live one.

    Args:
        pod: The live pod.
        revision: What it was made of.
        key: Its ordinal, or the node that it is meant for.
        min_ready_seconds: How long it has to be Ready before it is available.
        now: The time at which it was listed.
    """
    return Pod(
        revision,
        key,
        _pod_state(pod, min_ready_seconds, now),
        terminating=bool((pod.get("metadata") or {}).get("deletionTimestamp")),
        node=(pod.get("spec") or {}).get("nodeName"),
    )


def ordinal(item: Manifest) -> int | None:
    """Return the number at the end of an object's name."""
    return _number(name_of(item).rpartition("-")[2])


def is_there(pod: Manifest) -> bool:
    """Tell whether a pod is still there: one that never ran goes at once when it is deleted."""
    deleted = (pod.get("metadata") or {}).get("deletionTimestamp")
    return not deleted or bool((pod.get("spec") or {}).get("nodeName"))


def target_node(pod: Manifest) -> str | None:
    """Return the node that a DaemonSet's pod runs on or is meant for."""
    spec = pod.get("spec") or {}
    if spec.get("nodeName"):
        return str(spec["nodeName"])
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    terms = (affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or {}).get("nodeSelectorTerms")
    for term in terms or ():
        for each in term.get("matchFields") or ():
            if each.get("key") == "metadata.name" and each.get("values"):
                return str(each["values"][0])
    return None


def state_of_pod(pod: Manifest) -> PodState:
    """Return how far a pod is that no controller of a simulation keeps: nothing will make it Ready that is not."""
    if _ready_since(pod) is not None:
        return PodState.AVAILABLE
    started = (pod.get("status") or {}).get("phase") == "Running"
    return PodState.UNREADY if started else PodState.PENDING


def _pod_state(pod: Manifest, min_ready_seconds: int, now: float) -> PodState:
    since = _ready_since(pod)
    if since is not None:
        return PodState.AVAILABLE if now - since >= min_ready_seconds else PodState.READY
    return PodState.PENDING if (pod.get("spec") or {}).get("nodeName") else PodState.UNSCHEDULED


def _ready_since(pod: Manifest) -> float | None:
    for each in (pod.get("status") or {}).get("conditions") or ():
        if each.get("type") == "Ready" and each.get("status") == "True":
            return _seconds(each.get("lastTransitionTime"))
    return None


def is_finished(pod: Manifest) -> bool:
    """Tell whether a pod runs no more."""
    return (pod.get("status") or {}).get("phase") in {"Succeeded", "Failed"}


# Objects.


def owns(owner: Manifest, item: Manifest) -> bool:
    """Tell whether an object is controlled by another, or is free and matches its selector."""
    metadata = item.get("metadata") or {}
    mine = owner.get("metadata") or {}
    if _namespace(item) != _namespace(owner):
        return False
    for reference in metadata.get("ownerReferences") or ():
        if reference.get("controller"):
            same = (reference.get("kind"), reference.get("name")) == (owner.get("kind"), mine.get("name"))
            uids = reference.get("uid"), mine.get("uid")
            return same and (None in uids or uids[0] == uids[1])
    if item.get("kind") == "ControllerRevision":
        return False
    return matches((owner.get("spec") or {}).get("selector"), metadata.get("labels") or {})


def latest_time(items: Iterable[Manifest]) -> float:
    """Return the latest time that the objects mention: about when they were listed."""
    latest = 0.0
    for item in items:
        latest = max(latest, created(item))
        for each in (item.get("status") or {}).get("conditions") or ():
            latest = max(
                latest, _seconds(each.get("lastTransitionTime")), _seconds(each.get("lastUpdateTime"))
            )
    return latest


def created(item: Manifest) -> float:
    """Return when an object was made, in seconds since the epoch; 0 where nobody says."""
    return _seconds((item.get("metadata") or {}).get("creationTimestamp"))


def _seconds(text: Any) -> float:
    if isinstance(text, datetime):
        return text.timestamp()
    try:
        return datetime.fromisoformat(str(text)).timestamp()
    except ValueError:
        return 0.0


def _revision_number(item: Manifest) -> int:
    annotations = (item.get("metadata") or {}).get("annotations") or {}
    return _number(annotations.get("deployment.kubernetes.io/revision")) or 0


def name_of(item: Manifest) -> str:
    """Return an object's name."""
    return str((item.get("metadata") or {}).get("name"))


def identity(item: Manifest) -> tuple[str, str]:
    """Return an object's namespace and name."""
    return _namespace(item), name_of(item)


def _namespace(item: Manifest) -> str:
    return str((item.get("metadata") or {}).get("namespace") or "default")


def _number(text: Any) -> int | None:
    try:
        return int(text)
    except (TypeError, ValueError):
        return None
