from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from linter.output import plan_json, plan_markdown, plan_text
from linter.planner import plan as plans
from linter.planner.options import Options
from linter.planner.refusal import Refusal

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from linter.planner.report.plan import Plan

Manifest = dict[str, Any]
NGINX = "registry.example.com/nginx:1.24.0-alpine"
NODES = [
    {"name": name, "labels": {"kubernetes.io/hostname": name, **labels}}
    for name, labels in (
        ("k8s-master01", {}),
        ("k8s-node01", {"disktype": "ssd"}),
        ("k8s-node02", {"disktype": "ssd"}),
    )
]


def nginx(kind: str, name: str, pod: Manifest | None = None, **spec: Any) -> Manifest:
    container = {"name": "nginx", "image": NGINX, "ports": [{"containerPort": 80}]}
    template = {"metadata": {"labels": {"app": "nginx"}}, "spec": {"containers": [container], **(pod or {})}}
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": name},
        "spec": {"selector": {"matchLabels": {"app": "nginx"}}, "template": template, **spec},
    }


DEPLOYMENT = nginx("Deployment", "nginx-deployment", replicas=3)
SPREAD = nginx(
    "Deployment",
    "nginx-deployment",
    {
        "affinity": {
            "podAntiAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": [
                    {
                        "topologyKey": "kubernetes.io/hostname",
                        "labelSelector": {"matchLabels": {"app": "nginx"}},
                    }
                ]
            }
        }
    },
    replicas=3,
)
"""One pod to a node."""
SPREAD_WITH_ROOM = {
    **SPREAD,
    "spec": {**SPREAD["spec"], "strategy": {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 1}}},
}
ROLLING = nginx(
    "Deployment",
    "nginx-deployment",
    replicas=6,
    strategy={"rollingUpdate": {"maxSurge": 3, "maxUnavailable": 1}},
)
RECREATE = nginx("Deployment", "nginx-deployment", replicas=6, strategy={"type": "Recreate"})
REPLICASET = nginx("ReplicaSet", "nginx-replicaset", replicas=3)
SERVICE = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "nginx"},
    "spec": {"clusterIP": "None", "selector": {"app": "nginx"}, "ports": [{"port": 80}]},
}
STATEFULSET = nginx("StatefulSet", "web", replicas=2, serviceName="nginx")
DAEMONSET = nginx("DaemonSet", "nginx")
SSD = nginx("DaemonSet", "nginx", {"nodeSelector": {"disktype": "ssd"}})
STUDY = nginx("DaemonSet", "nginx", {"nodeSelector": {"cloud": "study"}})
NEW = {"nginx": "nginx:1.25"}


def refuse(old: Manifest | None, new: Manifest) -> list[Refusal]:
    return [Refusal("spec.selector", "Invalid", "field is immutable")] if old else []


def big(replicas: int, **numbers: Any) -> Manifest:
    return nginx(
        "Deployment", "big", replicas=replicas, strategy={"rollingUpdate": numbers} if numbers else {}
    )


