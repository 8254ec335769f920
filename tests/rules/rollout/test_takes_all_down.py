"""Updates that leave no pod: the rules against what real controllers did, and at their edges."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from linter.version import KubeVersion

if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.engine.report.finding import Finding

    Lint = Callable[..., list[Finding]]
    Write = Callable[..., str]

DATA = Path(__file__).parents[2] / "conformance" / "rollouts.jsonl"
RULES = {"recreate-takes-all-down", "rolling-update-takes-all-down", "daemonset-update-at-once"}


def plain_updates() -> list[Any]:
    """Choose the recorded scenarios in which a healthy workload gets a new template, and nothing else happens."""
    found = []
    for line in DATA.read_text("utf-8").splitlines():
        case = json.loads(line)
        operations = case["operations"]
        healthy = not case.get("failing_images") and "after" not in operations[-1]
        if (
            len(operations) == 2
            and operations[0]["op"] == "apply"
            and healthy
            and changes_template(operations)
        ):
            found.append(pytest.param(case, id=case["name"]))
    return found


def changes_template(operations: list[dict[str, Any]]) -> bool:
    first, last = operations
    if last["op"] in {"set-image", "restart"}:
        return True
    if last["op"] != "apply":
        return False
    old, new = dict(workload_of(first)["spec"]), dict(workload_of(last)["spec"])
    return old.pop("template") != new.pop("template") and old == new


def workload_of(operation: dict[str, Any]) -> dict[str, Any]:
    kinds = {"Deployment", "StatefulSet", "DaemonSet"}
    return next(
        (each for each in operation["manifests"] if each["kind"] in kinds), {"spec": {"template": {}}}
    )


def ready_pods(round_: dict[str, Any]) -> int:
    pods = round_["pods"]
    if isinstance(pods, dict):
        return sum(each.get("ready", 0) for each in pods.values())
    return sum(each["state"] == "ready" for each in pods)


def leaves_none(case: dict[str, Any]) -> bool:
    """Tell whether no pod was ready at some moment of the recorded update."""
    start = next(i for i, each in enumerate(case["rounds"]) if i and "operation" in each)
    return any(ready_pods(each) == 0 for each in case["rounds"][start:])


def nodes_of(case: dict[str, Any]) -> tuple[dict[str, Any], ...] | None:
    if "nodes" not in case:
        return None
    return tuple(
        {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": node["name"], "labels": node.get("labels", {})},
            "spec": {"taints": node.get("taints", [])},
        }
        for node in case["nodes"]
    )


@pytest.mark.parametrize("case", plain_updates())
def test_says_what_the_controllers_did(case: dict[str, Any], lint: Lint) -> None:
    manifest = workload_of(case["operations"][0])
    gated = manifest["kind"] == "StatefulSet" and bool(case.get("feature_gates"))
    version = KubeVersion(1, 37) if gated else KubeVersion(1, 36)  # in 1.37 the gate is on by default
    before = ready_pods(
        case["rounds"][[i for i, each in enumerate(case["rounds"]) if "operation" in each][1] - 1]
    )
    findings = lint(json.dumps(manifest), nodes=nodes_of(case), version=version)
    reported = [finding.rule for finding in findings if finding.rule in RULES]
    expected = leaves_none(case) and before > 1
    if manifest["kind"] == "Deployment" and before == 1 and leaves_none(case):
        expected = manifest["spec"]["strategy"].get("type") != "Recreate"
    assert bool(reported) == expected, reported


def test_recorded_updates_hold_both_kinds() -> None:
    outcomes = [leaves_none(param.values[0]) for param in plain_updates()]
    assert outcomes.count(True) >= 5
    assert outcomes.count(False) >= 20


def only(findings: list[Finding]) -> Finding:
    assert len(findings) == 1, [finding.rule for finding in findings]
    return findings[0]


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        pytest.param(
            "replicas: 1\nstrategy: {rollingUpdate: {maxUnavailable: 1}}",
            "maxUnavailable 1 with 1 replica: an update may take every pod down before a new one is ready. Write "
            "maxSurge 1 and maxUnavailable 0.",
            id="one replica",
        ),
        pytest.param(
            "strategy: {rollingUpdate: {maxUnavailable: 100%}}",
            "maxUnavailable 100% of 1 replica rounds down to 1: an update may take every pod down before a new one is "
            "ready. Write maxSurge 1 and maxUnavailable 0.",
            id="replicas left out",
        ),
        pytest.param(
            "replicas: 3\nstrategy: {rollingUpdate: {maxUnavailable: 5}}",
            "maxUnavailable 5 with 3 replicas: an update may take every pod down before a new one is ready. Write at most "
            "2.",
            id="more than there are",
        ),
        pytest.param(
            "replicas: 1\nstrategy: {rollingUpdate: {maxSurge: 0%, maxUnavailable: 30%}}",
            "maxSurge and maxUnavailable both round to 0 of 1 replica; maxUnavailable then counts as 1, and an update "
            "takes the only pod down first. Write maxSurge 1.",
            id="both round to 0",
        ),
    ],
)
def test_deployment(spec: str, message: str, lint: Lint, workload: Write) -> None:
    finding = only(lint(workload(spec=spec)))
    assert (finding.rule, finding.severity, finding.message) == (
        "rolling-update-takes-all-down",
        "warning",
        message,
    )


@pytest.mark.parametrize(
    "spec",
    [
        pytest.param("", id="the defaults keep the only pod"),
        pytest.param("replicas: 0\nstrategy: {rollingUpdate: {maxUnavailable: 1}}", id="no replica"),
        pytest.param("replicas: 0\nstrategy: {type: Recreate}", id="no replica to recreate"),
        pytest.param("replicas: 1\nstrategy: {type: Recreate}", id="one replica that may not run twice"),
        pytest.param("replicas: 3\nstrategy: {rollingUpdate: {maxUnavailable: 99%}}", id="99% of 3 is 2"),
        pytest.param(
            "replicas: 3\nstrategy: {rollingUpdate: {maxUnavailable: many}}", id="refused: no number"
        ),
        pytest.param("replicas: 3\nstrategy: {rollingUpdate: {maxUnavailable: -1}}", id="refused: negative"),
        pytest.param("replicas: 3\nstrategy: {type: Rolling}", id="refused: unknown type"),
    ],
)
def test_deployment_that_keeps_pods(spec: str, lint: Lint, workload: Write) -> None:
    assert lint(workload(spec=spec)) == []


CLAIM = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
"""


