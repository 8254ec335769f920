"""Live PersistentVolumeClaims of a StatefulSet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.planner.live_state.objects import name_of, namespace_of
from linter.planner.live_state.pods import ordinal
from linter.planner.model import Claim, Manifest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def claims(
    statefulset: Manifest, items: Iterable[Manifest], prefixes: set[str]
) -> Iterator[tuple[Claim, bool]]:
    """Yield a StatefulSet's claims, and whether each is being deleted.

    Args:
        statefulset: The live object.
        items: All live objects.
        prefixes: What the names of its claims begin with, before the ordinal.
    """
    for item in items:
        name, metadata = name_of(item), item.get("metadata") or {}
        index = ordinal(item)
        if (
            item.get("kind") != "PersistentVolumeClaim"
            or namespace_of(item) != namespace_of(statefulset)
            or index is None
            or name.removesuffix(str(index)) not in prefixes
        ):
            continue
        owners = {each.get("kind") for each in metadata.get("ownerReferences") or ()}
        claim = Claim(name, index, owned_by_pod="Pod" in owners, owned_by_set="StatefulSet" in owners)
        yield claim, bool(metadata.get("deletionTimestamp"))
