"""Requests and limits of containers."""

from __future__ import annotations

from linter.engine.rule import Problem
from linter.path import Key
from linter.rules.facts.pods import containers_of
from linter.rules.facts.requests import missing_requests

from ._pods import pod_spec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


def missing_requirements(
    resource: Resource, context: Context, name: str, *, limit: bool
) -> Iterator[Problem]:
    """Yield a problem for each container that lacks a request, or a limit where that is asked for.

    Args:
        resource: The workload.
        context: What else is in the run. A request that `autoscaler-no-requests` (group wiring) misses is left to it.
        name: The resource: cpu, memory, ephemeral-storage.
        limit: Whether a limit is asked for, too.
    """
    # An autoscaler that needs the request is the worse consequence of the same gap.
    reported = {lack.path for lack in missing_requests(resource, context)}
    pod = pod_spec(resource)
    whole = pod.get("resources") or {}
    for container in containers_of(resource):
        own = container.spec.get("resources") or {}
        limits = {**(whole.get("limits") or {}), **(own.get("limits") or {})}
        # A limit alone is a request of the same size.
        requests = {**limits, **(whole.get("requests") or {}), **(own.get("requests") or {})}
        missing = []
        if name not in requests and (*container.path, "resources", "requests", name) not in reported:
            missing.append("requests")
        if limit and name not in limits:
            missing.append("limits")
        if missing:
            what = " and ".join(f"{each}.{name}" for each in missing)
            yield Problem(
                (*container.path, "resources", missing[0], Key(name)),
                f"Container {container.spec.get('name')} does not say resources.{what}.",
            )
