"""The claims that a StatefulSet makes from its volumeClaimTemplates, and whom its retention policy lets own them.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention and the recorded
rollouts.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from linter.planner.model import Claim
from linter.planner.sets import HeapSet

if TYPE_CHECKING:
    from collections.abc import Container, Hashable, Iterable, Mapping

    from linter.planner.model import Manifest


class Claims:
    """The PersistentVolumeClaims of one StatefulSet.

    Attributes:
        templates: The names of the volumeClaimTemplates.
        by_name: The claims that are there.
        terminating: Those of them that are being deleted.
    """

    def __init__(self, set_name: str) -> None:
        self._set_name = set_name
        self.by_name: dict[str, Claim] = {}
        self.terminating: dict[str, Claim] = {}
        self._changed: set[str] = set()
        self._seen: set[str] = set()
        """The claims that some round has shown."""
        self._unowned = HeapSet[int]()
        """Wanted ordinals whose claims may not have the owner yet that the retention policy asks for."""
        self._unowned_condemned: set[int] = set()

    def take(self, spec: Manifest, wanted: range) -> None:
        """Take a new spec, and the ordinals that it wants."""
        self._wanted = wanted
        self._specs = {
            claim["metadata"]["name"]: claim.get("spec") for claim in spec.get("volumeClaimTemplates") or ()
        }
        self.templates = list(self._specs)
        retention = spec["persistentVolumeClaimRetentionPolicy"]
        self._delete_when_scaled: bool = retention["whenScaled"] == "Delete"
        self._delete_when_deleted: bool = retention["whenDeleted"] == "Delete"

    def load(self, items: list[Manifest], owner: Manifest, ordinals: Iterable[int]) -> None:
        """Take over the claims of a live state, and those of the pods that are there."""
        from linter.planner.live_state.claims import claims

        # A list without claims says nothing about them; the pods could not run without theirs.
        for ordinal in ordinals:
            self.make_all(ordinal)
        prefixes = {f"{template}-{self._set_name}-" for template in self.templates}
        for claim, terminating in claims(owner, items, prefixes):
            self.add(claim)
            if terminating:
                self._end(claim)

    def names(self, ordinal: int) -> list[str]:
        """Return the names of the claims of an ordinal's pod."""
        return [f"{template}-{self._set_name}-{ordinal}" for template in self.templates]

    def make_all(self, ordinal: int) -> None:
        """Let the claims of a pod that is there be there, with the owner that they are to have."""
        for name in self.names(ordinal):
            self.add(Claim(name, ordinal))
        self.own(ordinal)

    def add(self, claim: Claim) -> None:
        """Let a claim be there."""
        self.by_name[claim.name] = claim
        self._changed.add(claim.name)

    # What quotas and limits look at.

    def made_of(self, template: str) -> Manifest:
        """Return a claim of a template, without a name."""
        return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "spec": self._specs.get(template)}

    def counted(self) -> Mapping[str, int]:
        """Return how many claims there are of each template, those of templates that are gone too."""
        return Counter(
            name.removesuffix(f"-{self._set_name}-{claim.ordinal}") for name, claim in self.by_name.items()
        )

    # Whom they go with.

    def own(self, ordinal: int) -> None:
        """Let a pod's claims go with the pod, with the set or with neither, as the retention policy says."""
        condemned = ordinal not in self._wanted
        for name in self.names(ordinal):
            if claim := self.by_name.get(name):
                claim.owned_by_pod = condemned and self._delete_when_scaled
                claim.owned_by_set = self._delete_when_deleted and not claim.owned_by_pod

    def own_later(self, wanted: Iterable[int], condemned: set[int]) -> None:
        """Note that the claims of these pods may have to get another owner, once the controller gets past the pods."""
        self._unowned = HeapSet[int](wanted)
        self._unowned_condemned = condemned

    def own_before(self, before: int | None) -> None:
        """Own the claims of the pods that the walk gets past: those below an ordinal, or all and the condemned ones."""
        while (ordinal := self._unowned.first()) is not None and (before is None or ordinal < before):
            self.own(ordinal)
            self._unowned.discard(ordinal)
        if before is None:
            for condemned in self._unowned_condemned:
                self.own(condemned)
            self._unowned_condemned.clear()

    def are_owned(self) -> bool:
        """Tell whether all claims have the owner that they are to have."""
        return not self._unowned and not self._unowned_condemned

    # Their end.

    def _end(self, claim: Claim) -> None:
        """Delete a claim; it stays while a pod uses it."""
        claim.terminating = True
        self._changed.add(claim.name)
        self.terminating[claim.name] = claim

    def lose_set(self) -> None:
        """Delete the claims that go with the set."""
        for claim in self.by_name.values():
            if claim.owned_by_set:
                self._end(claim)

    def lose_pod(self, ordinal: int) -> None:
        """Delete the claims that go with a pod that is gone."""
        self._unowned.discard(ordinal)
        self._unowned_condemned.discard(ordinal)
        for name in self.names(ordinal) if self.by_name else ():
            claim = self.by_name.get(name)
            if claim and claim.owned_by_pod:
                self._end(claim)

    def unused(self, pods: Container[int]) -> list[Claim]:
        """Return the terminating claims that no pod uses."""
        return [claim for claim in self.terminating.values() if claim.ordinal not in pods]

    def remove(self, claims: Iterable[Claim]) -> None:
        """Let terminating claims be gone."""
        for claim in claims:
            self._changed.add(claim.name)
            del self.by_name[claim.name]
            del self.terminating[claim.name]

    # What is reported about them.

    def show_all(self) -> None:
        """Let the next round show every claim."""
        self._changed.update(self.by_name)

    def changes(self) -> dict[str, str | None]:
        """Return what a round shows of the claims that have changed since the last one; None for those that are gone."""
        names, self._changed = self._changed, set()
        self._seen |= names
        return {name: self._text(name) for name in names}

    def _text(self, name: str) -> str | None:
        claim = self.by_name.get(name)
        if claim is None:
            return None
        return f"{name} (terminating)" if claim.terminating else name

    def state_at(self, ordinal: int) -> Hashable:
        """Return what the claims of an ordinal are like, to be compared."""
        if not self.templates:
            return ()
        claims = [self.by_name.get(name) for name in self.names(ordinal)]
        return tuple(
            [
                None if claim is None else (claim.owned_by_pod, claim.owned_by_set, claim.terminating)
                for claim in claims
            ]
        )

    def deleted(self) -> set[str]:
        """Return the names of the claims that some round has shown and that are deleted."""
        return self._seen - {name for name, claim in self.by_name.items() if not claim.terminating}

    def left_behind(self, wanted: range, pods: Container[int]) -> set[str]:
        """Return the names of the claims whose pods are gone and not wanted."""
        return {
            name
            for name, claim in self.by_name.items()
            if claim.ordinal not in wanted and claim.ordinal not in pods and not claim.terminating
        }
