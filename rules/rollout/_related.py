"""What the run says about a workload besides its own manifest: its autoscaler, its Services, its claims, the nodes.

Only the resource that a rule looks at is known to decode. The others are read as written and may hold anything.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from linter.engine.inventory import pod_labels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.inventory import Inventory
    from linter.engine.rule import Context
    from linter.loading.resource import Resource


class _Index:
    """Autoscalers by their target, and Services by one pair of their selector: a run may hold thousands of both."""

    def __init__(self, inventory: Inventory) -> None:
        self.autoscalers: dict[tuple[str, str, str], Resource] = {}
        self.services: dict[tuple[str, str, str], list[Resource]] = defaultdict(list)
        for autoscaler in inventory.of_kind("HorizontalPodAutoscaler"):
            target = field(autoscaler.manifest, "spec", "scaleTargetRef")
            kind, name = field(target, "kind"), field(target, "name")
            if isinstance(kind, str) and isinstance(name, str):
                self.autoscalers.setdefault((autoscaler.namespace, kind, name), autoscaler)
        for service in inventory.of_kind("Service"):
            selector = service_selector(service)
            if selector:
                key, value = min(selector.items())
                self.services[service.namespace, key, value].append(service)


_INDEXES: WeakKeyDictionary[Inventory, _Index] = WeakKeyDictionary()


def _index(inventory: Inventory) -> _Index:
    if inventory not in _INDEXES:
        _INDEXES[inventory] = _Index(inventory)
    return _INDEXES[inventory]


def field(value: Any, *path: str) -> Any:
    """Return what a path leads to; None where there is nothing, or something else than a mapping on the way."""
    for step in path:
        if not isinstance(value, dict):
            return None
        value = value.get(step)
    return value


def service_selector(service: Resource) -> dict[str, str]:
    """Return the labels that a Service selects pods by; an empty dict where it selects none."""
    selector = field(service.manifest, "spec", "selector")
    if not isinstance(selector, dict) or field(service.manifest, "spec", "type") == "ExternalName":
        return {}
    pairs = {key: "" if value is None else value for key, value in selector.items()}
    return pairs if all(isinstance(value, str) for value in pairs.values()) else {}


def autoscaler_of(resource: Resource, context: Context) -> Resource | None:
    """Return the HorizontalPodAutoscaler of the run that scales a workload."""
    return _index(context.inventory).autoscalers.get((resource.namespace, resource.kind, resource.name))


def services_of(resource: Resource, context: Context) -> Iterator[Resource]:
    """Yield the Services of the run that send traffic to a workload's pods."""
    labels = pod_labels(resource) or {}
    services = _index(context.inventory).services
    for key, value in labels.items():
        for service in services.get((resource.namespace, key, value), ()):
            if all(labels.get(name) == wanted for name, wanted in service_selector(service).items()):
                yield service


def nodes_of(context: Context) -> list[dict[str, Any]]:
    """Return the nodes that were given. Node objects among the manifests do not count: they need not be all there are."""
    return list(context.nodes or ())
