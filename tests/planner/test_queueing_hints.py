"""After which changes the scheduler tries a pod again, by the plugin that has refused it."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from linter.planner.model import Node, ObjectId, Pods, PodState, Revision
from linter.planner.scheduler.cluster_events import (
    ClusterEvent,
    NodeAdded,
    NodeDeleted,
    NodeUpdated,
    PodAdded,
    PodDeleted,
    PodsByNode,
    node_events,
    pod_events,
)
from linter.planner.scheduler.pod_info import PodInfo
from linter.planner.scheduler.queueing_hints import may_help
from linter.planner.scheduler.scheduling_queue import Line, SchedulingQueue, Waiting, in_order
from linter.planner.scheduler.status import Plugin

TAINT = {"key": "dedicated", "value": "db", "effect": "NoSchedule"}
WEB = {"matchLabels": {"app": "web"}}


def pod(app: str = "web", namespace: str = "default", claims: tuple[str, ...] = (), **spec: Any) -> PodInfo:
    return PodInfo(namespace, {"app": app}, spec, claims=claims)


def container(cpu: str = "1", **port: Any) -> list[dict[str, Any]]:
    return [{"resources": {"requests": {"cpu": cpu}}, "ports": [port] if port else []}]


def near(kind: str, key: str = "zone") -> dict[str, Any]:
    term = {"topologyKey": key, "labelSelector": WEB}
    return {"affinity": {kind: {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}}


def node(cpu: int = 1000, *, taints: tuple[Any, ...] = (), cordoned: bool = False, **labels: str) -> Node:
    return Node("n", labels, taints, cordoned, {"cpu": cpu, "pods": 10})


SSD: dict[str, Any] = {"nodeSelector": {"disk": "ssd"}}
SPREAD: dict[str, Any] = {"topologySpreadConstraints": [{"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule", "labelSelector": WEB}]}  # fmt: skip
PORT: dict[str, Any] = {"containers": container(hostPort=80, containerPort=80)}

HELPED = [
    (Plugin.NODE_RESOURCES_FIT, pod(containers=container()), PodDeleted(pod("other"))),
    (Plugin.NODE_RESOURCES_FIT, pod(containers=container()), NodeAdded(node())),
    (Plugin.NODE_RESOURCES_FIT, pod(containers=container()), NodeUpdated(node(500), node())),
    (Plugin.NODE_AFFINITY, pod(**SSD), NodeAdded(node(disk="ssd"))),
    (Plugin.NODE_AFFINITY, pod(**SSD), NodeUpdated(node(), node(disk="ssd"))),
    (Plugin.TAINT_TOLERATION, pod(), NodeUpdated(node(taints=(TAINT,)), node())),
    (Plugin.TAINT_TOLERATION, pod(), NodeAdded(node())),
    (Plugin.NODE_UNSCHEDULABLE, pod(), NodeUpdated(node(cordoned=True), node())),
    (Plugin.NODE_PORTS, pod(**PORT), PodDeleted(pod(**PORT))),
    (Plugin.NODE_PORTS, pod(**PORT), NodeAdded(node())),
    (Plugin.INTER_POD_AFFINITY, pod(**near("podAffinity")), PodAdded(pod())),
    (Plugin.INTER_POD_AFFINITY, pod(**near("podAntiAffinity")), PodDeleted(pod())),
    (Plugin.INTER_POD_AFFINITY, pod(), PodDeleted(pod("other", **near("podAntiAffinity")))),
    (Plugin.INTER_POD_AFFINITY, pod(**near("podAntiAffinity")), NodeAdded(node())),
    (Plugin.INTER_POD_AFFINITY, pod(**near("podAffinity")), NodeAdded(node(zone="a"))),
    (Plugin.INTER_POD_AFFINITY, pod(**near("podAffinity")), NodeUpdated(node(), node(zone="a"))),
    (Plugin.INTER_POD_AFFINITY, pod(**near("podAntiAffinity")), NodeUpdated(node(zone="a"), node())),
    (Plugin.POD_TOPOLOGY_SPREAD, pod(**SPREAD), PodAdded(pod())),
    (Plugin.POD_TOPOLOGY_SPREAD, pod(**SPREAD), PodDeleted(pod())),
    (Plugin.POD_TOPOLOGY_SPREAD, pod(**SPREAD), NodeAdded(node(zone="a"))),
    (Plugin.POD_TOPOLOGY_SPREAD, pod(**SPREAD), NodeDeleted(node(zone="a"))),
    (Plugin.POD_TOPOLOGY_SPREAD, pod(**SPREAD), NodeUpdated(node(), node(zone="a"))),
    (Plugin.POD_TOPOLOGY_SPREAD, pod(**SPREAD), NodeUpdated(node(zone="a"), node(zone="b"))),
    (Plugin.POD_TOPOLOGY_SPREAD, pod(**SPREAD), NodeUpdated(node(zone="a"), node(zone="a", taints=(TAINT,)))),
    (Plugin.VOLUME_BINDING, pod(), NodeUpdated(node(), node(zone="a"))),
    (Plugin.VOLUME_ZONE, pod(), NodeAdded(node())),
    (Plugin.VOLUME_RESTRICTIONS, pod(claims=("data",)), PodDeleted(pod(claims=("data",)))),
    (Plugin.VOLUME_RESTRICTIONS, pod(claims=("data",)), NodeAdded(node())),
]

NOT_HELPED = [
    (Plugin.NODE_RESOURCES_FIT, pod(containers=container("2")), NodeAdded(node())),
    (Plugin.NODE_RESOURCES_FIT, pod(containers=container()), NodeUpdated(node(cordoned=True), node())),
    (Plugin.NODE_RESOURCES_FIT, pod(containers=container()), PodAdded(pod())),
    (Plugin.NODE_RESOURCES_FIT, pod(containers=container()), NodeDeleted(node())),
    (Plugin.NODE_AFFINITY, pod(**SSD), NodeAdded(node(disk="hdd"))),
    (Plugin.NODE_AFFINITY, pod(**SSD), NodeUpdated(node(disk="ssd"), node(2000, disk="ssd"))),
    (Plugin.NODE_AFFINITY, pod(**SSD), PodDeleted(pod())),
    (Plugin.TAINT_TOLERATION, pod(), NodeUpdated(node(cordoned=True), node())),
    (Plugin.TAINT_TOLERATION, pod(), NodeAdded(node(taints=(TAINT,)))),
    (Plugin.NODE_UNSCHEDULABLE, pod(), NodeUpdated(node(), node(cordoned=True))),
    (Plugin.NODE_PORTS, pod(**PORT), PodDeleted(pod(containers=container(hostPort=81)))),
    (Plugin.NODE_PORTS, pod(**PORT), NodeUpdated(node(), node(2000))),
    (Plugin.INTER_POD_AFFINITY, pod(**near("podAffinity")), PodAdded(pod("other"))),
    (Plugin.INTER_POD_AFFINITY, pod(**near("podAffinity")), NodeAdded(node())),
    (Plugin.INTER_POD_AFFINITY, pod(**near("podAntiAffinity")), PodAdded(pod())),
    (Plugin.INTER_POD_AFFINITY, pod(**near("podAntiAffinity")), NodeDeleted(node(zone="a"))),
    (Plugin.POD_TOPOLOGY_SPREAD, pod(**SPREAD), PodDeleted(pod("other"))),
    (Plugin.POD_TOPOLOGY_SPREAD, pod(**SPREAD), PodDeleted(pod(namespace="other"))),
    (Plugin.POD_TOPOLOGY_SPREAD, pod(**SPREAD), NodeAdded(node())),
    (Plugin.POD_TOPOLOGY_SPREAD, pod(**SPREAD), NodeUpdated(node(zone="a", cordoned=True), node(zone="a"))),
    (Plugin.VOLUME_BINDING, pod(), NodeUpdated(node(cordoned=True), node())),
    (Plugin.VOLUME_RESTRICTIONS, pod(claims=("data",)), PodDeleted(pod(claims=("logs",)))),
]


@pytest.mark.parametrize(
    ("plugin", "waiting", "event", "helps"),
    [*((*each, True) for each in HELPED), *((*each, False) for each in NOT_HELPED)],
)
def test_hints(plugin: Plugin, waiting: PodInfo, event: ClusterEvent, helps: bool) -> None:  # noqa: FBT001  parametrised
    assert may_help(plugin, waiting, event) is helps


def test_every_plugin_is_held_to_both() -> None:
    assert {each[0] for each in HELPED} == set(Plugin)
    assert {each[0] for each in NOT_HELPED} == set(Plugin) - {Plugin.VOLUME_ZONE}


def test_what_has_happened_is_told_from_before_and_after() -> None:
    small, large = node(), node(2000)
    one, two = pod(), pod()
    assert list(node_events({"a": small, "b": small}, {"a": large, "c": small})) == [
        NodeUpdated(small, large),
        NodeAdded(small),
        NodeDeleted(small),
    ]
    before: PodsByNode = {"a": Counter({one: 2}), "b": Counter({two: 1})}
    assert list(pod_events(before, {"a": Counter({one: 1, two: 1})})) == [
        PodDeleted(one),
        PodAdded(two),
        PodDeleted(two),
    ]


def test_pods_are_tried_when_they_are_new_or_helped() -> None:
    queue = SchedulingQueue()
    web = pod(containers=container())
    workload: Any = SimpleNamespace(id=ObjectId("Deployment", "default", "web"))

    def take(number: int, handle: str = "first") -> Line:
        pods = Pods(Revision({}, "r1", 1), None, PodState.UNSCHEDULED, number, handle)
        (line,) = queue.take([(workload, web, pods)])
        return line

    def shown(line: Line) -> list[tuple[int, bool]]:
        return [(each.number, each.due) for each in line.waiting]

    line = take(3)
    assert shown(line) == [(3, True)]
    refused = Waiting(3, due=False, text="no room", rejectors=frozenset({Plugin.NODE_RESOURCES_FIT}))
    queue.put(line, [refused])
    queue.notice([PodAdded(pod("other"))])
    line = take(4)
    assert shown(line) == [(3, False), (1, True)]
    queue.put(line, [refused])
    queue.notice([PodDeleted(pod("other"))])
    assert queue.texts() == {workload.id: ("no room",)}
    # Of those that are gone the youngest were.
    line = take(1)
    assert shown(line) == [(1, True)]
    queue.put(line, [refused])
    # Pods that are made anew are others.
    assert shown(take(1, "second")) == [(1, True)]


def test_the_queue_is_in_the_order_of_priority_and_of_the_last_try() -> None:
    queue = SchedulingQueue()
    workload: Any = SimpleNamespace(id=ObjectId("Deployment", "default", "web"))
    low, high = PodInfo("default", {}, {}), PodInfo("default", {}, {}, priority=1)

    def take(*handles: str) -> list[Line]:
        return queue.take(
            (
                workload,
                high if handle == "high" else low,
                Pods(Revision({}, "r1", 1), None, PodState.UNSCHEDULED, 1, handle),
            )
            for handle in handles
        )

    def order(lines: list[Line]) -> list[str]:
        return [line.pods.handle for line, _ in in_order(lines)]

    lines = take("new")
    queue.put(lines[0], lines[0].waiting)
    # The ReplicaSet that comes first has got another pod since.
    lines = take("old", "new", "high")
    assert order(lines) == ["high", "new", "old"]
    for line in lines:
        tried = line.pods.handle == "new"
        queue.put(line, [each._replace(since=queue.now()) if tried else each for each in line.waiting])
    assert order(take("old", "new", "high")) == ["high", "old", "new"]


def test_pods_are_tried_when_one_is_gone_that_a_node_was_cleared_for() -> None:
    queue = SchedulingQueue()
    workload: Any = SimpleNamespace(id=ObjectId("Deployment", "default", "web"))
    rejectors = frozenset({Plugin.NODE_RESOURCES_FIT})

    def wanting(priority: int) -> PodInfo:
        return PodInfo("default", {}, {"containers": container()}, priority=priority)

    def found(pod: PodInfo, number: int = 1) -> tuple[Any, PodInfo, Pods]:
        return workload, pod, Pods(Revision({}, "r1", 1), None, PodState.UNSCHEDULED, number, pod)

    more, cleared, as_much = wanting(20), wanting(10), wanting(10)
    for line in queue.take([found(more), found(cleared, 2), found(as_much)]):
        nominated = "node-a" if line.pod is cleared else None
        (each,) = line.waiting
        queue.put(line, [each._replace(due=False, rejectors=rejectors, nominated=nominated)])
    lines = queue.take([found(more), found(cleared, 1), found(as_much)])
    due = {line.pod: [each.due for each in line.waiting] for line in lines}
    # Pods of higher priority have not heeded the room that was kept for it.
    assert due == {more: [False], cleared: [True], as_much: [True]}
