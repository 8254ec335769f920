"""StatefulSets and the Services that govern them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.engine.inventory import AUTOMATIC_LABELS, identity, pod_labels, requirements
from linter.kube.selectors import matches_labels

from ._objects import dig, text
from ._services import is_headless

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.engine.inventory import Inventory
    from linter.loading.resource import Resource

SERVICE_NAME = ("spec", "serviceName")


def service_name(stateful_set: Resource) -> str:
    """Return the name of the governing Service, "" where there is none."""
    return text(stateful_set.manifest, *SERVICE_NAME)


def governing_services(inventory: Inventory, stateful_set: Resource) -> Sequence[Resource]:
    """Return the Service that `spec.serviceName` names: in most runs none or one."""
    name = service_name(stateful_set)
    return inventory.named("Service", stateful_set.namespace, name) if name else ()


def governed_sets(inventory: Inventory, namespace: str, service: str) -> list[Resource]:
    """Return the StatefulSets that name a Service as theirs, each object once."""
    if "governed" not in inventory.memo:
        governed: dict[tuple[str, str], dict[object, Resource]] = {}
        for each in inventory.of_kind("StatefulSet"):
            key = each.namespace, service_name(each)
            governed.setdefault(key, {}).setdefault(identity(each), each)
        inventory.memo["governed"] = governed
    found: dict[object, Resource] = inventory.memo["governed"].get((namespace, service), {})
    return list(found.values())


def headless_selecting(inventory: Inventory, stateful_set: Resource) -> list[Resource]:
    """Return the headless Services of the run that select the set's pods."""
    if "headless" not in inventory.memo:
        by_pair: dict[tuple[str, str, str], list[Resource]] = {}
        for each in inventory.of_kind("Service"):
            if is_headless(each) and (selector := _selector(each)):
                # One pair is enough to find it by: all of them must be among the set's labels.
                by_pair.setdefault((each.namespace, *min(selector.items())), []).append(each)
        inventory.memo["headless"] = by_pair
    return [
        service
        for pair in (pod_labels(stateful_set) or {}).items()
        for service in inventory.memo["headless"].get((stateful_set.namespace, *pair), ())
        if selects(service, stateful_set)
    ]


def selects(service: Resource, stateful_set: Resource) -> bool:
    """Tell whether a Service's selector matches a set's pods; one without a selector matches none."""
    selector = _selector(service)
    return bool(selector) and matches_labels(selector, pod_labels(stateful_set) or {})


def _selector(service: Resource) -> dict[str, str]:
    conditions = requirements({"matchLabels": dig(service.manifest, "spec", "selector")}) or ()
    return {key: value for key, _, (value,) in conditions if key not in AUTOMATIC_LABELS}
