"""What may be there under a name or label that is not known: `${APP}` may be any."""

from __future__ import annotations

from linter.engine.filing import pod_labels
from linter.kube.unknown import has_mark
from linter.rules.facts.memo import once

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.engine.inventory import Inventory


@once
def may_make_pods(inventory: Inventory, namespace: str) -> bool:
    """Tell whether something makes pods, in the namespace for all that is known, whose labels are not known."""
    return any(
        owner.partly_known
        and any(map(has_mark, (*(pod_labels(owner) or {}).values(), *(pod_labels(owner) or {}))))
        for owner in inventory.pod_owners(None)
        if owner.namespace == namespace or has_mark(owner.namespace)
    )


@once
def may_be_named(inventory: Inventory, kind: str, namespace: str) -> bool:
    """Tell whether there is an object of a kind, in the namespace for all that is known, whose name is not known."""
    return any(
        resource.partly_known and (has_mark(resource.name) or has_mark(resource.namespace))
        for resource in inventory.of_kind(kind)
        if resource.namespace == namespace or has_mark(resource.namespace)
    )
