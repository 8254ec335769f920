"""Live objects, as `kubectl get deploy,rs,sts,ds,po,nodes -o yaml` prints them, made into a workload to start from."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from linter.kube.defaults.apply import apply_defaults, apply_template_defaults
from linter.kube.selectors import matches
from linter.planner.deployment import Condition, Deployment, Status
from linter.planner.replicaset import KnownPod, ReplicaSet, ReplicaSetWorkload, deletion_cost
from linter.planner.state import Claim, Manifest, Pod, PodState, Revision, Revisions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linter.planner.daemonset import DaemonSet
    from linter.planner.statefulset import StatefulSet


def load_deployment(workload: Deployment, items: list[Manifest], revisions: Revisions) -> None:
    """Fill a Deployment with its ReplicaSets and their pods."""
    live = workload.manifest
    now = _now(items)
    owned = [each for each in items if each.get("kind") == "ReplicaSet" and owns(live, each)]
    owned.sort(key=lambda each: (_created(each), _revision_number(each), _name(each)))
    for item in owned:
        spec = item.get("spec") or {}
        annotations = (item.get("metadata") or {}).get("annotations") or {}
        revision = revisions.make(apply_template_defaults(spec.get("template") or {}), _revision_number(item))
        revisions.name(revision)
        workload.replicasets.append(
            ReplicaSet(
                revision,
                replicas=spec.get("replicas", 1),
                min_ready_seconds=spec.get("minReadySeconds") or 0,
                desired=_number(annotations.get("deployment.kubernetes.io/desired-replicas")),
                max_replicas=_number(annotations.get("deployment.kubernetes.io/max-replicas")),
                siblings=workload.replicasets,
            )
        )
    for owner, item in zip(workload.replicasets, owned, strict=True):
        _load_pods(owner, item, items, now)
        owner.refresh_status()
    metadata, status = live.get("metadata") or {}, live.get("status") or {}
    conditions = {
        each.get("type"): Condition(str(each.get("status")), str(each.get("reason")))
        for each in status.get("conditions") or ()
    }
    workload.generation = metadata.get("generation") or 1
    workload.stored = Status(
        replicas=status.get("replicas") or 0,
        updated=status.get("updatedReplicas") or 0,
        ready=status.get("readyReplicas") or 0,
        available=status.get("availableReplicas") or 0,
        unavailable=status.get("unavailableReplicas") or 0,
        observed_generation=status.get("observedGeneration") or 0,
        available_condition=conditions.get("Available"),
        progressing=conditions.get("Progressing"),
    )


def load_replicaset(workload: ReplicaSetWorkload, items: list[Manifest], revisions: Revisions) -> None:
    """Fill a ReplicaSet that stands alone with its pods."""
    revisions.name(workload.replicaset.revision)
    _load_pods(workload.replicaset, workload.manifest, items, _now(items))


def _load_pods(owner: ReplicaSet, item: Manifest, items: list[Manifest], now: float) -> None:
    owner.now = now
    for pod in items:
        if pod.get("kind") != "Pod" or not owns(item, pod) or _finished(pod):
            continue
        metadata, status = pod.get("metadata") or {}, pod.get("status") or {}
        node = (pod.get("spec") or {}).get("nodeName")
        if metadata.get("deletionTimestamp"):
            owner.terminating += bool(node)
            continue
        owner.add(
            KnownPod(
                name=_name(pod),
                state=_state(pod, owner.min_ready_seconds, now),
                created=_created(pod),
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


def load_statefulset(workload: StatefulSet, items: list[Manifest], revisions: Revisions) -> None:
    """Fill a StatefulSet with its revisions, pods and claims."""
    live = workload.manifest
    status = live.get("status") or {}
    history = _history(live, items, revisions)
    pods = [each for each in items if each.get("kind") == "Pod" and owns(live, each) and not _finished(each)]
    by_hash = {name: revision for name, _, revision in history}
    for pod in sorted(pods, key=_created):
        label = _hash(pod)
        if label not in by_hash:
            is_update = label == status.get("updateRevision") or label is None
            by_hash[str(label)] = _guessed(live, None if is_update else pod, len(by_hash) + 1, revisions)
    workload.history[:] = _distinct(by_hash.values())
    workload.update = workload.current = _of_template(workload.history, live, revisions)
    workload.current = by_hash.get(str(status.get("currentRevision")), workload.update)
    now = _now(items)
    for pod in pods:
        ordinal = _number(_name(pod).rpartition("-")[2])
        if ordinal is not None and _stays(pod):
            workload.add(
                Pod(
                    by_hash.get(str(_hash(pod)), workload.update),
                    ordinal,
                    _state(pod, workload.min_ready_seconds, now),
                    terminating=bool((pod.get("metadata") or {}).get("deletionTimestamp")),
                )
            )
    _load_claims(workload, items)
    workload.resume(status.get("currentReplicas") or 0)


def _load_claims(workload: StatefulSet, items: list[Manifest]) -> None:
    for template in workload.claim_templates:
        # A list without claims says nothing about them; the pods could not run without theirs.
        for ordinal in workload.pods:
            name = f"{template}-{workload.name}-{ordinal}"
            workload.add_claim(Claim(name, ordinal))
    for ordinal in workload.pods:
        workload.own_claims(ordinal)
    prefixes = {f"{template}-{workload.name}-" for template in workload.claim_templates}
    for item in items:
        name, metadata = _name(item), item.get("metadata") or {}
        index = _number(name.rpartition("-")[2])
        if (
            item.get("kind") != "PersistentVolumeClaim"
            or _namespace(item) != _namespace(workload.manifest)
            or index is None
            or name.removesuffix(str(index)) not in prefixes
        ):
            continue
        owners = {each.get("kind") for each in metadata.get("ownerReferences") or ()}
        claim = Claim(name, index, owned_by_pod="Pod" in owners, owned_by_set="StatefulSet" in owners)
        workload.add_claim(claim)
        if metadata.get("deletionTimestamp"):
            workload.end_claim(claim)


def load_daemonset(workload: DaemonSet, items: list[Manifest], revisions: Revisions) -> None:
    """Fill a DaemonSet with its revisions and pods."""
    live = workload.manifest
    history = _history(live, items, revisions)
    by_hash = {label: revision for _, label, revision in history}
    pods = [each for each in items if each.get("kind") == "Pod" and owns(live, each) and not _finished(each)]
    generation = ((live.get("metadata") or {}).get("annotations") or {}).get(
        "deprecated.daemonset.template.generation"
    )
    for pod in sorted(pods, key=_created):
        label = _hash(pod)
        if label not in by_hash:
            labels = (pod.get("metadata") or {}).get("labels") or {}
            is_update = label is None or labels.get("pod-template-generation") == generation
            by_hash[label] = _guessed(live, None if is_update else pod, len(by_hash) + 1, revisions)
    workload.history[:] = _distinct(by_hash.values())
    workload.update = _of_template(workload.history, live, revisions)
    now = _now(items)
    for pod in sorted(pods, key=lambda each: (_created(each), _name(each))):
        node = _target_node(pod)
        if node is not None and _stays(pod):
            workload.add(
                Pod(
                    by_hash.get(_hash(pod), workload.update),
                    node,
                    _state(pod, workload.min_ready_seconds, now),
                    terminating=bool((pod.get("metadata") or {}).get("deletionTimestamp")),
                )
            )
    workload.resume()


# Revisions.


def _history(
    live: Manifest, items: list[Manifest], revisions: Revisions
) -> list[tuple[str, str | None, Revision]]:
    """Return (name, hash label, revision) of the ControllerRevisions, the oldest first, and name them."""
    owned = [each for each in items if each.get("kind") == "ControllerRevision" and owns(live, each)]
    owned.sort(key=lambda each: (_created(each), each.get("revision") or 0))
    result: list[tuple[str, str | None, Revision]] = []
    for item in owned:
        template = ((item.get("data") or {}).get("spec") or {}).get("template") or {}
        template = {key: value for key, value in template.items() if key != "$patch"}
        revision = revisions.make(apply_template_defaults(template), item.get("revision") or 0)
        revisions.name(revision)
        result.append((_name(item), _hash(item), revision))
    return result


def _guessed(live: Manifest, pod: Manifest | None, number: int, revisions: Revisions) -> Revision:
    """Make a revision without its ControllerRevision: the current template, with the images that the pod runs."""
    template = live["spec"]["template"]
    if pod is not None:
        images = {
            each.get("name"): each.get("image") for each in (pod.get("spec") or {}).get("containers") or ()
        }
        metadata = template.get("metadata") or {}
        annotations = {**(metadata.get("annotations") or {}), "podplan/revision": str(_hash(pod))}
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


def _of_template(history: list[Revision], live: Manifest, revisions: Revisions) -> Revision:
    from linter.planner.history import add_to_history

    return add_to_history(history, revisions.make(live["spec"]["template"], 0))


def _distinct(found: Iterable[Revision]) -> list[Revision]:
    return list(dict.fromkeys(found))


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


def _state(pod: Manifest, min_ready_seconds: int, now: float) -> PodState:
    since = _ready_since(pod)
    if since is not None:
        return PodState.AVAILABLE if now - since >= min_ready_seconds else PodState.READY
    return PodState.PENDING if (pod.get("spec") or {}).get("nodeName") else PodState.UNSCHEDULED


def _ready_since(pod: Manifest) -> float | None:
    for each in (pod.get("status") or {}).get("conditions") or ():
        if each.get("type") == "Ready" and each.get("status") == "True":
            return _seconds(each.get("lastTransitionTime"))
    return None


def _finished(pod: Manifest) -> bool:
    return (pod.get("status") or {}).get("phase") in {"Succeeded", "Failed"}


def _stays(pod: Manifest) -> bool:
    """Tell whether a pod is still there: one that never ran goes at once when it is deleted."""
    deleted = (pod.get("metadata") or {}).get("deletionTimestamp")
    return not deleted or bool((pod.get("spec") or {}).get("nodeName"))


def _target_node(pod: Manifest) -> str | None:
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


def _now(items: list[Manifest]) -> float:
    """Return the latest time that the objects mention: about when they were listed."""
    latest = 0.0
    for item in items:
        latest = max(latest, _created(item))
        for each in (item.get("status") or {}).get("conditions") or ():
            latest = max(
                latest, _seconds(each.get("lastTransitionTime")), _seconds(each.get("lastUpdateTime"))
            )
    return latest


def _created(item: Manifest) -> float:
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


def _hash(item: Manifest) -> str | None:
    value = ((item.get("metadata") or {}).get("labels") or {}).get("controller-revision-hash")
    return None if value is None else str(value)


def _name(item: Manifest) -> str:
    return str((item.get("metadata") or {}).get("name"))


def _namespace(item: Manifest) -> str:
    return str((item.get("metadata") or {}).get("namespace") or "default")


def _number(text: Any) -> int | None:
    try:
        return int(text)
    except (TypeError, ValueError):
        return None


def find_workload(items: list[Manifest], kind: str, name: str) -> Manifest | None:
    """Return the live workload: the named one, or the first of its kind that nothing controls.

    Its defaults are applied, should the list have been written by hand.
    """
    for item in items:
        if item.get("kind") == kind and name in {"", _name(item)}:
            references = (item.get("metadata") or {}).get("ownerReferences") or ()
            if name or not any(each.get("controller") for each in references):
                return apply_defaults(item)
    return None
