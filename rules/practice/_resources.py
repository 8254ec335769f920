"""Requests and limits of containers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.engine.rule import Key, Problem

from ._pods import all_containers, pod_spec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from linter.loading.resource import Resource


def missing_requirements(resource: Resource, name: str, asked: Mapping[str, bool]) -> Iterator[Problem]:
    """Yield a problem for each container that lacks a request, or a limit where that is asked for.

    Args:
        resource: The workload.
        name: The resource: cpu, memory, ephemeral-storage.
        asked: Whether `limits` are asked for, too.
    """
    pod = pod_spec(resource)
    whole = pod.get("resources") or {}
    for container in all_containers(resource):
        own = container.spec.get("resources") or {}
        limits = {**(whole.get("limits") or {}), **(own.get("limits") or {})}
        # A limit alone is a request of the same size.
        requests = {**limits, **(whole.get("requests") or {}), **(own.get("requests") or {})}
        missing = [] if name in requests else ["requests"]
        if asked["limits"] and name not in limits:
            missing.append("limits")
        if missing:
            what = " and ".join(f"{each}.{name}" for each in missing)
            yield Problem(
                (*container.path, "resources", missing[0], Key(name)),
                f"Container {container.spec.get('name')} does not say resources.{what}.",
            )
