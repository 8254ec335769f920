from __future__ import annotations

from typing import Any

from conformance.compare import Difference, agree, difference, differences, effective, table

ACCEPT = {"verdict": "accept"}


def reject(*causes: tuple[str, str], message: str = "no") -> dict[str, Any]:
    named = [{"field": field, "reason": reason, "message": message} for field, reason in causes]
    return {"verdict": "reject", "code": 422, "causes": named, "message": message}


def case(key: str, **fields: Any) -> dict[str, Any]:
    return {"id": key, "kind": "Pod", "yaml": "", **ACCEPT, **fields}


def scenario(**fields: Any) -> dict[str, Any]:
    return {"name": "s", "kind": "Deployment", "readiness": "together", "operations": [], **fields}


def test_only_what_two_passes_answer_alike_is_kept() -> None:
    cases = [case("same"), case("order"), case("coin"), case("stuck")]
    first = [ACCEPT, reject(("a", "X"), ("b", "Y")), ACCEPT, {"failed": "timeout"}]
    second = [
        ACCEPT,
        reject(("b", "Y"), ("a", "X"), ("a", "X"), message="other words"),
        reject(("a", "X")),
        ACCEPT,
    ]
    agreement = agree("verdicts", cases, first, second)
    assert agreement.outcomes == {"same": ACCEPT, "order": first[1]}
    assert agreement.left_out == {
        "coin": "the two passes differ: accept → reject a X",
        "stuck": "not answered: timeout",
    }


def test_fields_of_rounds_that_kubernetes_does_not_decide_are_dropped() -> None:
    first = {"rounds": [{"round": 0, "pods": {"r1": 1}, "placed": {"node-a": 1}}]}
    second = {"rounds": [{"round": 0, "pods": {"r1": 1}, "placed": {"node-b": 1}}]}
    agreement = agree("cluster", [scenario()], [first], [second])
    assert agreement.outcomes == {"s": {"rounds": [{"round": 0, "pods": {"r1": 1}}]}}
    assert not agreement.left_out


def test_a_field_that_an_earlier_recording_lacks_is_no_difference() -> None:
    def rounds(**fields: Any) -> dict[str, Any]:
        return {"rounds": [{"round": 0, "pods": {}, **fields}]}

    budget, other = {"budgets": {"web": {"expectedPods": 3}}}, {"budgets": {"web": {"expectedPods": 2}}}
    assert not difference("cluster", scenario(), rounds(), rounds(**budget))
    assert not difference("cluster", scenario(), rounds(**budget), rounds())
    assert difference("cluster", scenario(), rounds(**budget), rounds(**other))


def test_which_of_several_nodes_the_scheduler_takes_is_no_difference() -> None:
    def rounds(placed: dict[str, int]) -> dict[str, Any]:
        return {"rounds": [{"round": 0, "pods": {}, "placed": placed}]}

    assert not difference("cluster", scenario(), rounds({"a": 1, "b": 2}), rounds({"a": 2, "b": 1}))
    assert difference("cluster", scenario(), rounds({"a": 1, "b": 2}), rounds({"a": 3}))


def test_what_was_not_drained_counts() -> None:
    found = difference("cluster", scenario(), {"rounds": []}, {"rounds": [], "not_drained": {"node-a": 1}})
    assert found == Difference("s", "Deployment", "as recorded", "not drained None → {'node-a': 1}")


def test_a_scenario_that_could_not_be_played_is_left_out() -> None:
    agreement = agree("rollouts", [scenario()], [{"failed": "does not come to rest"}], [{"rounds": []}])
    assert agreement.left_out == {"s": "not answered: does not come to rest"}


def test_of_a_daemonset_only_counts_are_decided() -> None:
    daemon_set = scenario(kind="DaemonSet")

    def rounds(node: str, state: str) -> dict[str, Any]:
        return {"rounds": [{"round": 0, "pods": [{"node": node, "revision": "r1", "state": state}]}]}

    assert not difference("rollouts", daemon_set, rounds("node-a", "ready"), rounds("node-b", "ready"))
    assert difference("rollouts", daemon_set, rounds("node-a", "ready"), rounds("node-a", "waiting"))


def test_which_pods_of_a_statefulset_a_drain_meets_is_no_difference() -> None:
    def rounds(*states: str) -> dict[str, Any]:
        pods = [
            {"name": f"web-{ordinal}", "revision": "r1", "state": state}
            for ordinal, state in enumerate(states)
        ]
        return {"rounds": [{"round": 0, "pods": pods}]}

    one, other = rounds("ready", "terminating"), rounds("terminating", "ready")
    assert not difference("cluster", scenario(kind="StatefulSet", placement="spread"), one, other)
    assert difference("rollouts", scenario(kind="StatefulSet"), one, other)


def test_steps_inside_a_round_are_decided_only_one_by_one() -> None:
    one = {"rounds": [{"round": 0, "scalings": ["r1 0 -> 2"], "pods": {}}]}
    two = {"rounds": [{"round": 0, "scalings": ["r1 0 -> 1", "r1 1 -> 2"], "pods": {}}]}
    assert not difference("rollouts", scenario(), one, two)
    assert difference("rollouts", scenario(readiness="one-by-one"), one, two)


def test_the_words_of_a_rejected_operation_do_not_count() -> None:
    def rounds(message: str, code: int) -> dict[str, Any]:
        result = [{"rejected": {"code": code, "causes": [], "message": message}}]
        return {"rounds": [{"round": 0, "operation": {"op": "apply", "result": result}, "pods": {}}]}

    assert not difference("rollouts", scenario(), rounds("uid 1", 422), rounds("uid 2", 422))
    assert difference("rollouts", scenario(), rounds("uid 1", 422), rounds("uid 1", 400))


def test_the_version_before_has_its_own_lines_or_those_of_the_first() -> None:
    cases = [case("a"), case("b")]
    others = [case("a", kubernetes="1.37", verdict="reject"), case("b", kubernetes="1.35", verdict="reject")]
    assert effective(cases, others, "1.37") == {"a": {"verdict": "reject"}, "b": ACCEPT}


def test_differences_are_a_table() -> None:
    cases = [case("a"), case("b"), case("c"), scenario(rounds=[])]
    now = {"a": reject(("spec.x|y", "Invalid")), "b": ACCEPT}
    found = differences("verdicts", cases[:3], dict.fromkeys("abc", ACCEPT), now)
    assert found == [Difference("a", "Pod", "accept", "reject spec.x|y Invalid")]
    assert table(found, "1.37", "1.38") == [
        "| case | kind | 1.37 | 1.38 |",
        "| --- | --- | --- | --- |",
        "| a | Pod | accept | reject spec.x\\|y Invalid |",
    ]


def test_the_first_round_that_differs_is_named() -> None:
    before = {"rounds": [{"round": 0, "pods": {"r1": 1}}, {"round": 1, "pods": {"r1": 2}}]}
    now = {"rounds": [{"round": 0, "pods": {"r1": 1}}, {"round": 1, "pods": {"r1": 3}}]}
    (found,) = differences("rollouts", [scenario()], {"s": before}, {"s": now})
    assert found.now == "round 1: pods {'r1': 2} → {'r1': 3}"
    (found,) = differences("rollouts", [scenario()], {"s": before}, {"s": {"rounds": before["rounds"][:1]}})
    assert found.now == "2 rounds → 1 rounds"
