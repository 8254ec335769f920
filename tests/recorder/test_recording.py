"""The recorder against a small fake of an API server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from conformance import scenarios
from conformance.data import families
from conformance.errors import RecordingError
from conformance.openapi import as_text, fetch_definitions
from conformance.recording import Request, record, record_twice, report, write_definitions
from linter.version import KubeVersion

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.client import Client

    from .conftest import FakeServer


def text(name: str, replicas: int = 1) -> str:
    return (
        f"apiVersion: apps/v1\nkind: ReplicaSet\nmetadata: {{name: {name}}}\nspec: {{replicas: {replicas}}}\n"
    )


def verdict(key: str, yaml: str, answer: str, **fields: Any) -> dict[str, Any]:
    return {"id": key, "kind": "ReplicaSet", "mutation": [], "yaml": yaml, "verdict": answer, **fields}


VERDICTS = [
    verdict("good", text("web"), "accept"),
    verdict("negative", text("web", -1), "accept"),
    verdict("old", text("old"), "reject", code=422, causes=[], message="is invalid"),
    verdict("coin", text("coin"), "accept"),
    verdict("kubectl", "a: 1\n---\nb: 2", "reject", via="kubectl", code=400, message="two"),
    verdict("gone", "kind: [", "reject", code=400, causes=[], message="?", kind="Gone"),
]
REFUSAL = {
    "verdict": "reject",
    "code": 422,
    "causes": [{"reason": "FieldValueInvalid", "field": "spec.replicas", "message": "Invalid value: -1"}],
    "message": "is invalid",
}


def write(path: Path, lines: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def request(data: Path, **fields: Any) -> Request:
    return Request(KubeVersion(1, 38, 0), data, data / "cache", **fields)


def recorded(client: Client, wanted: Request) -> list[str]:
    """Record the only family of a folder; return the report."""
    from conformance.data import read_cases

    (family,) = families(wanted.data)
    cases = read_cases(family)
    lines: list[str] = []
    report(wanted, family, cases, record_twice(client, family, cases), lines.append)
    return lines


def test_verdicts_are_recorded_compared_and_written(client: Client, fake: FakeServer, tmp_path: Path) -> None:
    write(tmp_path / "verdicts-targeted.jsonl", VERDICTS)
    original = (tmp_path / "verdicts-targeted.jsonl").read_bytes()
    assert recorded(client, request(tmp_path)) == [
        "\n## verdicts: 5 cases, 3 otherwise than 1.36, 1 left out\n",
        "| case | kind | 1.36 so far | 1.38 |",
        "| --- | --- | --- | --- |",
        "| negative | ReplicaSet | accept | reject spec.replicas FieldValueInvalid |",
        "| old | ReplicaSet | reject is invalid | accept |",
        "| gone | Gone | reject ? | reject Gone is not served |",
        "left out: coin: the two passes differ: accept → reject spec.replicas FieldValueInvalid",
    ]
    sent = "POST /apis/apps/v1/namespaces/default/replicasets dryRun fieldValidation"
    assert fake.requests.count(sent) == 8
    assert not fake.objects
    assert (tmp_path / "verdicts-targeted.jsonl").read_bytes() == original
    assert read(tmp_path / "verdicts-versions.jsonl") == [
        {
            "id": "negative",
            "kind": "ReplicaSet",
            "mutation": [],
            "yaml": text("web", -1),
            "kubernetes": "1.38",
            **REFUSAL,
            "verdict_1_36": "accept",
        },
        {
            "id": "old",
            "kind": "ReplicaSet",
            "mutation": [],
            "yaml": text("old"),
            "kubernetes": "1.38",
            "verdict": "accept",
            "warnings": '299 - "old is deprecated"',
            "verdict_1_36": "reject",
        },
        {
            "id": "gone",
            "kind": "Gone",
            "mutation": [],
            "yaml": "kind: [",
            "kubernetes": "1.38",
            "verdict": "reject",
            "code": 404,
            "causes": [],
            "message": "Gone is not served",
            "verdict_1_36": "reject",
        },
    ]
    assert json.loads((tmp_path / "recorded.json").read_text()) == {
        "1.38": {
            "release": "1.38.0",
            "families": {"verdicts": {"cases": 5, "otherwise": 3, "than": "1.36", "left_out": ["coin"]}},
        }
    }


def test_a_second_recording_replaces_the_first_and_keeps_other_versions(
    client: Client, tmp_path: Path
) -> None:
    write(tmp_path / "verdicts-random.jsonl", VERDICTS[:2])
    earlier = {**VERDICTS[1], "kubernetes": "1.37", **REFUSAL, "verdict_1_36": "accept"}
    write(tmp_path / "verdicts-versions.jsonl", [earlier, {**VERDICTS[0], "kubernetes": "1.38", **REFUSAL}])
    assert recorded(client, request(tmp_path)) == [
        "\n## verdicts: 2 cases, 0 otherwise than 1.37, 0 left out\n"
    ]
    lines = read(tmp_path / "verdicts-versions.jsonl")
    assert [(line["id"], line["kubernetes"]) for line in lines] == [
        ("negative", "1.37"),
        ("negative", "1.38"),
    ]


def test_cases_first_recorded_with_the_same_version_are_replaced(client: Client, tmp_path: Path) -> None:
    write(tmp_path / "verdicts-random.jsonl", [{**case, "kubernetes": "1.38"} for case in VERDICTS[:2]])
    untouched = (tmp_path / "verdicts-random.jsonl").read_text().splitlines()[0]
    recorded(client, request(tmp_path))
    first, second = (tmp_path / "verdicts-random.jsonl").read_text().splitlines()
    assert first == untouched
    assert json.loads(second) == {**VERDICTS[1], "kubernetes": "1.38", **REFUSAL}
    assert not (tmp_path / "verdicts-versions.jsonl").exists()


def test_a_part_is_reported_and_not_written(client: Client, tmp_path: Path) -> None:
    write(tmp_path / "verdicts-random.jsonl", VERDICTS[:2])
    recorded(client, request(tmp_path, match="neg*"))
    assert [path.name for path in tmp_path.iterdir()] == ["verdicts-random.jsonl"]


def test_a_family_that_is_not_there_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", str)
    write(tmp_path / "verdicts-random.jsonl", VERDICTS[:1])
    with pytest.raises(RecordingError, match="verdict: not recorded here; the names are verdicts, openapi"):
        record(request(tmp_path, only=("verdict",)), print)


def test_one_id_for_two_cases_is_an_error(client: Client, tmp_path: Path) -> None:
    write(tmp_path / "verdicts-random.jsonl", VERDICTS[:1] * 2)
    with pytest.raises(RecordingError, match="verdicts: these ids stand for several cases: good"):
        recorded(client, request(tmp_path))


def test_old_statefulsets_that_only_their_pods_would_refuse_are_left_out(
    client: Client, tmp_path: Path
) -> None:
    case = verdict("template", text("web"), "reject", code=422, causes=[], message="no", kind="StatefulSet")
    write(tmp_path / "verdicts-random.jsonl", [case])
    wanted = request(tmp_path)._replace(release=KubeVersion(1, 33, 2))
    assert (
        recorded(client, wanted)[-1] == "left out: template: a StatefulSet that was taken, but not its pods"
    )


def test_updates_are_tried_over_a_real_object_that_is_removed(
    client: Client, fake: FakeServer, tmp_path: Path
) -> None:
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": {"replicas": 1}}
    update = {"id": "u", "kind": "Service", "old": service, "new": {**service, "spec": {"replicas": -1}}}
    held = {**service, "metadata": {"name": "held", "finalizers": ["example.com/hold"]}}
    deleting = {"id": "d", "kind": "Service", "old": held, "new": held, "deleting": True, "verdict": "accept"}
    write(tmp_path / "updates.jsonl", [{**update, "verdict": "accept"}, deleting])
    assert recorded(client, request(tmp_path)) == [
        "\n## updates: 2 cases, 1 otherwise than 1.36, 0 left out\n",
        "| case | kind | 1.36 so far | 1.38 |",
        "| --- | --- | --- | --- |",
        "| u | Service | accept | reject spec.replicas FieldValueInvalid |",
    ]
    assert fake.requests.count("PUT /api/v1/namespaces/updates/services/web dryRun fieldValidation") == 2
    assert fake.requests.count("DELETE /api/v1/namespaces/updates/services/held") == 2
    assert list(fake.objects) == ["/api/v1/namespaces/updates"]
    (line,) = read(tmp_path / "updates-versions.jsonl")
    assert line["old"] == service
    assert line["verdict"] == "reject"


TEMPLATE = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "app", "image": "app:1"}]}}
REPLICA_SET = {
    "kind": "ReplicaSet",
    "metadata": {"name": "web"},
    "spec": {"replicas": 2, "template": TEMPLATE},
}
SCENARIO: dict[str, Any] = {
    "name": "scale-down",
    "kubernetes": "1.37",
    "kind": "ReplicaSet",
    "readiness": "one-by-one",
    "operations": [
        {"op": "apply", "manifests": [REPLICA_SET]},
        {"op": "scale", "replicas": 1, "after": 1},
        {"op": "delete-pod"},
    ],
}


def state(ready: int, waiting: int, terminating: int) -> dict[str, Any]:
    counts = {"ready": ready, "waiting": waiting, "terminating": terminating}
    status = {"replicas": ready + waiting, "readyReplicas": ready, "availableReplicas": 0}
    return {"pods": {"r1": counts} if any(counts.values()) else {}, "status": status}


def test_a_scenario_is_played_round_by_round(
    client: Client, fake: FakeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scenarios, "record_rollouts", quick)
    apply, scale, delete = SCENARIO["operations"]
    rounds = [
        {"operation": apply, **state(0, 2, 0)},
        {"kubelet": {"gone": 0, "ready": 1}, **state(1, 1, 0)},
        {"operation": scale, **state(1, 0, 1)},
        {"kubelet": {"gone": 1, "ready": 0}, **state(1, 0, 0)},
        {"operation": delete, **state(0, 1, 1)},
        {"kubelet": {"gone": 1, "ready": 1}, **state(1, 0, 0)},
    ]
    expected = [{"round": number, **found} for number, found in enumerate(rounds)]
    write(tmp_path / "rollouts.jsonl", [{**SCENARIO, "rounds": expected}])
    assert recorded(client, request(tmp_path)) == [
        "\n## rollouts: 1 cases, 0 otherwise than 1.37, 0 left out\n"
    ]
    assert all("/namespaces/canary" in key for key in fake.objects)

    write(tmp_path / "rollouts.jsonl", [{**SCENARIO, "rounds": expected[:-1]}])
    assert (
        recorded(client, request(tmp_path))[-1]
        == "| scale-down | ReplicaSet | as recorded | 5 rounds → 6 rounds |"
    )
    (line,) = read(tmp_path / "rollouts-versions.jsonl")
    assert line == {**SCENARIO, "kubernetes": "1.38", "rounds": expected}


CLUSTER: dict[str, Any] = {
    "name": "drain",
    "kind": "ReplicaSet",
    "readiness": "together",
    "placement": "spread",
    "nodes": [{"name": "node-a"}, {"name": "node-b", "allocatable": {"cpu": "1"}}],
    "operations": [{"op": "apply", "manifests": [REPLICA_SET]}, {"op": "drain", "name": "node-a"}],
}


def played(client: Client, case: dict[str, Any]) -> dict[str, Any]:
    (outcome,) = scenarios.record_cluster(client, [case], quiet=0.0)
    return outcome


def test_a_drain_goes_on_until_the_node_is_empty(client: Client, fake: FakeServer) -> None:
    apply, drain = CLUSTER["operations"]
    evicted = {**drain, "result": [{"evicted": 1, "blocked": 0}]}
    rounds = [
        {"operation": apply, **state(0, 2, 0), "unschedulable": {"r1": 2}, "reasons": [], "placed": {}},
        {"kubelet": {"gone": 0, "ready": 2}, **state(2, 0, 0), "placed": {"node-a": 1, "node-b": 1}},
        {
            "operation": evicted,
            **state(1, 1, 1),
            "unschedulable": {"r1": 1},
            "reasons": [],
            "placed": {"node-a": 1, "node-b": 1},
        },
        {"kubelet": {"gone": 1, "ready": 1}, **state(2, 0, 0), "placed": {"node-b": 2}},
    ]
    outcome = played(client, CLUSTER)
    assert outcome == {"rounds": [{"round": number, **found} for number, found in enumerate(rounds)]}
    assert all("/namespaces/canary" in key for key in fake.objects)


def test_what_a_budget_keeps_on_a_node_is_named(client: Client) -> None:
    budget = {"kind": "PodDisruptionBudget", "metadata": {"name": "web"}, "spec": {}}
    outcome = played(client, {**CLUSTER, "objects": [budget]})
    assert outcome["not_drained"] == {"node-a": 1}
    last = outcome["rounds"][-1]
    assert last["operation"] == {**CLUSTER["operations"][1], "result": [{"evicted": 0, "blocked": 1}]}
    assert last["budgets"]["web"]["disruptionsAllowed"] == 0


@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        ({"op": "delete-pod", "name": "web-9"}, "no pod for {'op': 'delete-pod', 'name': 'web-9'}"),
        ({"op": "undo"}, "no revision to go back to among []"),
        ({"op": "taint-node", "name": "x", "taints": []}, "PATCH /api/v1/nodes/x: 404 not found"),
    ],
)
def test_a_scenario_with_nothing_to_operate_on_is_left_out(
    client: Client, operation: dict[str, Any], reason: str
) -> None:
    case = {**CLUSTER, "operations": [CLUSTER["operations"][0], operation]}
    assert played(client, case) == {"failed": reason}


def quick(client: Client, cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return PLAY(client, cases, quiet=0.0)


PLAY = scenarios.record_rollouts


def of_group(group: str) -> str:
    return f'{{"group":"{group}","kind":"DeleteOptions","version":"v1"}}'


def test_definitions_are_joined_without_their_prose(client: Client, tmp_path: Path) -> None:
    definitions = fetch_definitions(client)
    assert as_text(definitions).splitlines() == [
        "{",
        '"io.k8s.api.core.v1.Event":{"properties":{"description":{"type":"string"}},"type":"object"},',
        f'"meta.v1.DeleteOptions":{{"x-kubernetes-group-version-kind":[{of_group("")},{of_group("apps")}]}}',
        "}",
    ]
    lines: list[str] = []
    write_definitions(request(tmp_path), client, lines.append)
    assert json.loads((tmp_path / "openapi" / "1.38.json").read_text()) == definitions
    assert lines == ["\n## openapi: 2 definitions in 1.38.json; `make schemas` takes them in"]
