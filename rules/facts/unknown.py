"""What may be there under a name or label that is not known: `${APP}` may be any."""

from __future__ import annotations

from linter.engine.filing import pod_labels
from linter.engine.told import told
from linter.kube.kinds import is_builtin
from linter.kube.pods import template_path
from linter.kube.unknown import has_mark, is_unknown_at
from linter.rules.facts.memo import once
from linter.rules.facts.pods import PODS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.engine.inventory import Inventory
    from linter.loading.resource import Resource

_LABELS = "labels"
_NAME = "name"


@once
def may_make_pods(inventory: Inventory, namespace: str) -> bool:
    """Tell whether something makes pods, in the namespace for all that is known, whose labels are not known."""
    return any(_may_lie_in(owner, namespace) for owner in inventory.found_by(_unknown_of, _LABELS))


@once
def may_be_named(inventory: Inventory, kind: str, namespace: str) -> bool:
    """Tell whether there is an object of a kind, in the namespace for all that is known, whose name is not known."""
    return any(_may_lie_in(each, namespace) for each in inventory.found_by(_unknown_of, _NAME, kind))


@told(nothing=())
def _unknown_of(resource: Resource) -> Sequence[Sequence[str]]:
    """Return what is not known of a resource on which it depends whether others find it: its pods' labels, its name or namespace."""
    if not resource.partly_known:
        return ()
    unknown: list[tuple[str, ...]] = []
    labels = pod_labels(resource)
    if (labels is not None and any(map(has_mark, (*labels, *labels.values())))) or _hides_labels(resource):
        unknown.append((_LABELS,))
    if is_builtin(resource.api_version) and (has_mark(resource.name) or _hides_namespace(resource)):
        unknown.append((_NAME, resource.kind))
    return unknown


def _hides_labels(resource: Resource) -> bool:
    """Tell whether something stands for all labels of a resource's pods, or for more of its template."""
    return resource.kind in PODS and is_unknown_at(
        resource.manifest, (*template_path(resource.kind), "metadata", "labels")
    )


def _hides_namespace(resource: Resource) -> bool:
    """Tell whether the namespace of a resource is not known: it has a variable, or something stands for all metadata."""
    return has_mark(resource.namespace) or is_unknown_at(resource.manifest, ("metadata",))


def _may_lie_in(resource: Resource, namespace: str) -> bool:
    return resource.namespace == namespace or _hides_namespace(resource)
