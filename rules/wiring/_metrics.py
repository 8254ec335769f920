"""The resource metrics that an autoscaler measures against requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ._objects import dig, items, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource


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
