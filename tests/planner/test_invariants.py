"""What holds for every rollout, whatever is done in whatever order."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linter.kube.int_or_percent import resolve
from linter.output.plan_json_rounds import render_rounds
from linter.planner.scenario import parse_scenario
from linter.planner.simulate import Simulation

Make = Any
ANY_WORKLOAD = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

amounts = st.one_of(st.integers(0, 6), st.integers(0, 100).map("{}%".format))
images = st.sampled_from(["app:1", "app:2", "app:3", "bad:1"])
afters: st.SearchStrategy[dict[str, int]] = st.one_of(
    st.just({}), st.integers(0, 3).map(lambda rounds: {"after": rounds})
)


def operation(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(lambda when, what: {**what, **when}, afters, st.fixed_dictionaries(fields))


set_image = operation(op=st.just("set-image"), image=images)
scale = operation(op=st.just("scale"), replicas=st.integers(0, 12))
rollouts = st.lists(st.one_of(set_image, operation(op=st.sampled_from(["undo", "restart"]))), max_size=4)
anything = st.lists(
    st.one_of(
        set_image, scale, operation(op=st.sampled_from(["undo", "restart", "delete-pod", "unready-pod"]))
    ),
    max_size=5,
)
readiness = st.sampled_from(["together", "one-by-one"])


TEMPLATE_CHANGES = {"set-image", "undo", "restart"}


def play(manifest: dict[str, Any], operations: list[dict[str, Any]], **fields: Any) -> list[dict[str, Any]]:
    data = {
        "kind": manifest["kind"],
        "operations": [{"op": "apply", "manifests": [manifest]}, *operations],
        "failing_images": ["bad:1"],
        **fields,
    }
    return list(render_rounds(Simulation(parse_scenario(data), max_rounds=5000).rounds()))


@ANY_WORKLOAD
@given(replicas=st.integers(1, 12), surge=amounts, unavailable=amounts, operations=rollouts, mode=readiness)
def test_a_rolling_update_stays_within_its_numbers(
    workload: Make, replicas: int, surge: Any, unavailable: Any, operations: list[Any], mode: str
) -> None:
    numbers = {"maxSurge": surge, "maxUnavailable": unavailable}
    manifest = workload("Deployment", replicas=replicas, strategy={"rollingUpdate": numbers})
    most = resolve(surge, replicas, round_up=True)
    fewest = min(replicas, resolve(unavailable, replicas, round_up=False))
    if most == fewest == 0:
        fewest = 1
    available = 0
    for each in play(manifest, operations, readiness=mode):
        pods = sum(counts["ready"] + counts["waiting"] for counts in each["pods"].values())
        assert pods <= replicas + most
        # Before they are there for the first time, and where a broken revision was undone, there are fewer.
        assert each["status"]["availableReplicas"] >= min(available, replicas - fewest)
        available = each["status"]["availableReplicas"]


@ANY_WORKLOAD
@given(
    replicas=st.integers(0, 6),
    start=st.integers(0, 3),
    partition=st.integers(0, 6),
    operations=anything,
    mode=readiness,
)
def test_ordered_pods_never_run_ahead(
    workload: Make, replicas: int, start: int, partition: int, operations: list[Any], mode: str
) -> None:
    manifest = workload(
        "StatefulSet",
        replicas=replicas,
        ordinals={"start": start},
        updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"partition": partition}},
    )
    there: set[str] = set()
    for each in play(manifest, operations, readiness=mode):
        names = [pod["name"] for pod in each["pods"]]
        assert len(names) == len(set(names)), "two pods of one ordinal"
        assert len(set(names) - there) <= 1, "one pod at a time"
        for name in set(names) - there:
            lower = [pod for pod in each["pods"] if start <= int(pod["name"][4:]) < int(name[4:])]
            assert all(pod["state"] == "ready" for pod in lower)
            assert len(lower) == int(name[4:]) - start
        there = set(names)


@ANY_WORKLOAD
@given(replicas=st.integers(0, 6), partition=st.integers(0, 6), parallel=st.booleans(), operations=anything)
def test_one_statefulset_pod_is_updated_at_a_time(
    workload: Make,
    replicas: int,
    partition: int,
    parallel: bool,  # noqa: FBT001  drawn by name
    operations: list[Any],
) -> None:
    policy = "Parallel" if parallel else "OrderedReady"
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"partition": partition}}
    manifest = workload("StatefulSet", replicas=replicas, podManagementPolicy=policy, updateStrategy=strategy)
    # A template that changes in the middle of an update begins at the top again, whatever is terminating below.
    images_only = [
        {key: value for key, value in each.items() if key != "after"}
        for each in operations
        if each["op"] in TEMPLATE_CHANGES
    ]
    for each in play(manifest, images_only):
        assert sum(pod["state"] == "terminating" for pod in each["pods"]) <= 1


@ANY_WORKLOAD
@given(
    count=st.integers(1, 8),
    numbers=st.one_of(
        st.integers(1, 4).map(lambda number: {"maxUnavailable": number}),
        st.integers(1, 100).map(lambda number: {"maxUnavailable": f"{number}%"}),
        st.integers(1, 4).map(lambda number: {"maxUnavailable": 0, "maxSurge": number}),
    ),
    operations=st.lists(set_image, max_size=3),
    mode=readiness,
)
def test_daemon_pods_stay_within_their_numbers(
    workload: Make, count: int, numbers: dict[str, Any], operations: list[Any], mode: str
) -> None:
    manifest = workload("DaemonSet", updateStrategy={"type": "RollingUpdate", "rollingUpdate": numbers})
    nodes = [{"name": f"node-{index}"} for index in range(count)]
    unavailable = resolve(numbers["maxUnavailable"], count, round_up=True)
    surge = numbers.get("maxSurge", 0)
    healthy = 0
    for each in play(manifest, operations, nodes=nodes, readiness=mode):
        running = [pod for pod in each["pods"] if pod["state"] != "terminating"]
        assert len(running) <= count + surge
        ready = sum(pod["state"] == "ready" for pod in running)
        assert ready >= min(healthy, count - unavailable)
        healthy = ready


@ANY_WORKLOAD
@given(
    kind=st.sampled_from(["Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"]),
    operations=anything,
    mode=readiness,
    minimum=st.integers(0, 1),
)
def test_every_simulation_comes_to_rest(
    workload: Make, kind: str, operations: list[Any], mode: str, minimum: int
) -> None:
    sized = {} if kind == "DaemonSet" else {"replicas": 4}
    manifest = workload(kind, minReadySeconds=minimum, **sized)
    rounds = play(manifest, operations, readiness=mode, nodes=[{"name": "a"}, {"name": "b"}])
    assert [each["round"] for each in rounds] == list(range(len(rounds)))
    pods = rounds[-1]["pods"]
    terminating = (
        [counts["terminating"] for counts in pods.values()]
        if isinstance(pods, dict)
        else [pod["state"] == "terminating" for pod in pods]
    )
    assert not any(terminating), "at rest nothing is on its way out"


@ANY_WORKLOAD
@given(operations=anything)
def test_the_same_scenario_gives_the_same_rounds(workload: Make, operations: list[Any]) -> None:
    manifest = workload("Deployment", replicas=5)
    assert play(manifest, operations) == play(manifest, operations)
