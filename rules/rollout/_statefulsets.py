"""The update strategy of a StatefulSet in numbers."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.loading.resource import Resource


def partition_of(resource: Resource) -> int:
    """Return the index below which pods keep the old revision; 0 where all are updated."""
    strategy = resource.object["spec"]["updateStrategy"]
    if strategy["type"] != "RollingUpdate":
        return 0
    partition: int = (strategy.get("rollingUpdate") or {}).get("partition") or 0
    return partition
