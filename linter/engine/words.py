"""Which questions to an inventory a resource has a say in, as the words that `linter.engine.inventory` notes of them."""

from __future__ import annotations

from linter.engine.asked import EVERYTHING, in_namespace
from linter.engine.filing import identity, is_hook, pod_labels
from linter.engine.told import name_of
from linter.kube.kinds import is_builtin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from linter.engine.asked import Key
    from linter.engine.told import Fact
    from linter.loading.resource import Resource


def words_of(resource: Resource, facts: Iterable[Fact]) -> Iterator[Key]:
    """Yield the words by which an inventory with this resource answers otherwise than one without.

    Args:
        resource: The resource.
        facts: What resources are looked for by besides (`Inventory.found_by`).
    """
    yield EVERYTHING
    yield ("identity", *identity(resource))
    namespaces = (resource.namespace, in_namespace(None))
    if is_builtin(resource.api_version):
        yield ("name", resource.kind, resource.namespace, resource.name)
        for namespace in namespaces:
            yield ("kind", resource.kind, namespace)
    labels = None if is_hook(resource) else pod_labels(resource)
    if labels is not None:
        for namespace in namespaces:
            yield ("pods", namespace)
            for key, value in labels.items():
                yield ("label", namespace, key)
                yield ("pair", namespace, key, value)
    for fact in facts:
        for entry in fact(resource):
            yield (name_of(fact), *entry)
