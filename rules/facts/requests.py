"""The resource metrics that an autoscaler measures against requests, and which requests it lacks."""

from __future__ import annotations

from linter.engine.filing import pod_template
from linter.light_typing import NamedTuple
from linter.rules.facts.autoscalers import is_horizontal, scalers
from linter.rules.facts.manifests import dig, items, text
from linter.rules.facts.pods import running_containers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.inventory import Inventory
    from linter.engine.rule import Context
    from linter.loading.resource import Resource
    from linter.path import FieldPath


class Utilization(NamedTuple):
    """A metric whose target is a percentage of what the containers request."""

    resource: str
    """`cpu`, `memory` …"""
    container: str | None
    """The one container it is about; None for the whole pod."""


def utilizations(autoscaler: Resource) -> Iterator[Utilization]:
    """Yield the metrics of a HorizontalPodAutoscaler that need requests. Without any metric it measures the CPU."""
    metrics = list(items(autoscaler.manifest, "spec", "metrics"))
    if not metrics:
        # So does autoscaling/v1, which knows no other metric.
        yield Utilization("cpu", None)
    for _, metric in metrics:
        for kind, field in (("Resource", "resource"), ("ContainerResource", "containerResource")):
            if metric.get("type") == kind and text(metric, field, "target", "type") == "Utilization":
                container = text(metric, field, "container") if field == "containerResource" else None
                yield Utilization(text(metric, field, "name"), container)


def requests(spec: object, resource: str) -> bool:
    """Tell whether a container (or a pod) requests a resource. A limit stands in for a missing request."""
    return any(dig(spec, "resources", field, resource) is not None for field in ("requests", "limits"))


class MissingRequest(NamedTuple):
    """A container without the request that an autoscaler measures against."""

    autoscaler: Resource
    container: str
    resource: str
    path: FieldPath
    """Where the request has to be."""


def missing_requests(workload: Resource, context: Context) -> Iterator[MissingRequest]:
    """Yield what the autoscalers of a workload lack: for each container and resource once."""
    autoscalers = [scaler for scaler in scalers(context.inventory, workload) if is_horizontal(scaler)]
    if not autoscalers:
        return
    pod = dig(pod_template(workload), "spec")
    seen = set()
    for autoscaler in autoscalers:
        for metric in utilizations(autoscaler):
            if requests(pod, metric.resource) or _has_default(context.inventory, workload, metric.resource):
                continue
            for container in running_containers(workload):
                path = (*container.path, "resources", "requests", metric.resource)
                measured = metric.container is None or metric.container == container.name
                if measured and not requests(container.spec, metric.resource) and path not in seen:
                    seen.add(path)
                    yield MissingRequest(autoscaler, container.name, metric.resource, path)


def _has_default(inventory: Inventory, workload: Resource, resource: str) -> bool:
    """Tell whether a LimitRange of the namespace gives containers a request."""
    return any(
        dig(limit, field, resource) is not None
        for limit_range in inventory.of_kind("LimitRange", workload.namespace)
        for _, limit in items(limit_range.manifest, "spec", "limits")
        for field in ("defaultRequest", "default")
    )
