"""A live state that is taken in the middle of a rollout goes on as the rollout would have.

The state is written as `kubectl get -o yaml` prints it and read again, so that whatever the controllers keep in memory is
made anew from objects alone.
"""

from __future__ import annotations

import copy
import itertools
import re
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from linter.output.plan_json_rounds import render_rounds, status_fields
from linter.planner.controllers.daemonset.controller import DaemonSetController
from linter.planner.controllers.deployment.controller import DeploymentController
from linter.planner.controllers.statefulset.controller import StatefulSetController
from linter.planner.model import PodState
from linter.planner.scenario import parse_scenario
from linter.planner.simulate import Simulation

if TYPE_CHECKING:
    from linter.planner.model import Pod, Revision
    from linter.planner.rounds import Round

Make = Any
Manifest = dict[str, Any]

COUNT = 40
PROPERTY = settings(
    deadline=None, max_examples=COUNT, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
HASH = "controller-revision-hash"


def time(seconds: int) -> str:
    return f"2026-01-01T00:{seconds // 60:02}:{seconds % 60:02}Z"


def owned_by(kind: str, name: str) -> list[Manifest]:
    return [{"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": name, "controller": True}]


def pod_object(
    name: str, labels: dict[str, str], owner: list[Manifest], state: PodState, **more: Any
) -> Manifest:
    """Write a pod: `terminating`, `image`, `node` and `created` may be given."""
    created = time(more.get("created", 0))
    metadata: Manifest = {
        "name": name,
        "uid": name,
        "labels": labels,
        "creationTimestamp": created,
        "ownerReferences": owner,
    }
    if more.get("terminating"):
        metadata["deletionTimestamp"] = time(3000)
    node = more.get("node", "node")
    spec: Manifest = {"containers": [{"name": "app", "image": more["image"]}]}
    if state is not PodState.UNSCHEDULED:
        spec["nodeName"] = node
    elif node != "node":
        fields = [{"key": "metadata.name", "operator": "In", "values": [node]}]
        required = {"nodeSelectorTerms": [{"matchFields": fields}]}
        spec["affinity"] = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}}
    ready = {"type": "Ready", "status": "True", "lastTransitionTime": created}
    status = {
        "phase": "Running" if state >= PodState.READY else "Pending",
        "conditions": [ready] if state >= PodState.READY else [],
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, "status": status}


def deployment_state(workload: DeploymentController) -> list[Manifest]:
    live, stored = copy.deepcopy(workload.manifest), workload.stored
    live["metadata"] |= {"uid": "web", "generation": workload.generation}
    conditions = {"Available": stored.available_condition, "Progressing": stored.progressing}
    live["status"] = {
        "observedGeneration": stored.observed_generation,
        "conditions": [
            {"type": name, "status": each.status, "reason": each.reason}
            for name, each in conditions.items()
            if each
        ],
        **status_fields(stored),
    }
    items = [live]
    numbers = itertools.count(60)
    for index, owner in enumerate(workload.replicasets):
        name = f"web-{index}"
        template = copy.deepcopy(owner.revision.template)
        labels = template["metadata"]["labels"]
        labels["pod-template-hash"] = str(index)
        annotations = {
            "deployment.kubernetes.io/revision": str(owner.revision.number),
            "deployment.kubernetes.io/desired-replicas": str(owner.desired),
            "deployment.kubernetes.io/max-replicas": str(owner.max_replicas),
        }
        metadata = {
            "name": name,
            "uid": name,
            "creationTimestamp": time(index),
            "annotations": annotations,
            "ownerReferences": owned_by("Deployment", "web"),
        }
        spec = {
            "replicas": owner.replicas,
            "selector": {"matchLabels": dict(labels)},
            "template": template,
        }
        items.append({"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": metadata, "spec": spec})
        states = [
            *(
                (state, False)
                for group in owner.groups
                for state in PodState
                for _ in range(group.counts[state])
            ),
            *((PodState.PENDING, True) for _ in range(owner.terminating)),
        ]
        for state, terminating in states:
            items.append(
                pod_object(
                    f"{name}-{next(numbers)}",
                    labels,
                    owned_by("ReplicaSet", name),
                    state,
                    terminating=terminating,
                    image=owner.revision.image,
                    created=next(numbers),
                )
            )
    return items