PLANS: dict[str, Plan] = {
    "replicaset-create": plans.create([REPLICASET]),
    "replicaset-scale": plans.scale([REPLICASET], 5),
    "replicaset-delete-pod": plans.delete_pod([REPLICASET], "any"),
    "deployment-create": plans.create([DEPLOYMENT]),
    "deployment-set-image": plans.set_image([DEPLOYMENT], NEW),
    "deployment-scale": plans.scale([DEPLOYMENT], 5),
    "deployment-undo": plans.undo([[DEPLOYMENT], [ROLLING], [RECREATE]], 1),
    "deployment-rolling": plans.set_image([ROLLING], NEW),
    "deployment-recreate": plans.set_image([RECREATE], NEW),
    "deployment-fails": plans.set_image([DEPLOYMENT], NEW, Options(fail_new=True)),
    "deployment-unschedulable": plans.set_image([SPREAD], NEW, Options(nodes=NODES)),
    "deployment-waits-for-room": plans.set_image([SPREAD_WITH_ROOM], NEW, Options(nodes=NODES)),
    "deployment-refused": plans.update([DEPLOYMENT], [ROLLING], Options(admit=refuse)),
    "deployment-50": plans.set_image([big(50)], NEW),
    "deployment-50-one-by-one": plans.set_image([big(50, maxSurge=1, maxUnavailable=0)], NEW),
    "statefulset-create": plans.create([SERVICE, STATEFULSET]),
    "statefulset-scale-up": plans.scale(
        [SERVICE, nginx("StatefulSet", "web", replicas=6, serviceName="nginx")], 9
    ),
    "statefulset-scale-down": plans.scale([nginx("StatefulSet", "web", replicas=8, serviceName="nginx")], 1),
    "statefulset-set-image": plans.set_image([STATEFULSET], NEW),
    "statefulset-fails": plans.set_image([STATEFULSET], NEW, Options(fail_new=True)),
    "statefulset-delete": plans.delete([SERVICE, STATEFULSET]),
    "statefulset-100-restart": plans.restart(
        [nginx("StatefulSet", "web", replicas=100, serviceName="nginx")]
    ),
    "daemonset-create": plans.create([DAEMONSET], Options(nodes=NODES)),
    "daemonset-ssd": plans.create([SSD], Options(nodes=NODES)),
    "daemonset-study": plans.create([STUDY], Options(nodes=NODES)),
    "daemonset-set-image-assumed-nodes": plans.set_image([DAEMONSET], NEW),
    "daemonset-nodes-come-and-go": plans.scenario(
        {
            "kind": "DaemonSet",
            "name": "nodes come and go",
            "nodes": NODES,
            "operations": [
                {"op": "apply", "manifests": [DAEMONSET]},
                {"op": "add-node", "node": {"name": "k8s-node03"}},
                {"op": "remove-node", "name": "k8s-node01"},
            ],
        }
    ),
    "nothing": plans.create([]),
}


@pytest.mark.parametrize("name", PLANS)
def test_text(name: str, snapshot: SnapshotAssertion) -> None:
    assert plan_text.render(PLANS[name]) == snapshot


@pytest.mark.parametrize(
    "name", ["deployment-fails", "deployment-unschedulable", "deployment-refused", "statefulset-100-restart"]
)
def test_markdown(name: str, snapshot: SnapshotAssertion) -> None:
    assert plan_markdown.render(PLANS[name]) == snapshot


def test_colours(snapshot: SnapshotAssertion) -> None:
    text = plan_text.render(PLANS["deployment-fails"], color=True)
    assert text == snapshot
    assert re.sub(r"\x1b\[[0-9;]*m", "", text) == plan_text.render(PLANS["deployment-fails"])


@pytest.mark.parametrize("name", PLANS)
def test_plain_ascii_where_there_is_no_unicode(name: str) -> None:
    text = plan_text.render(PLANS[name], unicode=False)
    assert text.isascii()
    # The same lines, and the columns still stand below one another.
    assert len(text.splitlines()) >= len(plan_text.render(PLANS[name]).splitlines()) - 2
    table = [line for line in text.splitlines() if re.match(r"  (step|   \d) ", line)]
    if table:
        column = table[0].index(" ready")
        assert all(line[column] == " " for line in table)


def test_a_pod_without_a_node_has_a_sign_of_its_own() -> None:
    plan = PLANS["deployment-unschedulable"]
    assert "◇ unschedulable" in plan_text.render(plan)
    assert "? unschedulable" in plan_text.render(plan, unicode=False)
    assert "unschedulable" not in plan_text.render(PLANS["deployment-set-image"])


