"""StatefulSets and the Services that govern them."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import islice

from linter.engine.filing import AUTOMATIC_LABELS, pod_labels, requirements
from linter.engine.told import told
from linter.kube.selectors import matches_labels
from linter.light_typing import NamedTuple
from linter.rules.facts.manifests import ENOUGH, dig, first_of_each, text
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
    return first_of_each(inventory.found_by(governed_by, namespace, service))


def first_governed(inventory: Inventory, namespace: str, service: str) -> Resource:
    """Return the first StatefulSet that names a Service as its own; one must."""
    return inventory.found_by(governed_by, namespace, service)[0]


@told(nothing=(), kind="StatefulSet")
def governed_by(resource: Resource) -> Sequence[tuple[str, str]]:
    """Return namespace and name of the Service that a StatefulSet names as its own."""
    return [(resource.namespace, service_name(resource))]


class _Headless(NamedTuple):
    """A headless Service."""

    position: int
    """Its number among the Services of its namespace."""
    service: Resource
    selector: dict[str, str]


def headless_selecting(inventory: Inventory, stateful_set: Resource) -> list[Resource]:
    """Return the headless Services of the run that select the set's pods, of those that are filed under one label not more than ENOUGH."""
    labels = pod_labels(stateful_set) or {}
    filed = _headless(inventory, stateful_set.namespace)
    selecting = [
        each
        for pair in labels.items()
        for each in islice(filed.get(pair, ()), ENOUGH)
        if matches_labels(each.selector, labels)
    ]
    order = [*labels.items()]
    selecting.sort(key=lambda each: (order.index(min(each.selector.items())), each.position))
    return [each.service for each in selecting]


@once
def _headless(inventory: Inventory, namespace: str) -> dict[tuple[str, str], list[_Headless]]:
    """Return the headless Services of a namespace by the rarest of the pairs that they ask for: of any, all may ask."""
    services = [
        _Headless(position, service, selector)
        for position, service in enumerate(inventory.of_kind("Service", namespace))
        if is_headless(service) and (selector := _selector(service))
    ]
    asked_for = Counter(pair for each in services for pair in each.selector.items())
    filed: dict[tuple[str, str], list[_Headless]] = defaultdict(list)
    for each in services:
        filed[min(each.selector.items(), key=lambda pair: asked_for[pair])].append(each)
    return filed


def selects(service: Resource, stateful_set: Resource) -> bool:
    """Tell whether a Service's selector matches a set's pods; one without a selector matches none."""
    selector = _selector(service)
    return bool(selector) and matches_labels(selector, pod_labels(stateful_set) or {})


def _selector(service: Resource) -> dict[str, str]:
    conditions = requirements({"matchLabels": dig(service.manifest, "spec", "selector")}) or ()
    return {key: value for key, _, (value,) in conditions if key not in AUTOMATIC_LABELS}
