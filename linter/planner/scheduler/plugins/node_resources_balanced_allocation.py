"""NodeResourcesBalancedAllocation: a node is better whose cpu and memory are used to like shares.

Source: https://kubernetes.io/docs/reference/scheduling/config/#scheduling-plugins
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linter.planner.scheduler.node_info import NodeInfo
    from linter.planner.scheduler.pod_info import PodInfo


def score(pod: PodInfo, info: NodeInfo) -> int:
    """Rate how a pod would change the balance of a node: 50 to 100; 0 for pods without requests."""
    allocatable = info.node.allocatable
    cpu, memory = pod.requests.get("cpu", 0), pod.requests.get("memory", 0)
    if allocatable is None or not (cpu or memory):
        return 0
    used_cpu, used_memory = info.requested.get("cpu", 0), info.requested.get("memory", 0)
    all_cpu, all_memory = allocatable.get("cpu", 0), allocatable.get("memory", 0)
    after = _balance(used_cpu + cpu, all_cpu, used_memory + memory, all_memory)
    before = _balance(used_cpu, all_cpu, used_memory, all_memory)
    return 50 + _halved(50 + after - before)


def _balance(cpu: int, all_cpu: int, memory: int, all_memory: int) -> int:
    if not all_cpu or not all_memory:
        return 100
    deviation = abs(min(cpu / all_cpu, 1.0) - min(memory / all_memory, 1.0)) / 2
    return int((1 - deviation) * 100)


def _halved(value: int) -> int:
    return value // 2 if value >= 0 else -(-value // 2)