def test_no_pod_is_called_unschedulable_before_the_scheduler_has_looked() -> None:
    (workload,) = PLANS["deployment-waits-for-room"].workloads
    last = {step.round: step.number for step in workload.steps}
    drawn = {step.number for step in workload.steps if step.unschedulable}
    assert drawn
    assert drawn <= set(last.values())
    # The same pods as in the rounds: a pod that gets the room of one that has just gone is a waiting one.
    assert {step.round: step.unschedulable for step in workload.steps if step.unschedulable} == {
        each.number: each.unschedulable[workload.workload] for each in workload.rounds if each.unschedulable
    }


@pytest.mark.parametrize("name", PLANS)
def test_prose_keeps_within_the_width(name: str) -> None:
    for line in plan_text.render(PLANS[name], width=70).splitlines():
        prose = not re.match(r"\s*(step|\d+|now|⋮|\$|[A-Z]\w+ \w+/)", line) and "●" not in line
        assert not prose or len(line) <= 70 or NGINX in line


def test_every_step_is_shown_on_request() -> None:
    plan = PLANS["deployment-50-one-by-one"]
    folded, whole = plan_text.render(plan), plan_text.render(plan, all_steps=True)
    assert "the same 47 times more (steps 6 to 146)" in folded
    numbers = [int(match[1]) for match in re.finditer(r"^ +(\d+)  ", whole, re.MULTILINE)]
    assert numbers == list(range(1, len(plan.workloads[0].steps) + 1))


def test_a_manifest_cannot_steer_the_terminal() -> None:
    evil = nginx("Deployment", "web\x1b[2J")
    evil["spec"]["template"]["spec"]["containers"][0]["image"] = "x\x07\u202e"
    for renderer in (plan_text.render, plan_markdown.render):
        text = renderer(plans.set_image([evil], {"nginx": "y\x1b]0;title\x07"}))
        assert not set(text) & {"\x1b", "\x07", "\u202e"}


def test_json_is_json() -> None:
    plan = PLANS["deployment-set-image"]
    assert json.loads(plan_json.render(plan)) == json.loads(json.dumps(plan_json.document(plan)))


@pytest.mark.parametrize("name", PLANS)
def test_every_key_of_the_json_is_documented(name: str) -> None:
    page = (Path(__file__).parents[2] / "docs/outputs.md").read_text(encoding="utf-8")
    page = page[page.index("## plan: json") : page.index("## plan: html")]
    plan = plan_json.document(PLANS[name])
    parts = [plan, *plan["changes"], *plan["workloads"]]
    for each in plan["workloads"]:
        parts += [each["strategy"], each["summary"], *each["rounds"], *each["steps"], *each["hazards"]]
        parts += each["revisions"].values()
        parts += [row for row in (each["summary"]["duration"], each["summary"]["resources"]) if row]
        assert {row["rule"] for row in each["hazards"]} <= set(re.findall(r"[\w-]+", page))
    words = set(re.findall(r"\w+", page))
    assert {key for part in parts for key in part} - words == set()


