"""StatefulSets and the Services that govern them."""

from __future__ import annotations

from linter.engine.inventory import AUTOMATIC_LABELS, identity, pod_labels, requirements
from linter.kube.selectors import matches_labels
from linter.rules.facts.manifests import dig, text
from linter.rules.facts.memo import once
from linter.rules.facts.services import is_headless

TYPE_CHECKING = False
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
    return list(_sets_by_service(inventory).get((namespace, service), {}).values())


@once
def _sets_by_service(inventory: Inventory) -> dict[tuple[str, str], dict[object, Resource]]:
    governed: dict[tuple[str, str], dict[object, Resource]] = {}
    for stateful_set in inventory.of_kind("StatefulSet"):
        key = stateful_set.namespace, service_name(stateful_set)
        governed.setdefault(key, {}).setdefault(identity(stateful_set), stateful_set)
    return governed


def headless_selecting(inventory: Inventory, stateful_set: Resource) -> list[Resource]:
    """Return the headless Services of the run that select the set's pods."""
    headless = _headless_by_pair(inventory)
    return [
        service
        for pair in (pod_labels(stateful_set) or {}).items()
        for service in headless.get((stateful_set.namespace, *pair), ())
        if selects(service, stateful_set)
    ]


@once
def _headless_by_pair(inventory: Inventory) -> dict[tuple[str, str, str], list[Resource]]:
    by_pair: dict[tuple[str, str, str], list[Resource]] = {}
    for service in inventory.of_kind("Service"):
        if is_headless(service) and (selector := _selector(service)):
            # One pair is enough to find it by: all of them must be among the set's labels.
            by_pair.setdefault((service.namespace, *min(selector.items())), []).append(service)
    return by_pair


def selects(service: Resource, stateful_set: Resource) -> bool:
    """Tell whether a Service's selector matches a set's pods; one without a selector matches none."""
    selector = _selector(service)
    return bool(selector) and matches_labels(selector, pod_labels(stateful_set) or {})


def _selector(service: Resource) -> dict[str, str]:
    conditions = requirements({"matchLabels": dig(service.manifest, "spec", "selector")}) or ()
    return {key: value for key, _, (value,) in conditions if key not in AUTOMATIC_LABELS}
