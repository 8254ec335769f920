"""Leaps change nothing: what is leapt over and what is played come to the same plan, byte by byte."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linter.output import plan_json, plan_text
from linter.planner.controllers.daemonset import crowd
from linter.planner.controllers.daemonset.pods import PodsByNode
from linter.planner.errors import SimulationLimitError
from linter.planner.journal import Journal
from linter.planner.leap import leaper
from linter.planner.leap.growing import Growing, Horizon
from linter.planner.leap.names import NO_NAMES
from linter.planner.leap.progression import NotAlikeError, Progression, Stretch, extrapolate
from linter.planner.options import Options
from linter.planner.plan import scenario
from linter.planner.scenario import parse_scenario
from linter.planner.simulate import Simulation

Make = Any

SMALL = settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])

amounts = st.one_of(st.sampled_from([0, 1, 2, 3, "10%", "25%", "100%"]), st.integers(0, 30))
sizes = st.sampled_from([1, 9, 20, 32])
operations = st.lists(
    st.builds(
        lambda what, after: what if after is None else {**what, "after": after},
        st.one_of(
            st.sampled_from(["app:2", "app:3", "bad:1"]).map(
                lambda image: {"op": "set-image", "image": image}
            ),
            st.sampled_from(["undo", "restart", "delete-pod", "unready-pod"]).map(lambda verb: {"op": verb}),
            st.sampled_from([0, 17, 30]).map(lambda number: {"op": "scale", "replicas": number}),
        ),
        st.sampled_from([None, None, 0, 1, 7, 30]),
    ),
    min_size=1,
    max_size=3,
)
budgets = st.sampled_from([None, {"minAvailable": 1}, {"minAvailable": "30%"}, {"maxUnavailable": "10%"}])
readiness = st.sampled_from(["together", "one-by-one"])


def leapt_and_played(
    manifest: Any, operations: Any, budget: Any = None, *, baseline: int = 0, fewest: int = 32, **fields: Any
) -> tuple[str, str]:
    """Return all that is written of a plan with leaps, and of the same without.

    Args:
        manifest: The workload.
        operations: What is done after it has been applied.
        budget: The spec of a budget, if there is one.
        baseline: How many operations bring about what is there when the plan begins.
        fewest: How many pods of a DaemonSet are dealt with together at least where there are leaps.
        fields: What else the scenario says.
    """
    data = {
        "kind": manifest["kind"],
        "operations": [{"op": "apply", "manifests": [manifest]}, *operations],
        "failing_images": ["bad:1"],
        **fields,
    }
    if budget is not None:
        selector = {"matchLabels": {"app": "web"}}
        metadata = {"name": "web"}
        kind = {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget"}
        data["objects"] = [{**kind, "metadata": metadata, "spec": {**budget, "selector": selector}}]
    written = []
    parsed = parse_scenario(data)._replace(baseline=baseline)
    for play, together in (
        (Simulation.play, fewest),
        (lambda simulation: tuple(simulation.rounds()), 1_000),
    ):
        # Looked for early, so that small workloads have leaps, too.
        with (
            mock.patch.object(Simulation, "play", play),
            mock.patch.object(leaper, "FIRST_LOOK", 6),
            mock.patch.object(leaper, "FEWEST_TIMES", 1),
            mock.patch.object(crowd, "FEWEST", together),
        ):
            plan = scenario(parsed, Options(max_rounds=400, pod_startup=0.1))
            texts = [plan_text.render(plan, all_steps=all_steps) for all_steps in (False, True)]
            written.append("\n".join([*texts, plan_json.render(plan)]))
    return written[0], written[1]


@SMALL
@given(
    replicas=sizes, surge=amounts, unavailable=amounts, wait=st.sampled_from([0, 10]), operations=operations,
    budget=budgets, mode=readiness,
)  # fmt: skip
def test_deployments(
    workload: Make, replicas: int, surge: Any, unavailable: Any, wait: int, operations: Any, budget: Any,
    mode: str,
) -> None:  # fmt: skip
    numbers = {"maxSurge": surge, "maxUnavailable": unavailable}
    manifest = workload(
        "Deployment", replicas=replicas, minReadySeconds=wait, strategy={"rollingUpdate": numbers}
    )
    leapt, played = leapt_and_played(manifest, operations, budget, readiness=mode)
    assert leapt == played


@SMALL
@given(replicas=sizes, operations=operations)
def test_replicasets(workload: Make, replicas: int, operations: Any) -> None:
    manifest = workload("ReplicaSet", replicas=replicas)
    leapt, played = leapt_and_played(manifest, operations, readiness="one-by-one")
    assert leapt == played


@SMALL
@given(
    replicas=sizes, start=st.sampled_from([0, 5]), partition=st.sampled_from([None, 0, 3, 20]),
    unavailable=st.sampled_from([None, 1, 3, "30%"]), policy=st.sampled_from(["OrderedReady", "Parallel"]),
    claims=st.booleans(), wait=st.sampled_from([0, 10]), operations=operations, budget=budgets, mode=readiness,
)  # fmt: skip
def test_statefulsets(
    workload: Make, replicas: int, start: int, partition: int | None, unavailable: Any, policy: str,
    claims: bool, wait: int, operations: Any, budget: Any, mode: str,  # noqa: FBT001  drawn by name
) -> None:  # fmt: skip
    numbers = {"partition": partition, "maxUnavailable": unavailable}
    rolling = {name: value for name, value in numbers.items() if value is not None}
    requests = {"requests": {"storage": "1Gi"}}
    claim = {"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"], "resources": requests}}
    manifest = workload(
        "StatefulSet",
        replicas=replicas,
        ordinals={"start": start},
        podManagementPolicy=policy,
        minReadySeconds=wait,
        updateStrategy={"type": "RollingUpdate", **({"rollingUpdate": rolling} if rolling else {})},
        persistentVolumeClaimRetentionPolicy={"whenScaled": "Delete"},
        **({"volumeClaimTemplates": [claim]} if claims else {}),
    )
    leapt, played = leapt_and_played(manifest, operations, budget, readiness=mode)
    assert leapt == played


taints = st.sampled_from(["NoSchedule", "NoExecute"]).map(lambda effect: {"key": "a", "effect": effect})
unlike = st.dictionaries(
    st.integers(0, 32),
    st.one_of(
        taints.map(lambda taint: {"taints": [taint]}),
        st.just({"conditions": [{"type": "Ready", "status": "Unknown"}]}),
    ),
    max_size=3,
)


@SMALL
@given(
    count=sizes, different=unlike, unavailable=amounts, surge=amounts, wait=st.sampled_from([0, 10]),
    operations=operations, budget=budgets, mode=readiness, baseline=st.sampled_from([0, 1]),
    fewest=st.sampled_from([1, 3, 32]),
)  # fmt: skip
def test_daemonsets(
    workload: Make, count: int, different: Any, unavailable: Any, surge: Any, wait: int, operations: Any,
    budget: Any, mode: str, baseline: int, fewest: int,
) -> None:  # fmt: skip
    nodes = [{"name": f"node-{number}", **different.get(number, {})} for number in range(count)]
    numbers = {"maxSurge": surge, "maxUnavailable": 0} if surge else {"maxUnavailable": unavailable or 1}
    manifest = workload(
        "DaemonSet",
        minReadySeconds=wait,
        updateStrategy={"type": "RollingUpdate", "rollingUpdate": numbers},
    )
    leapt, played = leapt_and_played(
        manifest, operations, budget, readiness=mode, nodes=nodes, baseline=baseline, fewest=fewest
    )
    assert leapt == played


def rounds_played(manifest: Any, **fields: Any) -> int:
    """Return how many rounds an update one by one takes that are not leapt over."""
    data = {
        "kind": manifest["kind"],
        "operations": [
            {"op": "apply", "manifests": [manifest]},
            {"op": "set-image", "image": "app:2"},
        ],
        **fields,
    }
    options = Options()
    parsed = parse_scenario(data)._replace(baseline=1)
    with mock.patch.object(
        Simulation, "_write_down", autospec=True, side_effect=Simulation._write_down
    ) as write:
        plan = scenario(parsed, options)
    (workload,) = plan.workloads
    assert workload.summary.completes
    pods = manifest["spec"].get("replicas") or len(fields["nodes"])
    assert workload.summary.waves == pods
    return int(write.call_count)


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet"])
def test_2_000_pods_cost_no_more_rounds_than_200(workload: Make, kind: str) -> None:
    counts = []
    for number in (200, 2_000):
        match kind:
            case "Deployment":
                numbers = {"maxSurge": 1, "maxUnavailable": 0}
                manifest = workload(kind, replicas=number, strategy={"rollingUpdate": numbers})
                counts.append(rounds_played(manifest))
            case "StatefulSet":
                counts.append(rounds_played(workload(kind, replicas=number)))
            case "DaemonSet":
                nodes = [{"name": f"node-{each}"} for each in range(number)]
                counts.append(rounds_played(workload(kind), nodes=nodes))
    assert counts[0] == counts[1] < 120


@pytest.mark.parametrize("numbers", [{"maxUnavailable": 1}, {"maxSurge": 1, "maxUnavailable": 0}])
def test_a_daemonset_of_2_000_nodes_looks_at_no_more_pods_than_one_of_200(
    workload: Make, numbers: dict[str, int]
) -> None:
    manifest = workload("DaemonSet", updateStrategy={"rollingUpdate": numbers})
    counts = []
    for number in (200, 2_000):
        nodes = [{"name": f"node-{each}"} for each in range(number)]
        with mock.patch.object(PodsByNode, "_touch", autospec=True, side_effect=PodsByNode._touch) as touch:
            rounds_played(manifest, nodes=nodes)
        counts.append(touch.call_count)
    assert counts[0] == counts[1] < 40


def test_many_nodes_of_a_daemonset_that_are_alike_are_dealt_with_together(workload: Make) -> None:
    manifest = workload("DaemonSet", updateStrategy={"rollingUpdate": {"maxUnavailable": "25%"}})
    counts = []
    for number in (200, 2_000):
        nodes = [{"name": f"node-{each}"} for each in range(number)]
        data = {
            "kind": "DaemonSet",
            "operations": [
                {"op": "apply", "manifests": [manifest]},
                {"op": "set-image", "image": "app:2"},
            ],
            "nodes": nodes,
        }
        with (
            mock.patch.object(PodsByNode, "_touch", autospec=True, side_effect=PodsByNode._touch) as touch,
            mock.patch.object(Journal, "record", autospec=True, side_effect=Journal.record) as record,
        ):
            (plan,) = scenario(parse_scenario(data)._replace(baseline=1), Options()).workloads
        counts.append(record.call_count)
        assert touch.call_count == 0
        names = sorted(node["name"] for node in nodes)
        assert [each.target for each in plan.steps if each.action == "delete-pod"] == names
        assert [each.number for each in plan.steps] == [*range(1, len(plan.steps) + 1)]
    assert counts[0] == counts[1] == 25


def test_the_limit_of_rounds_holds(workload: Make) -> None:
    manifest = workload("Deployment", replicas=300, strategy={"rollingUpdate": {"maxSurge": 1}})
    data = {
        "kind": "Deployment",
        "operations": [
            {"op": "apply", "manifests": [manifest]},
            {"op": "set-image", "image": "app:2"},
        ],
        "readiness": "one-by-one",
    }
    with pytest.raises(SimulationLimitError, match="after 100 rounds"):
        scenario(data, Options(max_rounds=100))


# Numbers that grow.


def test_a_number_that_grows_is_an_integer_where_it_does_not() -> None:
    horizon = Horizon()
    up, down = Growing(3, 2, horizon), Growing(10, -2, horizon)
    assert up + down == 13
    assert isinstance(up + down, int)
    assert horizon.cycles > 1_000


@pytest.mark.parametrize(
    ("value", "step", "bound", "cycles"),
    [(0, 1, 5, 4), (0, 2, 5, 2), (9, -3, 5, 1), (6, -1, 5, 0), (0, 5, 5, 0)],
)
def test_a_comparison_says_how_long_it_holds(value: int, step: int, bound: int, cycles: int) -> None:
    horizon = Horizon()
    before = Growing(value, step, horizon) < bound
    assert horizon.cycles == cycles
    later = [value + cycle * step < bound for cycle in range(cycles + 1)]
    assert set(later) == {before}


def test_equality_holds_for_one_cycle() -> None:
    horizon = Horizon()
    assert Growing(5, 1, horizon) == 5
    assert horizon.cycles == 0


def test_what_is_not_linear_is_refused() -> None:
    number = Growing(5, 1, Horizon())
    for ask in (lambda: number // 2, lambda: range(number), lambda: {number}):  # type: ignore[operator,call-overload]  # that they fail is what is tested
        with pytest.raises(TypeError):
            ask()


# Progressions.


def test_extrapolation() -> None:
    assert extrapolate((1, "a", {"b": 4}), (3, "a", {"b": 3}), 2, NO_NAMES) == (7, "a", {"b": 1})
    for before, after in (("a", "b"), (1, None), ((1,), (1, 2)), (False, True)):
        with pytest.raises(NotAlikeError):
            extrapolate(before, after, 1, NO_NAMES)


def test_a_progression_reads_as_if_all_stood_there() -> None:
    items = Progression([0, 1, 2, Stretch([1], [2], 5, NO_NAMES), 9])
    whole = [0, 1, 2, 3, 4, 5, 6, 7, 9]
    assert list(items) == whole
    assert len(items) == len(whole)
    assert [items[index] for index in range(-9, 9)] == [*whole, *whole]
    assert [items[start:stop] for start in range(9) for stop in range(9)] == [
        whole[start:stop] for start in range(9) for stop in range(9)
    ]
    assert list(items[::-2]) == whole[::-2]
    assert list(items.ends()) == [0, 1, 2, 3, 7, 9]
    with pytest.raises(IndexError):
        items[9]
