"""What the controllers do in the cases that their documentation leaves open, event by event.

Each case is written as the rounds of a rollout: `r2 0>1` is a ReplicaSet's new size, `+2(r2)` and `-2(r1)` are pods by
ordinal or node, in the order in which the controllers act; an empty string is a round in which they leave all as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from linter.output.plan_json_rounds import render_rounds
from linter.planner.operations import Scale
from linter.planner.records import DeploymentRecord
from linter.planner.scenario import parse_scenario
from linter.planner.simulate import Simulation

if TYPE_CHECKING:
    from linter.planner.rounds import Round

Make = Any
Operation = dict[str, Any]

V2: Operation = {"op": "set-image", "image": "app:2"}
V3: Operation = {"op": "set-image", "image": "app:3"}
BAD: Operation = {"op": "set-image", "image": "bad:1"}
RECREATE = {"type": "Recreate"}
PARALLEL = {"podManagementPolicy": "Parallel"}


def rolling(surge: int | str, unavailable: int | str) -> dict[str, Any]:
    return {"strategy": {"rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}}}


def scale(replicas: int, **fields: Any) -> Operation:
    return {"op": "scale", "replicas": replicas, **fields}


def patch(**spec: Any) -> Operation:
    return {"op": "patch", "patch": {"spec": spec}}


def lose(name: str, **fields: Any) -> Operation:
    return {"op": "delete-pod", "name": name, **fields}


def unready(name: str) -> Operation:
    return {"op": "unready-pod", "name": name}


def both(image: str, **spec: Any) -> Operation:
    """Change the template and something else in one write."""
    template = {"spec": {"containers": [{"name": "app", "image": image}]}}
    return patch(template=template, **spec)


def after(operation: Operation, rounds: int) -> Operation:
    return {**operation, "after": rounds}


def rounds_of(manifest: dict[str, Any], operations: list[Operation], **fields: Any) -> list[Round]:
    data = {
        "kind": manifest["kind"],
        "operations": [{"op": "apply", "manifests": [manifest]}, *operations],
        "failing_images": ["bad:1"],
        "kubernetes": "1.36",
        **fields,
    }
    return list(Simulation(parse_scenario(data)).rounds())


def from_operation(rounds: list[Round], number: int) -> list[Round]:
    """Return the rounds from the given operation on; the creation is number 0."""
    starts = [index for index, each in enumerate(rounds) if each.instruction is not None]
    return rounds[starts[number] :]


def record_of(each: Round) -> DeploymentRecord:
    (record,) = each.records.values()
    assert isinstance(record, DeploymentRecord)
    return record


def sizes(each: Round) -> str:
    return "; ".join(f"{name} {before}>{size}" for name, before, size in record_of(each).scalings)


def pods(each: Round) -> str:
    signs = {"create-pod": "+", "delete-pod": "-"}
    return " ".join(
        f"{signs[event.action]}{(event.target or '').removeprefix('web-')}({event.revision.name})"
        for event in each.events
        if event.action in signs and event.revision
    )


def trimmed(rows: list[str]) -> list[str]:
    while rows and not rows[-1]:
        rows.pop()
    return rows


DEPLOYMENTS: dict[str, tuple[dict[str, Any], list[Operation], int, list[str]]] = {
    "create": ({"replicas": 3}, [], 0, ["r1 0>3"]),
    "one replica is never without a pod": ({"replicas": 1}, [V2], 1, ["r2 0>1", "r1 1>0"]),
    "three replicas": (
        {"replicas": 3},
        [V2],
        1,
        ["r2 0>1", "r1 3>2; r2 1>2", "r1 2>1; r2 2>3", "r1 1>0"],
    ),
    "four replicas": (
        {"replicas": 4},
        [V2],
        1,
        ["r2 0>1; r1 4>3; r2 1>2", "r1 3>1; r2 2>4", "r1 1>0"],
    ),
    "ten replicas, 3 and 2": (
        {"replicas": 10, **rolling(3, 2)},
        [V2],
        1,
        ["r2 0>3; r1 10>8; r2 3>5", "r1 8>3; r2 5>10", "r1 3>0"],
    ),
    "no surge": (
        {"replicas": 3, **rolling(0, 1)},
        [V2],
        1,
        ["r1 3>2; r2 0>1", "r1 2>1; r2 1>2", "r1 1>0; r2 2>3"],
    ),
    "all twice": ({"replicas": 4, **rolling("100%", 0)}, [V2], 1, ["r2 0>4", "r1 4>0"]),
    "all at once": ({"replicas": 4, **rolling("100%", "100%")}, [V2], 1, ["r2 0>4; r1 4>0"]),
    "the old ones first, then the new": (
        {"replicas": 4, **rolling(0, "100%")},
        [V2],
        1,
        ["r1 4>0; r2 0>4"],
    ),
    "both numbers come to 0": ({"replicas": 1, **rolling(0, "1%")}, [V2], 1, ["r1 1>0; r2 0>1"]),
    "seven replicas": (
        {"replicas": 7},
        [V2],
        1,
        ["r2 0>2; r1 7>6; r2 2>3", "r1 6>3; r2 3>6", "r1 3>0; r2 6>7"],
    ),
    "a template that never becomes Ready": ({"replicas": 4}, [BAD], 1, ["r2 0>1; r1 4>3; r2 1>2"]),
    "and its correction": (
        {"replicas": 4},
        [BAD, V3],
        2,
        ["r2 2>0; r3 0>2", "r1 3>1; r3 2>4", "r1 1>0"],
    ),
    "and its undo": ({"replicas": 10, **rolling(3, 2)}, [BAD, {"op": "undo"}], 2, ["r2 5>0; r1 8>10"]),
    "and a third template": (
        {"replicas": 10, **rolling(3, 2)},
        [BAD, V3],
        2,
        ["r2 5>0; r3 0>5", "r1 8>3; r3 5>10", "r1 3>0"],
    ),
    "a rollover drains the oldest first": (
        {"replicas": 10, **rolling(3, 2)},
        [V2, after(V3, 1)],
        2,
        # Five pods of r2 were just created: they go before the Ready ones.
        ["r2 10>5; r3 0>5", "r1 3>0; r2 5>3; r3 5>10", "r2 3>0"],
    ),
    "growing in the middle": ({"replicas": 10, **rolling(3, 2)}, [BAD, scale(15)], 2, ["r1 8>11; r2 5>7"]),
    "shrinking in the middle": (
        {"replicas": 10, **rolling(3, 2)},
        [BAD, scale(5)],
        2,
        ["r1 8>5; r2 5>3; r1 5>3; r2 3>5"],
    ),
    "shrinking to nothing in the middle": (
        {"replicas": 10, **rolling(3, 2)},
        [BAD, scale(0)],
        2,
        ["r1 8>0; r2 5>0"],
    ),
    "growing comes before the new template": (
        {"replicas": 3},
        [both("app:2", replicas=6)],
        1,
        # One of the three pods that are still waiting goes at once.
        ["r1 3>6; r2 0>2; r1 6>5; r2 2>3", "r1 5>2; r2 3>6", "r1 2>0"],
    ),
    "shrinking comes before the new template": (
        {"replicas": 6},
        [both("app:2", replicas=3)],
        1,
        ["r1 6>3; r2 0>1", "r1 3>2; r2 1>2", "r1 2>1; r2 2>3", "r1 1>0"],
    ),
    "recreate": ({"replicas": 3, "strategy": RECREATE}, [V2], 1, ["r1 3>0", "r2 0>3"]),
    "recreate and grow": (
        {"replicas": 3, "strategy": RECREATE},
        [both("app:2", replicas=5)],
        1,
        ["r1 3>5; r1 5>0", "r2 0>5"],
    ),
    "to Recreate in the middle": (
        {"replicas": 10, **rolling(3, 2)},
        [BAD, patch(strategy={"$patch": "replace", **RECREATE})],
        2,
        ["r1 8>0", "r2 5>10"],
    ),
    "paused, only the size changes": (
        {"replicas": 3},
        [{"op": "pause"}, both("app:2", replicas=5), {"op": "resume"}],
        2,
        ["r1 3>5", "", "r2 0>2; r1 5>4; r2 2>3", "r1 4>1; r2 3>5", "r1 1>0"],
    ),
    "paused and empty, the old one grows": (
        {"replicas": 3},
        [{"op": "pause"}, scale(0), V2, scale(3)],
        4,
        ["r1 0>3"],
    ),
    "recreate, paused half way": (
        {"replicas": 3, "strategy": RECREATE},
        [V2, after({"op": "pause"}, 0)],
        2,
        ["r1 0>3"],
    ),
    "empty, with a new template": (
        {"replicas": 3},
        [both("app:2", replicas=0), scale(3)],
        1,
        ["r1 3>0", "", "r2 0>3"],
    ),
    "broken pods are replaced one at a time, too": (
        {"replicas": 3},
        [{"op": "unready-pod"}, {"op": "unready-pod"}, {"op": "unready-pod"}, V2],
        4,
        ["r2 0>1", "r1 3>2; r2 1>2", "r1 2>1; r2 2>3", "r1 1>0"],
    ),
    "paused without a new one, the youngest old one grows": (
        {"replicas": 2},
        [V2, {"op": "undo"}, scale(0), {"op": "pause"}, V3, scale(2)],
        6,
        # r1 has the higher revision number since the undo, r2 is younger.
        ["r2 0>2"],
    ),
}


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_a_deployment(workload: Make, name: str) -> None:
    spec, operations, number, expected = DEPLOYMENTS[name]
    rounds = rounds_of(workload("Deployment", **spec), operations)
    assert trimmed([sizes(each) for each in from_operation(rounds, number)]) == expected


def test_three_replicasets_grow_and_shrink_in_proportion(workload: Make) -> None:
    manifest = workload("Deployment", replicas=10, **rolling(3, 2))
    operations = [
        V2,
        after({**V3, "image": "bad:1"}, 1),
        scale(20),
        after(scale(7), 0),
    ]
    rounds = rounds_of(manifest, operations)
    (growing,) = [each for each in rounds if each.instruction and each.instruction.operation == Scale(20)]
    before, total = 13, 23
    for name, size, grown in record_of(growing).scalings[:3]:
        assert abs(grown - size * total / before) <= 1, name
    (shrinking,) = [each for each in rounds if each.instruction and each.instruction.operation == Scale(7)]
    assert sum(row.replicas for row in record_of(shrinking).replicasets) <= 7 + 3


def test_the_history_loses_its_oldest(workload: Make) -> None:
    images = [{"op": "set-image", "image": f"app:{number}"} for number in (2, 3, 4, 5)]
    manifest = workload("Deployment", replicas=1, revisionHistoryLimit=2)
    rounds = rounds_of(manifest, [*images, {"op": "undo", "to_revision": 3}])
    kept = [row.revision for row in record_of(rounds[-1]).replicasets]
    assert sorted(kept) == [4, 5, 6]
    assert [row.name for row in record_of(rounds[-1]).replicasets if row.replicas] == ["r3"]


STATEFULSETS: dict[str, tuple[dict[str, Any], list[Operation], int, list[str]]] = {
    "create": ({"replicas": 3}, [], 0, ["+0(r1)", "+1(r1)", "+2(r1)"]),
    "create in parallel": ({"replicas": 3, **PARALLEL}, [], 0, ["+0(r1) +1(r1) +2(r1)"]),
    "create from 5 on": ({"replicas": 3, "ordinals": {"start": 5}}, [], 0, ["+5(r1)", "+6(r1)", "+7(r1)"]),
    "update": (
        {"replicas": 3},
        [V2],
        1,
        ["-2(r1)", "+2(r2)", "-1(r1)", "+1(r2)", "-0(r1)", "+0(r2)"],
    ),
    "update in the same order in parallel": (
        {"replicas": 3, **PARALLEL},
        [V2],
        1,
        ["-2(r1)", "+2(r2)", "-1(r1)", "+1(r2)", "-0(r1)", "+0(r2)"],
    ),
    "partition, template and size in one write": (
        {"replicas": 5, "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 3}}},
        [both("app:2", replicas=7), patch(updateStrategy={"rollingUpdate": {"partition": 0}})],
        1,
        [
            *["+5(r2)", "+6(r2)", "-4(r1)", "+4(r2)", "-3(r1)", "+3(r2)", ""],
            *["-2(r1)", "+2(r2)", "-1(r1)", "+1(r2)", "-0(r1)", "+0(r2)"],
        ],
    ),
    "shrinking comes before the update": (
        {"replicas": 5},
        [both("app:2", replicas=3)],
        1,
        ["-4(r1)", "-3(r1)", "-2(r1)", "+2(r2)", "-1(r1)", "+1(r2)", "-0(r1)", "+0(r2)"],
    ),
    "shrinking beside the update in parallel": (
        {"replicas": 5, **PARALLEL},
        [both("app:2", replicas=3)],
        1,
        ["-4(r1) -3(r1) -2(r1)", "+2(r2)", "-1(r1)", "+1(r2)", "-0(r1)", "+0(r2)"],
    ),
    "a correction does not replace the broken pod": (
        {"replicas": 3},
        [BAD, V3, lose("web-2")],
        1,
        ["-2(r1)", "+2(r2)", "", "", "+2(r3)", "-1(r1)", "+1(r3)", "-0(r1)", "+0(r3)"],
    ),
    "a correction replaces the broken pod in parallel": (
        {"replicas": 2, **PARALLEL},
        [BAD, V3],
        2,
        ["-1(r2)", "+1(r3)", "-0(r1)", "+0(r3)"],
    ),
    "an unready pod holds up the update": ({"replicas": 3}, [unready("web-1"), V2], 2, []),
    "an unready pod is replaced in its turn in parallel": (
        {"replicas": 3, **PARALLEL},
        [unready("web-1"), V2],
        2,
        ["-2(r1)", "+2(r2)", "-1(r1)", "+1(r2)", "-0(r1)", "+0(r2)"],
    ),
    "an unready pod holds up shrinking": ({"replicas": 3}, [unready("web-0"), scale(1)], 2, []),
    "an unready pod does not hold up shrinking in parallel": (
        {"replicas": 3, **PARALLEL},
        [unready("web-0"), scale(1)],
        2,
        ["-2(r1) -1(r1)"],
    ),
    "two unready pods that have to go hold up each other": (
        {"replicas": 5},
        [unready("web-3"), unready("web-4"), scale(3), lose("web-4")],
        3,
        ["", "", "-3(r1)"],
    ),
    "one unready pod that has to go may": (
        {"replicas": 5},
        [unready("web-4"), scale(3)],
        2,
        ["-4(r1)", "-3(r1)"],
    ),
    "a pod that is lost during the update returns as the new one": (
        {"replicas": 3},
        [V2, lose("web-0", after=0)],
        2,
        ["", "+0(r2)", "+2(r2)", "-1(r1)", "+1(r2)"],
    ),
    "below the partition it returns as the old one": (
        {"replicas": 3, "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}},
        [V2, lose("web-0", after=0)],
        2,
        ["", "+0(r1)", "+2(r2)"],
    ),
    "without the block it returns as the old one": (
        {"replicas": 3, "updateStrategy": {"type": "RollingUpdate"}},
        [V2, lose("web-0", after=0)],
        2,
        ["", "+0(r1)", "+2(r2)", "-1(r1)", "+1(r2)", "-0(r1)", "+0(r2)"],
    ),
    "OnDelete": (
        {"replicas": 3, "updateStrategy": {"type": "OnDelete"}},
        [V2, lose("web-1"), scale(4)],
        1,
        ["", "", "+1(r2)", "", "+3(r2)"],
    ),
    "another first ordinal": (
        {"replicas": 3},
        [patch(ordinals={"start": 2})],
        1,
        ["+3(r1)", "+4(r1)", "-1(r1)", "-0(r1)"],
    ),
}


@pytest.mark.parametrize("name", STATEFULSETS)
def test_a_statefulset(workload: Make, name: str) -> None:
    spec, operations, number, expected = STATEFULSETS[name]
    rounds = rounds_of(workload("StatefulSet", **spec), operations)
    assert trimmed([pods(each) for each in from_operation(rounds, number)]) == expected


def daemon(surge: int | str = 0, unavailable: int | str = 1) -> dict[str, Any]:
    numbers = {"maxSurge": surge, "maxUnavailable": unavailable}
    return {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": numbers}}


TAINTED: Operation = {"op": "taint-node", "name": "a", "taints": [{"key": "k", "effect": "NoSchedule"}]}

DAEMONSETS: dict[str, tuple[int, dict[str, Any], list[Operation], int, list[str]]] = {
    "one after the other": (
        3,
        {},
        [V2],
        1,
        ["-a(r1)", "+a(r2)", "-b(r1)", "+b(r2)", "-c(r1)", "+c(r2)"],
    ),
    "30 % of five nodes are two": (5, daemon(unavailable="30%"), [V2], 1, [
        "-a(r1) -b(r1)", "+a(r2) +b(r2)", "-c(r1) -d(r1)", "+c(r2) +d(r2)", "-e(r1)", "+e(r2)",
    ]),
    "a broken template stops after one node": (3, {}, [BAD], 1, ["-a(r1)", "+a(r2)"]),
    "its correction begins there": (
        3,
        {},
        [BAD, V3],
        2,
        ["-a(r2)", "+a(r3)", "-b(r1)", "+b(r3)", "-c(r1)", "+c(r3)"],
    ),
    "what is not Ready goes first, all at once": (
        5,
        {},
        [{"op": "unready-pod", "node": "d"}, {"op": "unready-pod", "node": "e"}, V2],
        3,
        [
            *["-d(r1) -e(r1)", "+d(r2) +e(r2)"],
            *["-a(r1)", "+a(r2)", "-b(r1)", "+b(r2)", "-c(r1)", "+c(r2)"],
        ],
    ),
    "what is not Ready gets a new pod beside it": (
        3,
        daemon(1, 0),
        [{"op": "unready-pod", "node": "c"}, V2],
        2,
        ["+c(r2) +a(r2) -c(r1)", "-a(r1) +b(r2)", "-b(r1)"],
    ),
    "surge": (3, daemon(1, 0), [V2], 1, ["+a(r2)", "-a(r1) +b(r2)", "-b(r1) +c(r2)", "-c(r1)"]),
    "a tainted node's pod is not replaced": (
        2,
        {},
        [TAINTED, V2],
        1,
        ["", "-a(r1)", "-b(r1)", "+b(r2)"],
    ),
    "a new node gets the new template": (
        1,
        {"updateStrategy": {"type": "OnDelete"}},
        [V2, {"op": "add-node", "node": {"name": "b"}}],
        1,
        ["", "+b(r2)"],
    ),
    "no node is wanted any more": (
        2,
        {},
        [patch(template={"spec": {"nodeSelector": {"none": "true"}}})],
        1,
        ["-a(r1) -b(r1)"],
    ),
    "a percentage to surge by of no node": (
        2,
        daemon("50%", 0),
        [TAINTED, {**TAINTED, "name": "b"}, V2],
        3,
        ["-a(r1)", "-b(r1)"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DAEMONSETS)
def test_a_daemonset(workload: Make, name: str) -> None:
    count, spec, operations, number, expected = DAEMONSETS[name]
    nodes = [{"name": each} for each in "abcde"[:count]]
    rounds = rounds_of(workload("DaemonSet", **spec), operations, nodes=nodes)
    assert trimmed([pods(each) for each in from_operation(rounds, number)]) == expected


def test_old_revisions_with_pods_count_against_a_daemonsets_history(workload: Make) -> None:
    """A StatefulSet's don't: it keeps revisionHistoryLimit revisions besides those in use."""
    undo = {"op": "undo", "to_revision": 1}
    for kind, found in (("DaemonSet", False), ("StatefulSet", True)):
        manifest = workload(kind, revisionHistoryLimit=1, updateStrategy={"type": "OnDelete"})
        where = {"node": "a"} if kind == "DaemonSet" else {"name": "web-0"}
        # r1 has no pod any more, r2 has one, r3 is what is wanted.
        operations = [V2, {"op": "delete-pod", **where}, V3, undo]
        last = rounds_of(manifest, operations, nodes=[{"name": "a"}])[-1]
        assert bool(last.refusals) is not found


CLAIM = {"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"]}}


def policy(scaled: str, deleted: str) -> dict[str, str]:
    return {"whenScaled": scaled, "whenDeleted": deleted}


@pytest.mark.parametrize(
    ("given", "operations", "left"),
    [
        (policy("Retain", "Retain"), [scale(1), {"op": "delete"}], ["data-web-0", "data-web-1"]),
        (policy("Delete", "Retain"), [scale(1), {"op": "delete"}], ["data-web-0"]),
        (policy("Retain", "Delete"), [scale(1), {"op": "delete"}], []),
        (policy("Delete", "Delete"), [scale(1), {"op": "delete"}], []),
        # A policy reaches the claims of pods that are there when it changes.
        (
            policy("Retain", "Retain"),
            [
                scale(1),
                patch(persistentVolumeClaimRetentionPolicy=policy("Retain", "Delete")),
                {"op": "delete"},
            ],
            ["data-web-1"],
        ),
        # While a pod is unready, the walk does not reach the claims of those that have to go.
        (
            policy("Delete", "Retain"),
            [unready("web-0"), scale(1), lose("web-1")],
            ["data-web-0", "data-web-1"],
        ),
    ],
)
def test_claims_go_with_their_owner(
    workload: Make, given: dict[str, str], operations: list[Operation], left: list[str]
) -> None:
    manifest = workload(
        "StatefulSet", replicas=2, volumeClaimTemplates=[CLAIM], persistentVolumeClaimRetentionPolicy=given
    )
    *_, last = render_rounds(rounds_of(manifest, operations))
    assert [name for name in last["claims"] if not name.endswith("(terminating)")] == left
