"""Leaps change nothing: what is leapt over and what is played come to the same plan, byte by byte."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linter.output import plan_json, plan_text
from linter.planner.errors import SimulationLimitError
from linter.planner.leap import leaper
from linter.planner.leap.growing import Growing, Horizon
from linter.planner.leap.progression import NO_NAMES, NotAlikeError, Progression, Stretch, extrapolate
from linter.planner.options import Options
from linter.planner.plan import scenario
from linter.planner.simulate import Simulation

Make = Any

SMALL = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])

amounts = st.one_of(st.sampled_from([0, 1, 2, 3, "10%", "25%", "100%"]), st.integers(0, 30))
sizes = st.sampled_from([1, 9, 20, 33, 60])
operations = st.lists(
    st.builds(
        lambda what, after: what if after is None else {**what, "after": after},
        st.one_of(
            st.sampled_from(["app:2", "app:3", "bad:1"]).map(
                lambda image: {"op": "set-image", "image": image}
            ),
            st.sampled_from(["undo", "restart", "delete-pod", "unready-pod"]).map(lambda verb: {"op": verb}),
            st.sampled_from([0, 17, 40]).map(lambda number: {"op": "scale", "replicas": number}),
        ),
        st.sampled_from([None, None, 0, 1, 7, 30]),
    ),
    min_size=1,
    max_size=3,
)
budgets = st.sampled_from([None, {"minAvailable": 1}, {"minAvailable": "30%"}, {"maxUnavailable": "10%"}])
readiness = st.sampled_from(["together", "one-by-one"])


def leapt_and_played(manifest: Any, operations: Any, budget: Any = None, **fields: Any) -> tuple[str, str]:
    """Return all that is written of a plan with leaps, and of the same without."""
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
    for play in (Simulation.play, lambda simulation: tuple(simulation.rounds())):
        # Looked for early, so that small workloads have leaps, too.
        with (
            mock.patch.object(Simulation, "play", play),
            mock.patch.object(leaper, "FIRST_LOOK", 6),
            mock.patch.object(leaper, "FEWEST_TIMES", 1),
        ):
            plan = scenario(data, Options(max_rounds=1_000, pod_startup=0.1))
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


def rounds_played(manifest: Any, **fields: Any) -> int:
    """Return how many rounds a change of the image takes that are not leapt over."""
    data = {
        "kind": manifest["kind"],
        "operations": [
            {"op": "apply", "manifests": [manifest]},
            {"op": "set-image", "image": "app:2"},
        ],
        **fields,
    }
    with mock.patch.object(
        Simulation, "_write_down", autospec=True, side_effect=Simulation._write_down
    ) as write:
        plan = scenario(data)
    (workload,) = plan.workloads
    assert workload.summary.completes
    assert workload.summary.waves > manifest["spec"].get("replicas", 0)
    return int(write.call_count)


def test_100_000_pods_cost_no_more_than_300(workload: Make) -> None:
    numbers = {"maxSurge": 1, "maxUnavailable": 0}
    few, many = (
        workload("Deployment", replicas=replicas, strategy={"rollingUpdate": numbers})
        for replicas in (300, 100_000)
    )
    assert rounds_played(few) == rounds_played(many) < 120


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