def revision_objects(kind: str, history: list[Revision]) -> tuple[dict[Revision, str], list[Manifest]]:
    """Write ControllerRevisions; a pod's label is the name of one (StatefulSet) or its hash (DaemonSet)."""
    labels: dict[Revision, str] = {}
    items: list[Manifest] = []
    for index, each in enumerate(history):
        labels[each] = f"web-{index}" if kind == "StatefulSet" else str(index)
        metadata = {
            "name": f"web-{index}",
            "creationTimestamp": time(index),
            "labels": {HASH: labels[each]},
            "ownerReferences": owned_by(kind, "web"),
        }
        data = {"spec": {"template": {"$patch": "replace", **each.template}}}
        items.append(
            {
                "apiVersion": "apps/v1",
                "kind": "ControllerRevision",
                "metadata": metadata,
                "revision": each.number,
                "data": data,
            }
        )
    return labels, items


def identified_state(workload: StatefulSetController | DaemonSetController) -> list[Manifest]:
    """Write a StatefulSet or DaemonSet."""
    live = copy.deepcopy(workload.manifest)
    kind = live["kind"]
    live["metadata"]["uid"] = "web"
    labels, items = revision_objects(kind, workload.history)

    def written(pod: Pod, name: str, node: str) -> Manifest:
        label = {"app": "web", HASH: labels[pod.revision]}
        return pod_object(
            name,
            label,
            owned_by(kind, "web"),
            pod.state,
            terminating=pod.terminating,
            image=pod.revision.image,
            node=node,
            created=60 + pod.sequence,
        )

    if isinstance(workload, DaemonSetController):
        items += [written(pod, f"web-{pod.sequence:03}", pod.key) for pod in workload.all_pods()]
        items += [
            {"apiVersion": "v1", "kind": "Node", "metadata": {"name": node.name, "labels": dict(node.labels)}}
            for node in workload.nodes.values()
        ]
        return [live, *items]
    live["status"] = {
        "currentRevision": labels[workload.current],
        "updateRevision": labels[workload.update],
        "currentReplicas": workload.status().current,
    }
    items += [written(pod, f"web-{ordinal}", "node") for ordinal, pod in workload.pods.items()]
    for claim in workload.claims.by_name.values():
        owner = "Pod" if claim.owned_by_pod else "StatefulSet" if claim.owned_by_set else None
        metadata: Manifest = {"name": claim.name, "ownerReferences": [{"kind": owner}] if owner else []}
        if claim.terminating:
            metadata["deletionTimestamp"] = time(3000)
        items.append({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata})
    return [live, *items]


def images(rounds: list[Round]) -> dict[str, str]:
    """Return the image of each revision by the name that it has in a simulation."""
    return {
        tally.revision.name or "": tally.revision.image
        for each in rounds
        for event in each.events
        for record in each.records.values()
        for tally in (*event.snapshot.tallies, *record.snapshot.tallies)
    }


def comparable(rounds: list[Round], start: int, known: dict[str, str]) -> list[Manifest]:
    """Render rounds with images for the names of revisions, which a state may give otherwise."""
    result = []
    for each in list(render_rounds(rounds))[start:]:
        row = {key: value for key, value in each.items() if key not in {"round", "scalings", "replicasets"}}
        if isinstance(row["pods"], dict):
            row["pods"] = {known[name]: counts for name, counts in row["pods"].items()}
        else:
            row["pods"] = [{**pod, "revision": known[pod["revision"]]} for pod in row["pods"]]
        if "replicasets" in each:
            row["sizes"] = [(owner["revision"], owner["replicas"]) for owner in each["replicasets"].values()]
        row["operation"] = (row.get("operation") or {}).get("op")
        # Which of the two a round shows right after a change is a race.
        row["conditions"] = re.sub("NewReplicaSetCreated", "ReplicaSetUpdated", str(row.get("conditions")))
        result.append(row)
    return result


def goes_on_alike(manifest: Manifest, first: list[Manifest], then: list[Manifest], **fields: Any) -> None:
    """Play operations in one go, and again from the state after the first ones."""
    mark = {"op": "patch", "patch": {"metadata": {"labels": {"mark": "here"}}}, "after": fields.pop("steps")}
    data = {
        "kind": manifest["kind"],
        "failing_images": ["bad:1"],
        "operations": [{"op": "apply", "manifests": [manifest]}, *first, mark, *then],
        **fields,
    }
    simulation = Simulation(parse_scenario(data))
    rounds: list[Round] = []
    state: list[Manifest] = []
    start = 0
    for each in simulation.rounds():
        rounds.append(each)
        if each.instruction and each.instruction.source == mark:
            workload = simulation.workload
            start = len(rounds)
            if isinstance(workload, DeploymentController):
                assume(not workload.orphans)  # a ReplicaSet that is gone stands in no list
                state = deployment_state(workload)
            elif isinstance(workload, (StatefulSetController, DaemonSetController)):
                state = identified_state(workload)
    second = {**data, "operations": then, "state": copy.deepcopy(state)}
    second.pop("nodes", None)
    again = list(Simulation(parse_scenario(second)).rounds())
    known = images(rounds)
    assert comparable(again, 0, {**known, **images(again)}) == comparable(rounds, start, known)