@pytest.mark.parametrize("width", [60, 70])
def test_the_table_fits_the_terminal(width: int) -> None:
    plan = plans.set_image(
        [
            nginx(
                "Deployment",
                "web",
                replicas=12,
                strategy={"rollingUpdate": {"maxSurge": 4, "maxUnavailable": 0}},
            )
        ],
        {"nginx": "nginx:1.25"},
    )
    lines = plan_text.render(plan, width=width).splitlines()
    table = [line for line in lines if re.match(r"  +(step|now|\d+) ", line)]
    assert len(table) == 2 + len(plan.workloads[0].steps)
    assert max(map(len, table)) <= width
    # Counts take less room than drawn pods, and are used where these do not fit.
    assert any("12●" in line for line in lines)
    assert any("●●●" in line for line in plan_text.render(plan, width=140).splitlines())


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: plans.set_image([DEPLOYMENT], NEW), "Always at least 3 available (of 3), at most 4 pods (5 with"),
        (lambda: plans.set_image([RECREATE], NEW), "For a while no pod is available (of 6), at most 6 pods."),
        (
            lambda: plans.set_image([RECREATE], NEW, Options(fail_new=True)),
            "No pod is available from step 1 on: an outage.",
        ),
        (
            lambda: plans.create([STATEFULSET], Options(fail_new=True)),
            "Stuck: 1 pod never becomes Ready; no pod is available.",
        ),
        (
            lambda: plans.set_image([DEPLOYMENT], NEW, Options(pod_startup=20, pod_shutdown=5)),
            "Takes 3 waves: about 60 s, where a pod takes 20 s to start and 5 s to stop",
        ),
        (
            lambda: plans.set_image([DEPLOYMENT], NEW, Options(pod_shutdown=5)),
            "Takes 3 waves: about 3 × the time that a pod needs to become Ready.",
        ),
        (lambda: plans.scale([DAEMONSET], 3), "DaemonSet default/nginx is refused by kubectl:"),
        (lambda: plans.delete([DEPLOYMENT]), "All 3 pods go away."),
        (
            lambda: plans.set_image(
                [nginx("DaemonSet", "web", updateStrategy={"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}})],
                NEW,
                Options(fail_new=True),
            ),
            "The update goes no further while as many pods wait beside old ones as the strategy allows.",
        ),
    ],
)  # fmt: skip
def test_it_is_said_plainly(make: Any, said: str) -> None:
    assert said in " ".join(plan_text.render(make()).split())


@pytest.mark.parametrize(
    ("policy", "make", "note"),
    [
        ("Retain", lambda each: plans.scale([each], 1), "The claim data-web-1 stays (whenScaled: Retain)."),
        ("Delete", lambda each: plans.scale([each], 1), "The claim data-web-1 is deleted (whenScaled: Delete)."),
        ("Delete", lambda each: plans.delete([each]), "The claims data-web-0, data-web-1 are deleted (whenDeleted: Delete)."),
        ("Retain", lambda each: plans.delete([each]), "The claims data-web-0, data-web-1 stay (whenDeleted: Retain)."),
    ],
)  # fmt: skip
def test_it_is_told_what_becomes_of_claims(policy: str, make: Any, note: str) -> None:
    web = nginx(
        "StatefulSet",
        "web",
        replicas=2,
        serviceName="nginx",
        volumeClaimTemplates=[{"metadata": {"name": "data"}, "spec": {}}],
        persistentVolumeClaimRetentionPolicy={"whenScaled": policy, "whenDeleted": policy},
    )
    assert note in make(web).workloads[0].notes


def test_percentages_that_come_out_even_are_not_called_rounded() -> None:
    even = plans.set_image([nginx("Deployment", "web", replicas=4)], NEW)
    odd = plans.set_image([nginx("Deployment", "web", replicas=5)], NEW)
    assert "maxSurge 25% = 1 · maxUnavailable 25% = 1\n" in plan_text.render(even)
    assert "maxSurge 25% = 2 (rounded up) · maxUnavailable 25% = 1 (rounded down)" in plan_text.render(odd)


def test_a_story_names_its_revisions() -> None:
    operations = [
        {"op": "apply", "manifests": [DEPLOYMENT]},
        {"op": "set-image", "image": "nginx:1.25"},
        {"op": "undo"},
    ]
    plan = plans.scenario({"kind": "Deployment", "operations": operations})
    text = plan_text.render(plan)
    assert "  r1: registry.example.com/nginx:1.24.0-alpine\n  r2: nginx:1.25\n" in text
    assert "scale up r1 0 → 3" in text
    assert "1 pod of r2 is Ready" in text
    assert "old" not in text


def test_a_refused_operation_of_a_story_says_why() -> None:
    operations = [{"op": "apply", "manifests": [DEPLOYMENT]}, {"op": "undo"}, {"op": "scale", "replicas": 1}]
    plan = plans.scenario({"kind": "Deployment", "operations": operations})
    text = plan_text.render(plan)
    assert "undo: refused" in text
    assert "warning: The operation undo is refused: there is no earlier revision to go back to" in text
    assert plan.workloads[0].hazards[0].rule == "operation-refused"
