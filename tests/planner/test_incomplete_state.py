"""States that lack kinds of objects: what is taken for granted is said, and nothing is invented."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from linter.planner import plan as plans
from linter.planner.drain import drain
from linter.planner.errors import ScenarioError
from linter.planner.options import Options

if TYPE_CHECKING:
    from linter.planner.report.plan import WorkloadPlan

Make = Any


def live(manifest: dict[str, Any], status: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    metadata = {**manifest["metadata"], "namespace": "default", "uid": "1", **metadata}
    return {**manifest, "metadata": metadata, "status": status}


def update(new: dict[str, Any], *state: dict[str, Any]) -> WorkloadPlan:
    (plan,) = plans.update([], [new], Options(state=list(state))).workloads
    return plan


def deployment_state(workload: Make, replicas: int, ready: int) -> list[dict[str, Any]]:
    deployment = live(
        workload("Deployment", replicas=replicas), {"replicas": replicas, "readyReplicas": ready}
    )
    owner = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": "1", "controller": True}
    replicaset = live(
        workload("ReplicaSet", name="web-1", replicas=replicas, selector={"matchLabels": {"app": "web"}}),
        {"replicas": replicas, "readyReplicas": ready},
        uid="2", labels={"app": "web"}, ownerReferences=[owner],
    )  # fmt: skip
    replicaset["spec"]["template"]["metadata"]["labels"] = {"app": "web"}
    return [deployment, replicaset]


def test_pods_are_those_that_the_status_counts(workload: Make) -> None:
    plan = update(workload("Deployment", image="app:2", replicas=4), *deployment_state(workload, 4, 3))
    assert (plan.initial.snapshot.total, plan.initial.snapshot.ready) == (4, 3)
    assert plan.notes[0] == (
        "The state holds no pods: those of Deployment default/web are taken from what its status counts"
        " (4 pods, 3 of them Ready). Export `pods`, too."
    )


def test_a_status_that_counts_none_lacks_none(workload: Make) -> None:
    plan = update(workload("Deployment", image="app:2", replicas=2), *deployment_state(workload, 0, 0))
    assert plan.initial.snapshot.total == 0
    (note,) = [note for note in plan.notes if "holds no" in note]
    assert note == (
        "The state holds no nodes and no ResourceQuotas: that new pods fit and that none is refused is taken for granted."
        " Export `nodes` and `quota`, too."
    )


def test_a_statefulset_has_its_revisions(workload: Make) -> None:
    status = {
        "replicas": 3, "readyReplicas": 2, "updatedReplicas": 1, "currentRevision": "web-a", "updateRevision": "web-b",
    }  # fmt: skip
    claims = [{"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"]}}]
    stateful = workload("StatefulSet", replicas=3, volumeClaimTemplates=claims)
    plan = update({**stateful, "spec": {**stateful["spec"], "replicas": 4}}, live(stateful, status))
    assert (plan.initial.snapshot.total, plan.initial.snapshot.ready) == (3, 2)
    assert [note.partition(":")[0] for note in plan.notes[:3]] == [
        "The state holds no pods",
        "The state holds no ControllerRevisions",
        "The state holds no PersistentVolumeClaims",
    ]


def test_a_daemonset_stands_on_the_nodes_of_its_pods(workload: Make) -> None:
    owner = {"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "web", "uid": "1", "controller": True}
    pods = [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "name": f"web-{node}", "namespace": "default", "labels": {"app": "web"}, "ownerReferences": [owner],
            },
            "spec": {"nodeName": node, "containers": [{"name": "app", "image": "app:1"}]},
            "status": {"conditions": [{"type": "Ready", "status": "True"}]},
        }
        for node in ("b", "a")
    ]  # fmt: skip
    daemons = live(workload("DaemonSet"), {"currentNumberScheduled": 2})
    plan = update(workload("DaemonSet", image="app:2"), daemons, *pods)
    assert plan.strategy.replicas == 2
    assert {step.target for step in plan.steps if step.action == "create-pod"} == {"a", "b"}


def test_without_replicasets_nothing_can_be_told(workload: Make) -> None:
    deployment = live(workload("Deployment"), {"replicas": 3})
    with pytest.raises(
        ScenarioError, match="holds no ReplicaSets, while the status of Deployment default/web counts 3"
    ):
        update(workload("Deployment", image="app:2"), deployment)


def test_an_object_of_a_kind_that_was_not_exported_may_be_there(workload: Make) -> None:
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}}
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web"}}
    other = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "other", "namespace": "default"}}
    plan = plans.update([], [service, config], Options(state=[other]))
    assert [each.change for each in plan.changes] == ["unknown", "created"]


def test_a_workload_of_a_kind_that_was_not_exported(workload: Make) -> None:
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web"}}
    plan = update(workload("StatefulSet"), config)
    assert plan.notes[0] == "The state holds no StatefulSets: planned as if this one were new."


NODE = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "a"}}
QUOTA = {
    "apiVersion": "v1",
    "kind": "ResourceQuota",
    "metadata": {"name": "q"},
    "spec": {"hard": {"pods": "9"}},
}
NO_NODES = "The state holds no nodes: that new pods fit is taken for granted. Export `nodes`, too."
NO_QUOTAS = "The state holds no ResourceQuotas: that no new pod is refused is taken for granted. Export `quota`, too, if there are any."


@pytest.mark.parametrize(
    ("state", "options", "notes"),
    [
        ([NODE], {}, [NO_QUOTAS]),
        ([QUOTA], {}, [NO_NODES]),
        ([NODE, QUOTA], {}, []),
        ([], {"listed": frozenset({"Node", "ResourceQuota"})}, []),
        ([QUOTA], {"nodes": [{"name": "a"}]}, []),
    ],
    ids=["quotas", "nodes", "neither", "asked-for", "nodes-of-a-file"],
)
def test_the_room_for_new_pods(
    workload: Make, state: list[Any], options: dict[str, Any], notes: list[str]
) -> None:
    live_state = [*deployment_state(workload, 0, 0), *state]
    plan = plans.update(
        [], [workload("Deployment", image="app:2", replicas=2)], Options(state=live_state, **options)
    )
    assert [note for note in plan.workloads[0].notes if "holds no" in note] == notes


def test_a_deletion_needs_no_room(workload: Make) -> None:
    state = deployment_state(workload, 0, 0)
    (plan,) = plans.delete(state[:1], Options(state=state)).workloads
    assert not any("holds no" in note for note in plan.notes)


def test_an_unknown_controller_of_a_state_is_named(workload: Make) -> None:
    rollout = {
        **workload("Deployment", name="canary"),
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Rollout",
    }
    plan = plans.restart([], Options(state=[*deployment_state(workload, 0, 0), rollout]))
    assert [(each.kind, each.change) for each in plan.changes] == [
        ("Deployment", "rollout"),
        ("Rollout", "none"),
    ]
    (effect,) = plan.changes[1].effects
    assert "does not know the controller of a Rollout (argoproj.io/v1alpha1)" in effect.message


def test_a_drain_says_whose_pods_it_leaves_out(workload: Make) -> None:
    owner = {
        "apiVersion": "apps.kruise.io/v1alpha1",
        "kind": "CloneSet",
        "name": "clone",
        "uid": "9",
        "controller": True,
    }
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "clone-a", "ownerReferences": [owner]},
        "spec": {"nodeName": "a", "containers": [{"name": "app", "image": "app:1"}]},
        "status": {"phase": "Running"},
    }
    plan = drain([], ["a"], options=Options(state=[*deployment_state(workload, 0, 0), NODE, pod]))
    assert plan.drain is not None
    assert plan.drain.notes == (
        "CloneSet default/clone loses 1 pod: podplan does not know its controller, and leaves out what comes instead.",
        "The state holds no PodDisruptionBudgets: that every pod may go is taken for granted. Export `pdb`, too, if there are any.",
    )