afters: st.SearchStrategy[Manifest] = st.one_of(
    st.just({}), st.integers(0, 3).map(lambda rounds: {"after": rounds})
)
set_image = st.builds(
    lambda image, when: {"op": "set-image", "image": image, **when},
    st.sampled_from(["app:1", "app:2", "app:3", "bad:1"]),
    afters,
)
scale = st.builds(
    lambda replicas, when: {"op": "scale", "replicas": replicas, **when}, st.integers(0, 8), afters
)
undo = st.builds(lambda when: {"op": "undo", **when}, afters)
pause = st.builds(lambda op, when: {"op": op, **when}, st.sampled_from(["pause", "resume"]), afters)
mode = st.sampled_from(["together", "one-by-one"])
steps = st.integers(0, 4)


@PROPERTY
@given(
    replicas=st.integers(1, 8),
    surge=st.sampled_from([0, 1, 3, "25%", "100%"]),
    unavailable=st.sampled_from([0, 1, "25%", "75%"]),
    recreate=st.booleans(),
    first=st.lists(st.one_of(set_image, scale, undo, pause), min_size=1, max_size=3),
    then=st.lists(st.one_of(set_image, scale, undo, pause), max_size=3),
    steps=steps,
    mode=mode,
)
def test_a_deployment_goes_on(
    workload: Make, replicas: int, surge: Any, unavailable: Any, first: list[Any], **drawn: Any
) -> None:
    numbers = {"maxSurge": surge, "maxUnavailable": unavailable}
    strategy = {"type": "Recreate"} if drawn["recreate"] else {"rollingUpdate": numbers}
    manifest = workload("Deployment", replicas=replicas, strategy=strategy)
    goes_on_alike(manifest, first, drawn["then"], steps=drawn["steps"], readiness=drawn["mode"])


@PROPERTY
@given(
    replicas=st.integers(1, 6),
    policy=st.sampled_from(["OrderedReady", "Parallel"]),
    partition=st.integers(0, 3),
    scaled=st.sampled_from(["Retain", "Delete"]),
    gate=st.booleans(),
    first=st.lists(st.one_of(set_image, scale, undo), min_size=1, max_size=3),
    then=st.lists(st.one_of(set_image, scale, undo), max_size=3),
    steps=steps,
    mode=mode,
)
def test_a_statefulset_goes_on(
    workload: Make, replicas: int, policy: str, partition: int, first: list[Any], **drawn: Any
) -> None:
    rolling = {"partition": partition, "maxUnavailable": 2}
    manifest = workload(
        "StatefulSet",
        replicas=replicas,
        podManagementPolicy=policy,
        updateStrategy={"type": "RollingUpdate", "rollingUpdate": rolling},
        volumeClaimTemplates=[{"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"]}}],
        persistentVolumeClaimRetentionPolicy={"whenScaled": drawn["scaled"], "whenDeleted": "Retain"},
    )
    gates = {"MaxUnavailableStatefulSet": drawn["gate"]}
    goes_on_alike(
        manifest, first, drawn["then"], steps=drawn["steps"], readiness=drawn["mode"], feature_gates=gates
    )


@PROPERTY
@given(
    nodes=st.integers(1, 5),
    surge=st.sampled_from([0, 1, 2, "50%"]),
    first=st.lists(st.one_of(set_image, undo), min_size=1, max_size=3),
    then=st.lists(st.one_of(set_image, undo), max_size=3),
    steps=steps,
    mode=mode,
)
def test_a_daemonset_goes_on(workload: Make, nodes: int, surge: Any, first: list[Any], **drawn: Any) -> None:
    rolling = {"maxSurge": surge, "maxUnavailable": 0 if surge else 1}
    manifest = workload("DaemonSet", updateStrategy={"type": "RollingUpdate", "rollingUpdate": rolling})
    known = [{"name": f"node-{number}"} for number in range(nodes)]
    goes_on_alike(manifest, first, drawn["then"], steps=drawn["steps"], readiness=drawn["mode"], nodes=known)
