"""Services, their ports, and the pods behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ._objects import dig, distinct, items, number, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.inventory import Inventory
    from linter.loading.resource import Resource
    from linter.path import FieldPath

_RUN_TO_COMPLETION = frozenset({"Job", "CronJob"})


class ServicePort(NamedTuple):
    """Where a port of a Service leads to: a number, or the name of a container port."""

    target: int | str
    protocol: str
    path: FieldPath
    """Where the target is written."""
    is_implied: bool
    """Whether `targetPort` is left out, so that `port` is the target."""


def service_ports(service: Resource) -> Iterator[ServicePort]:
    """Yield the ports of a Service with a target."""
    for index, port in items(service.manifest, "spec", "ports"):
        protocol = text(port, "protocol") or "TCP"
        path: FieldPath = ("spec", "ports", index)
        target = text(port, "targetPort") or number(port, "targetPort")
        if target:
            yield ServicePort(target, protocol, (*path, "targetPort"), is_implied=False)
        elif same := number(port, "port"):
            yield ServicePort(same, protocol, (*path, "port"), is_implied=True)


def selector_of(service: Resource) -> dict[str, str]:
    """Return the selector of a Service; empty where it has none or is of type ExternalName."""
    selector = dig(service.manifest, "spec", "selector")
    if not isinstance(selector, dict) or text(service.manifest, "spec", "type") == "ExternalName":
        return {}
    return selector


def is_headless(service: Resource) -> bool:
    """Tell whether a Service has no cluster IP, so that DNS answers with its pods."""
    return text(service.manifest, "spec", "clusterIP") == "None"


def backends(inventory: Inventory, service: Resource) -> list[Resource]:
    """Return the owners of the pods that a Service selects, each object once."""
    selector = selector_of(service)
    return distinct(inventory.selected(selector, service.namespace)) if selector else []


def runs_to_completion(owner: Resource) -> bool:
    """Tell whether the owner's pods end by themselves: a Service selects them by accident, if at all."""
    return owner.kind in _RUN_TO_COMPLETION
