"""Services, their ports, and the pods behind them."""

from __future__ import annotations

from itertools import islice

from linter.engine.filing import pod_labels, requirements
from linter.engine.told import told
from linter.kube.selectors import matches_labels
from linter.kube.unknown import has_mark
from linter.light_typing import NamedTuple
from linter.rules.facts.manifests import ENOUGH, dig, distinct, items, number, text
from linter.rules.facts.memo import once, once_per_resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linter.engine.filing import Requirement
    from linter.engine.inventory import Inventory
    from linter.engine.rule import Context
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
    address = text(service.manifest, "spec", "clusterIP")
    return address == "None" or has_mark(address)


def backends(inventory: Inventory, service: Resource) -> tuple[Resource, ...]:
    """Return the owners of the pods that a Service selects, each object once. Of Services that select alike it is one tuple."""
    selector = selector_of(service)
    conditions = requirements({"matchLabels": selector}) if selector else None
    return () if conditions is None else _backends(inventory, service.namespace, conditions)


@once
def _backends(
    inventory: Inventory, namespace: str, conditions: tuple[Requirement, ...]
) -> tuple[Resource, ...]:
    return tuple(distinct(inventory.fulfilling(conditions, namespace)))


def runs_to_completion(owner: Resource) -> bool:
    """Tell whether the owner's pods end by themselves: a Service selects them by accident, if at all."""
    return owner.kind in _RUN_TO_COMPLETION


def services_of(resource: Resource, context: Context) -> tuple[Resource, ...]:
    """Return the Services of the run that send traffic to a workload's pods, of those that ask for one label not more than ENOUGH.

    Of workloads whose pods are labelled alike it is one tuple.
    """
    labels = pod_labels(resource) or {}
    return _services_of(context.inventory, resource.namespace, tuple(labels.items()))


@once
def _services_of(
    inventory: Inventory, namespace: str, labels: tuple[tuple[str, str], ...]
) -> tuple[Resource, ...]:
    return tuple(
        service
        for pair in labels
        for service in islice(inventory.found_by(selects_by, namespace, *pair), ENOUGH)
        if matches_labels(_pairs(service), dict(labels))
    )


@told(nothing=(), kind="Service")
def selects_by(resource: Resource) -> Sequence[tuple[str, str, str]]:
    """Return the namespace of a Service and one pair of its selector: a run may hold thousands."""
    pairs = _pairs(resource)
    return [(resource.namespace, *min(pairs.items()))] if pairs else ()


@once_per_resource
def _pairs(service: Resource) -> dict[str, str]:
    """Return the labels that a Service selects pods by, as they are decoded; empty where one has a wrong type."""
    pairs = {key: "" if value is None else value for key, value in selector_of(service).items()}
    return pairs if all(isinstance(value, str) for value in pairs.values()) else {}
