"""StatefulSets and the Services that govern them."""

from __future__ import annotations

from linter.engine.filing import AUTOMATIC_LABELS, pod_labels, requirements
from linter.engine.told import told
from linter.kube.selectors import matches_labels
from linter.rules.facts.manifests import dig, first_of_each, text
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
    return first_of_each(inventory.found_by(governed_by, namespace, service))


@told(nothing=(), kind="StatefulSet")
def governed_by(resource: Resource) -> Sequence[tuple[str, str]]:
    """Return namespace and name of the Service that a StatefulSet names as its own."""
    return [(resource.namespace, service_name(resource))]


def headless_selecting(inventory: Inventory, stateful_set: Resource) -> list[Resource]:
    """Return the headless Services of the run that select the set's pods."""
    return [
        service
        for pair in (pod_labels(stateful_set) or {}).items()
        for service in inventory.found_by(headless_for, stateful_set.namespace, *pair)
        if selects(service, stateful_set)
    ]


@told(nothing=(), kind="Service")
def headless_for(resource: Resource) -> Sequence[tuple[str, str, str]]:
    """Return the namespace of a headless Service and one pair of its selector: all of them must be among a set's labels."""
    if not is_headless(resource):
        return ()
    selector = _selector(resource)
    return [(resource.namespace, *min(selector.items()))] if selector else ()


def selects(service: Resource, stateful_set: Resource) -> bool:
    """Tell whether a Service's selector matches a set's pods; one without a selector matches none."""
    selector = _selector(service)
    return bool(selector) and matches_labels(selector, pod_labels(stateful_set) or {})


def _selector(service: Resource) -> dict[str, str]:
    conditions = requirements({"matchLabels": dig(service.manifest, "spec", "selector")}) or ()
    return {key: value for key, _, (value,) in conditions if key not in AUTOMATIC_LABELS}
