"""The claims and volumes that are known, as far as the scheduler looks at them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.planner.model import object_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linter.planner.model import Manifest


class Volumes:
    """The PersistentVolumeClaims and PersistentVolumes among some objects."""

    def __init__(self, objects: Iterable[Manifest]) -> None:
        self._claims: dict[tuple[str, str], Manifest] = {}
        self._volumes: dict[str, Manifest] = {}
        for each in objects:
            kind, namespace, name = object_id(each)
            if kind == "PersistentVolumeClaim":
                self._claims[namespace, name] = each
            elif kind == "PersistentVolume":
                self._volumes[name] = each

    def is_for_one_pod(self, namespace: str, claim: str) -> bool:
        """Tell whether a claim can be used by one pod only; of an unknown one nobody can say it."""
        found = self._claims.get((namespace, claim)) or {}
        return "ReadWriteOncePod" in ((found.get("spec") or {}).get("accessModes") or ())

    def bound(self, namespace: str, claim: str) -> Manifest | None:
        """Return the volume that a claim is bound to, if both are known."""
        found = self._claims.get((namespace, claim)) or {}
        return self._volumes.get((found.get("spec") or {}).get("volumeName") or "")
