"""Services and the pods behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._objects import distinct

if TYPE_CHECKING:
    from linter.engine.inventory import Inventory
    from linter.loading.resource import Resource

RUNS_TO_COMPLETION = frozenset({"Job", "CronJob"})


def selector_of(service: Resource) -> dict[str, str]:
    """Return the selector of a Service that decodes; empty where it has none or is of type ExternalName."""
    spec = service.object["spec"]
    selector: dict[str, str] = spec.get("selector") or {}
    return {} if spec["type"] == "ExternalName" else selector


def backends(inventory: Inventory, service: Resource) -> list[Resource]:
    """Return the owners of the pods that a Service selects, each object once."""
    selector = selector_of(service)
    return distinct(inventory.selected(selector, service.namespace)) if selector else []
