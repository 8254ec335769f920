"""States that lack kinds of objects, because nobody exported them: what is taken for granted, and that it is said.

An export without pods does not mean that there are none. Where the status of a workload counts some, they are there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from linter.planner.errors import ScenarioError
from linter.planner.live_state.objects import name_of
from linter.planner.live_state.replicasets import owned_replicasets
from linter.planner.model import Node, object_id

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from linter.planner.model import Manifest

HOSTNAME = "kubernetes.io/hostname"


class Completed(NamedTuple):
    """A state with what it lacks.

    Attributes:
        items: Its objects, and those that have to be there.
        notes: What was taken for granted.
    """

    items: tuple[Manifest, ...]
    notes: tuple[str, ...]


def holds(items: Iterable[Manifest], kind: str) -> bool:
    """Tell whether a state has an object of a kind."""
    return any(each.get("kind") == kind for each in items)


def completed(items: Sequence[Manifest], workload: Manifest) -> Completed:
    """Add to a state what a live workload cannot be without.

    Args:
        items: The live objects.
        workload: The workload, one of them.

    Raises:
        ScenarioError: It lacks what nothing else tells.
    """
    kind = str(workload.get("kind"))
    name = f"{kind} {object_id(workload).namespace}/{object_id(workload).name}"
    notes = []
    added: list[Manifest] = []
    counted = _status(workload, "currentNumberScheduled" if kind == "DaemonSet" else "replicas")
    if kind == "Deployment" and counted and not holds(items, "ReplicaSet"):
        raise ScenarioError(
            "state",
            f"holds no ReplicaSets, while the status of {name} counts {counted} pods: export `replicasets`, too",
        )
    if counted and not holds(items, "Pod"):
        added = list(_pods_of_status(workload, items))
        ready = sum(bool(each["status"]) for each in added)
        count = f"{len(added)} pods, {ready} of them Ready" if added else "none can be told"
        notes.append(
            f"The state holds no pods: those of {name} are taken from what its status counts ({count}). Export `pods`, too."
        )
    if kind in {"StatefulSet", "DaemonSet"} and counted and not holds(items, "ControllerRevision"):
        notes.append(
            "The state holds no ControllerRevisions: earlier templates are guessed from the pods."
            " Export `controllerrevisions`, too."
        )
    templates = (workload.get("spec") or {}).get("volumeClaimTemplates")
    if kind == "StatefulSet" and templates and not holds(items, "PersistentVolumeClaim"):
        notes.append(
            "The state holds no PersistentVolumeClaims: those of its pods are taken to be there. Export `pvc`, too."
        )
    return Completed((*items, *added), tuple(notes))


def taken_for_granted(items: Sequence[Manifest], listed: Container[str], *, on_nodes: bool) -> Iterator[str]:
    """Yield what a state does not tell of the room that there is for new pods.

    Args:
        items: The live objects.
        listed: The kinds of which they are all that there are.
        on_nodes: Whether the nodes are known from elsewhere.
    """
    nodes = not (on_nodes or "Node" in listed or holds(items, "Node"))
    quotas = not ("ResourceQuota" in listed or holds(items, "ResourceQuota"))
    if nodes and quotas:
        yield (
            "The state holds no nodes and no ResourceQuotas: that new pods fit and that none is refused is taken for granted."
            " Export `nodes` and `quota`, too."
        )
    elif nodes:
        yield "The state holds no nodes: that new pods fit is taken for granted. Export `nodes`, too."
    elif quotas:
        yield "The state holds no ResourceQuotas: that no new pod is refused is taken for granted. Export `quota`, too, if there are any."


def budgets_taken_for_granted(items: Sequence[Manifest], listed: Container[str]) -> Iterator[str]:
    """Yield what a state does not tell of what holds up a drain.

    Args:
        items: The live objects.
        listed: The kinds of which they are all that there are.
    """
    if "PodDisruptionBudget" not in listed and not holds(items, "PodDisruptionBudget"):
        yield "The state holds no PodDisruptionBudgets: that every pod may go is taken for granted. Export `pdb`, too, if there are any."


def _status(item: Manifest, field: str) -> int:
    value = (item.get("status") or {}).get(field)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _pods_of_status(workload: Manifest, items: Sequence[Manifest]) -> Iterator[Manifest]:
    """Yield the pods that the status of a workload, or of its ReplicaSets, counts."""
    match workload["kind"]:
        case "Deployment":
            for owner in owned_replicasets(workload, items):
                yield from _numbered(owner, _status(owner, "replicas"), _status(owner, "readyReplicas"), {})
        case "ReplicaSet":
            yield from _numbered(
                workload, _status(workload, "replicas"), _status(workload, "readyReplicas"), {}
            )
        case "StatefulSet":
            yield from _ordinals(workload)
        case _:
            pass  # of a DaemonSet: the nodes say which there are, and the status does not name them


def _numbered(owner: Manifest, total: int, ready: int, labels: dict[str, str]) -> Iterator[Manifest]:
    for number in range(total):
        # Their real names are random.
        yield _pod(owner, f"{name_of(owner)}-xxxxx", is_ready=number < ready, labels=labels)


def _ordinals(workload: Manifest) -> Iterator[Manifest]:
    """Yield a StatefulSet's pods: the highest ordinals are updated first, and the lowest are Ready first."""
    status = workload.get("status") or {}
    start = ((workload.get("spec") or {}).get("ordinals") or {}).get("start") or 0
    total = _status(workload, "replicas")
    current, update = status.get("currentRevision"), status.get("updateRevision")
    updated = _status(workload, "updatedReplicas") if current != update else total
    for number in range(total):
        revision = update if number >= total - updated else current
        labels = {"controller-revision-hash": str(revision)} if revision else {}
        name = f"{name_of(workload)}-{start + number}"
        yield _pod(workload, name, is_ready=number < _status(workload, "readyReplicas"), labels=labels)


def _pod(owner: Manifest, name: str, *, is_ready: bool, labels: dict[str, str]) -> Manifest:
    template = owner["spec"]["template"]
    metadata = owner["metadata"]
    reference = {
        "apiVersion": "apps/v1", "kind": owner["kind"], "name": metadata["name"], "uid": metadata.get("uid"),
        "controller": True,
    }  # fmt: skip
    conditions = [{"type": "Ready", "status": "True"}]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": name,
            "namespace": metadata.get("namespace") or "default",
            "labels": {**((template.get("metadata") or {}).get("labels") or {}), **labels},
            "ownerReferences": [reference],
        },
        # Where it is nobody says; but it is somewhere, or it would not have been counted as created for long.
        "spec": {**template["spec"], "nodeName": "?"},
        "status": {"phase": "Running", "conditions": conditions} if is_ready else {},
    }


def nodes_of_pods(items: Iterable[Manifest]) -> tuple[Node, ...]:
    """Return the nodes that live pods are on, with nothing known but their names."""
    names: dict[str, Any] = {}
    for each in items:
        node = (each.get("spec") or {}).get("nodeName") if each.get("kind") == "Pod" else None
        if isinstance(node, str):
            names[node] = None
    return tuple(Node(name, {HOSTNAME: name, "kubernetes.io/os": "linux"}) for name in sorted(names))