@pytest.mark.parametrize(
    ("container", "pod", "before"),
    [
        pytest.param("ports: [{containerPort: 80, hostPort: 80}]", "", "", id="host port"),
        pytest.param("", "hostNetwork: true", "", id="host network"),
        pytest.param("", "volumes: [{name: d, persistentVolumeClaim: {claimName: data}}]", CLAIM, id="claim"),
    ],
)
def test_one_pod_that_cannot_run_twice(
    container: str, pod: str, before: str, lint: Lint, workload: Write
) -> None:
    """Removing it first is then the only way, and other rules ask for it."""
    spec = "strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}"
    assert lint(before + workload(spec=spec, container=container, pod=pod)) == []


AUTOSCALER = """
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 2
  maxReplicas: 10
"""


def test_an_autoscaler_decides_the_replicas(lint: Lint, workload: Write) -> None:
    recreate = only(lint(workload(spec="strategy: {type: Recreate}") + AUTOSCALER))
    assert "takes 2 to 10 replicas (autoscaler) down to 0" in recreate.message
    rolling = only(lint(workload(spec="strategy: {rollingUpdate: {maxUnavailable: 2}}") + AUTOSCALER))
    assert "maxUnavailable 2 with 2 replicas" in rolling.message
    assert lint(workload(spec="strategy: {rollingUpdate: {maxUnavailable: 1}}") + AUTOSCALER) == []


@pytest.mark.parametrize(
    "broken",
    [
        "{scaleTargetRef: web}",
        "{scaleTargetRef: {kind: Deployment, name: web}, minReplicas: two, maxReplicas: []}",
        "[]",
    ],
)
def test_an_autoscaler_that_does_not_decode_does_no_harm(broken: str, lint: Lint, workload: Write) -> None:
    autoscaler = f"\n---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: web}}\nspec: {broken}\n"
    assert lint(workload() + autoscaler) == []


@pytest.mark.parametrize(
    ("spec", "version", "found"),
    [
        ("replicas: 3\nupdateStrategy: {rollingUpdate: {maxUnavailable: 100%}}", KubeVersion(1, 37), True),
        ("replicas: 3\nupdateStrategy: {rollingUpdate: {maxUnavailable: 100%}}", KubeVersion(1, 36), False),
        ("replicas: 3\nupdateStrategy: {rollingUpdate: {maxUnavailable: 2}}", KubeVersion(1, 37), False),
        ("replicas: 1\nupdateStrategy: {rollingUpdate: {maxUnavailable: 1}}", KubeVersion(1, 37), False),
        (
            "replicas: 3\nupdateStrategy: {rollingUpdate: {maxUnavailable: 3, partition: 1}}",
            KubeVersion(1, 37),
            False,
        ),
    ],
)
def test_stateful_set(spec: str, version: KubeVersion, *, found: bool, lint: Lint, workload: Write) -> None:
    findings = lint(workload("StatefulSet", "serviceName: web\n" + spec), version=version)
    assert ("rolling-update-takes-all-down" in {finding.rule for finding in findings}) == found


@pytest.mark.parametrize(
    ("value", "nodes", "found"),
    [
        ("100%", None, True),
        ("99%", None, False),
        ("50", None, False),
        ("3", 3, True),
        ("2", 3, False),
        ("67%", 3, True),
        ("100%", 1, False),
        ("150%", None, True),
    ],
)
def test_daemon_set(value: str, nodes: int | None, *, found: bool, lint: Lint, workload: Write) -> None:
    known = None if nodes is None else tuple({"metadata": {"name": f"n{i}"}} for i in range(nodes))
    findings = lint(
        workload("DaemonSet", f"updateStrategy: {{rollingUpdate: {{maxUnavailable: {value}}}}}"), nodes=known
    )
    assert [finding.rule for finding in findings] == ["daemonset-update-at-once"] * found


def test_daemon_set_says_how_it_rounds(lint: Lint, workload: Write) -> None:
    nodes = tuple({"metadata": {"name": f"n{i}"}} for i in range(3))
    finding = only(
        lint(workload("DaemonSet", "updateStrategy: {rollingUpdate: {maxUnavailable: 67%}}"), nodes=nodes)
    )
    assert finding.message.startswith("maxUnavailable 67% of 3 nodes rounds up to 3:")
