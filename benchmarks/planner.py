"""How long plans of large workloads take, with what they need for text: `python benchmarks/planner.py [PODS …]`.

Each plan runs in a process of its own, so that its peak of memory is its own, too. Seconds are those of the processor.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.planner.report.plan import Plan

Manifest = dict[str, Any]

DEFAULT = (5_000, 1_000, 100_000)


def workload(kind: str, **spec: Any) -> Manifest:
    """Return a manifest with one container."""
    container = {
        "name": "app",
        "image": "app:1",
        "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}},
    }
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container]}}
    spec = {"selector": {"matchLabels": {"app": "web"}}, "template": template, **spec}
    if kind == "StatefulSet":
        spec["serviceName"] = "web"
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "web"}, "spec": spec}


def rolling(kind: str, **numbers: int | str) -> Manifest:
    """Return a spec's update strategy."""
    field = "strategy" if kind == "Deployment" else "updateStrategy"
    return {field: {"type": "RollingUpdate", "rollingUpdate": numbers}}


def deployment(pods: int, surge: int | str, unavailable: int | str) -> Callable[[], Plan]:
    """Return an update of a Deployment."""
    numbers = rolling("Deployment", maxSurge=surge, maxUnavailable=unavailable)
    return lambda: _set_image(workload("Deployment", replicas=pods, **numbers))


def statefulset(pods: int, policy: str) -> Callable[[], Plan]:
    """Return an update of a StatefulSet."""
    return lambda: _set_image(workload("StatefulSet", replicas=pods, podManagementPolicy=policy))


def daemonset(nodes: int, surge: int | str, unavailable: int | str) -> Callable[[], Plan]:
    """Return an update of a DaemonSet."""
    numbers = rolling("DaemonSet", maxSurge=surge, maxUnavailable=unavailable)
    known = [{"name": f"node-{number}"} for number in range(nodes)]
    return lambda: _set_image(workload("DaemonSet", **numbers), known)


def drain(workloads: int, pods: int, count: int, drained: int) -> Callable[[], Plan]:
    """Return a drain of some nodes, one after another, below Deployments that have a budget each."""
    import linter
    from linter.planner.options import Options

    manifests = []
    for number in range(workloads):
        name = f"web-{number}"
        manifest = workload("Deployment", replicas=pods // workloads, selector={"matchLabels": {"app": name}})
        manifest["metadata"]["name"] = name
        manifest["spec"]["template"]["metadata"]["labels"]["app"] = name
        budget = {"maxUnavailable": 1, "selector": {"matchLabels": {"app": name}}}
        manifests.append(manifest)
        manifests.append(
            {
                "apiVersion": "policy/v1",
                "kind": "PodDisruptionBudget",
                "metadata": {"name": name},
                "spec": budget,
            }
        )
    nodes = [{"name": f"node-{number:03}", "allocatable": {"cpu": "64"}} for number in range(count)]
    names = [each["name"] for each in nodes[:drained]]
    return lambda: linter.plan("drain", manifests, nodes=names, options=Options(nodes=nodes))


def scheduled(pods: int, kind: str = "Deployment", **spec: Any) -> Callable[[], Plan]:
    """Return an update on a node for each ten pods, of three sizes and in three zones."""
    zones, sizes = "abc", ("2", "4", "8")
    nodes = [
        {
            "name": f"node-{number:05}",
            "labels": {"topology.kubernetes.io/zone": zones[number % 3]},
            "allocatable": {"cpu": sizes[number // 3 % 3], "memory": "16Gi"},
        }
        for number in range(max(1, pods // 10))
    ]
    return lambda: _set_image(workload(kind, replicas=pods, **spec), nodes)


def _set_image(manifest: Manifest, nodes: Any = None) -> Plan:
    import linter
    from linter.planner.options import Options

    return linter.plan("set-image", [manifest], images={"app": "app:2"}, options=Options(nodes=nodes))


CASES: dict[str, Callable[[int], Callable[[], Plan]]] = {
    "Deployment 25%/25%": lambda pods: deployment(pods, "25%", "25%"),
    "Deployment 1/0": lambda pods: deployment(pods, 1, 0),
    "StatefulSet OrderedReady": lambda pods: statefulset(pods, "OrderedReady"),
    "StatefulSet Parallel": lambda pods: statefulset(pods, "Parallel"),
    "DaemonSet maxUnavailable 25%": lambda pods: daemonset(pods, 0, "25%"),
    "DaemonSet maxUnavailable 1": lambda pods: daemonset(pods, 0, 1),
    "DaemonSet maxSurge 1": lambda pods: daemonset(pods, 1, 0),
    "Deployment, scheduled": scheduled,
    "StatefulSet Parallel, scheduled": lambda pods: scheduled(
        pods, "StatefulSet", podManagementPolicy="Parallel"
    ),
    "drain of 100 nodes of 120": lambda pods: drain(10, min(pods, 1_000), 120, 100),
    "drain of 100 nodes of 500": lambda pods: drain(100, min(pods, 5_000), 500, 100),
}


def measure(case: str, pods: int) -> None:
    """Plan, print a row of the table."""
    from linter.output.plan_text import render

    make = CASES[case](pods)
    start = time.process_time()
    plan = make()
    planned = time.process_time() - start
    lines = render(plan).count("\n")
    whole = time.process_time() - start
    steps = len(plan.workloads[0].steps)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{case:<30} {pods:>8,} {steps:>9,} {planned:>8.2f} {whole:>8.2f} {megabytes:>8.0f} {lines:>6}",
        flush=True,
    )


def main(sizes: tuple[int, ...]) -> None:
    """Print the table."""
    print(f"{'update':<30} {'pods':>8} {'steps':>9} {'plan s':>8} {'+text s':>8} {'MB':>8} {'lines':>6}")
    for pods in sizes:
        for case in CASES:
            process = multiprocessing.Process(target=measure, args=(case, pods))
            process.start()
            process.join()


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])) or DEFAULT)
