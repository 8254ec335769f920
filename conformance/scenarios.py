"""Play scenarios on a real control plane, round by round."""

from __future__ import annotations

import copy
import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from conformance import kubelet
from conformance.canary import Canary
from conformance.errors import RecordingError
from conformance.operations import add_node, evict, evictable, operate
from conformance.snapshot import snapshot
from conformance.verdicts import failed
from conformance.watcher import Watcher
from conformance.workload import World, is_terminating

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from conformance.client import Client
    from conformance.data import Case, Outcome

ROLLOUT_QUIET: Final = 0.45
"""Seconds without a change after which controllers are at rest."""
CLUSTER_QUIET: Final = 2.5
"""The same where the scheduler takes part, which tries again after a second."""

_AT_ONCE: Final = 4
_MOST_ROUNDS: Final = 80
_NEVER: Final = 1 << 30
_CLEAR_SECONDS: Final = 30.0
_LONGEST_SECONDS: Final = 60.0
_numbers = itertools.count(1)

Round = dict[str, Any]


def record_rollouts(client: Client, cases: Sequence[Case], quiet: float = ROLLOUT_QUIET) -> list[Outcome]:
    """Play scenarios side by side, each in a namespace of its own; those with nodes, which all share, one by one."""
    # The watcher is left first: that ends the scenarios that an interruption finds running.
    with ThreadPoolExecutor(_AT_ONCE) as pool, Watcher(client) as watcher:
        play = _player(client, watcher, quiet)
        alone = [case for case in cases if case.get("nodes")]
        beside = [case for case in cases if not case.get("nodes")]
        played = [*zip(beside, pool.map(play, beside), strict=True), *((case, play(case)) for case in alone)]
    outcomes = {case["name"]: outcome for case, outcome in played}
    return [outcomes[case["name"]] for case in cases]


def record_cluster(client: Client, cases: Sequence[Case], quiet: float = CLUSTER_QUIET) -> list[Outcome]:
    """Play scenarios one by one: all share the nodes."""
    with Watcher(client) as watcher:
        play = _player(client, watcher, quiet)
        return [play(case) for case in cases]


def _player(client: Client, watcher: Watcher, quiet: float) -> Callable[[Case], Outcome]:
    canary = Canary(client)

    def play(case: Case) -> Outcome:
        try:
            return _play(client, watcher, canary, case, quiet)
        except (RecordingError, OSError) as error:
            return failed(str(error))

    return play


def _play(client: Client, watcher: Watcher, canary: Canary, case: Case, quiet: float) -> Outcome:
    world = World(
        client=client,
        watcher=watcher,
        canary=canary,
        namespace=f"scenario-{time.time_ns()}-{next(_numbers)}",
        kind=case["kind"],
        placement=case.get("placement"),
        one_by_one=case["readiness"] == "one-by-one",
        failing_images=set(case.get("failing_images", [])),
    )
    client.call("POST", "/api/v1/namespaces", {"metadata": {"name": world.namespace}})
    try:
        for node in case.get("nodes", []):
            add_node(world, node)
        for manifest in case.get("objects", []):
            _make(world, manifest)
        watcher.wait_for_rest(world.namespace, quiet)
        rounds = []
        for number, state in enumerate(itertools.islice(_rounds(world, case, quiet), _MOST_ROUNDS)):
            rounds.append({"round": number, **state})
        left = {node: len(evictable(world, node)) for node in world.draining}
    finally:
        _clear(world)
    return {"rounds": rounds} | ({"not_drained": left} if any(left.values()) else {})


def _make(world: World, manifest: dict[str, Any]) -> None:
    manifest = copy.deepcopy(manifest)
    if manifest["kind"] == "PriorityClass":
        world.client.ask("POST", world.path("PriorityClass"), manifest)  # another scenario may have made it
    else:
        manifest["metadata"]["namespace"] = world.namespace
        world.client.call("POST", world.path(manifest["kind"]), manifest)


def _rounds(world: World, case: Case, quiet: float) -> Iterator[Round]:
    """Let operations and kubelet steps follow each other until neither has anything left to do."""
    operations = list(case["operations"])
    steps_since: int | None = None  # the first operation does not wait

    def at_rest() -> Round:
        _wait_for_rest(world, quiet)
        return snapshot(world)

    while True:
        is_due = bool(operations) and (
            steps_since is None or operations[0].get("after", _NEVER) <= steps_since
        )
        acted = None if is_due else kubelet.step(world)
        if acted is not None:
            steps_since = (steps_since or 0) + 1
            yield {"kubelet": acted, **at_rest()}
            # A drain goes on after each step, before the next one.
            if world.draining and (done := evict(world))["evicted"]:
                yield {"eviction": done, **at_rest()}
            if acted["ready"] and (seconds := _spec(world).get("minReadySeconds", 0)):
                time.sleep(seconds + 1)
                yield {"kubelet": {"waited": "minReadySeconds"}, **at_rest()}
        elif not is_due and world.draining and (done := evict(world))["evicted"]:
            yield {"eviction": done, **at_rest()}
        elif operations:
            operation, steps_since = operations.pop(0), 0
            result = operate(world, operation)
            yield {"operation": {**operation, **({"result": result} if result else {})}, **at_rest()}
        else:
            break
    if case.get("wait_for_deadline"):
        time.sleep(_spec(world).get("progressDeadlineSeconds", 600) + 3)
        yield {"kubelet": {"waited": "progressDeadlineSeconds"}, **at_rest()}


def _spec(world: World) -> dict[str, Any]:
    spec: dict[str, Any] = world.client.ask("GET", world.workload).body.get("spec", {})
    return spec


def _wait_for_rest(world: World, quiet: float) -> None:
    """Wait until nothing has changed for a while, nor while a change went through the controllers' queues."""
    deadline = time.monotonic() + _LONGEST_SECONDS
    while True:
        world.watcher.wait_for_rest(world.namespace, quiet)
        before = world.watcher.last_change(world.namespace)
        world.canary.wait(world.kind)
        if _is_observed(world) and world.watcher.last_change(world.namespace) == before:
            return
        if time.monotonic() > deadline:
            raise RecordingError("does not come to rest")


def _is_observed(world: World) -> bool:
    """Tell whether the controller has seen the newest spec; one that may not create a ReplicaSet does not write that it has."""
    found = world.client.ask("GET", world.workload)
    if not found.is_success or is_terminating(found.body):
        return True
    conditions = found.body.get("status", {}).get("conditions", [])
    if any(each.get("reason") == "ReplicaSetCreateError" for each in conditions):
        return True
    observed: int = found.body.get("status", {}).get("observedGeneration", 0)
    generation: int = found.body["metadata"].get("generation", 0)
    return observed >= generation


def _clear(world: World) -> None:
    """Remove nodes, namespace and pods.

    No kubelet would end the pods: they would take the next scenario's room, and keep the namespace controller busy.
    """
    for node in world.nodes:
        world.client.ask("DELETE", world.path("Node", node))
    world.client.ask("DELETE", f"/api/v1/namespaces/{world.namespace}")
    deadline = time.monotonic() + _CLEAR_SECONDS
    while (pods := world.items("Pod")) and time.monotonic() < deadline:
        for pod in pods:
            world.client.ask("DELETE", world.path("Pod", pod["metadata"]["name"]), gracePeriodSeconds="0")
        time.sleep(0.2)
