"""Secrets and ConfigMaps that a custom resource of the run makes."""

from __future__ import annotations

from linter.kube.kinds import is_builtin
from linter.path import value_at
from linter.rules.facts.memo import once

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.engine.inventory import Inventory

_NAMES = (
    ("metadata", "name"),  # SealedSecret, ExternalSecret, and most others
    ("spec", "secretName"),  # Certificate of cert-manager
    ("spec", "target", "name"),  # ExternalSecret
    ("spec", "template", "metadata", "name"),  # SealedSecret
)
"""Where kinds that make Secrets say what these are called."""


@once
def made_names(inventory: Inventory, namespace: str) -> frozenset[str]:
    """Return the names of the Secrets and ConfigMaps that custom resources of a namespace may make."""
    return frozenset(
        name
        for resource in inventory.resources
        if resource.namespace == namespace and not is_builtin(resource.api_version)
        for path in _NAMES
        if isinstance(name := value_at(resource.manifest, path), str)
    )
