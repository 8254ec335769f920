"""The index of the resources that are applied together: rules ask it what else is there."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property

from linter.engine.asked import EVERYTHING, in_namespace, scope_of
from linter.engine.filing import (
    AUTOMATIC_LABELS,
    ObjectIndex,
    PodIndex,
    Requirement,
    folder_of,
    identity,
    requirements,
)
from linter.engine.told import kind_of, name_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    from linter.engine.asked import Asked, Key
    from linter.engine.told import Fact
    from linter.loading.resource import Resource


class Inventory:
    """The resources of an apply set, by kind, namespace, name and the labels of their pods.

    It may hold resources that don't decode. What it returns of a manifest has the type that is documented here, whatever
    the manifest holds; a caller that looks further must not trust types.

    Every method that answers with resources notes what was asked, in the words of `linter.engine.words`: one that another resource could change
    the answer of has to share a word with it.

    Attributes:
        run: Those of the whole run. What is missing in the set, but is there, may be applied with it.
        is_whole: Whether nothing else belongs to the set: no remote base, no chart.
        scope: What tells it from the other inventories of the run.
        asked: Notes what is asked of it; None where nobody wants to know.
    """

    def __init__(
        self,
        resources: Iterable[Resource],
        run: Inventory | None = None,
        *,
        is_whole: bool = True,
        scope: str = "",
        asked: Asked | None = None,
    ) -> None:
        self._resources = tuple(resources)
        self.run = self if run is None else run
        self.is_whole = is_whole
        self.scope = scope
        self.asked: Asked | None = asked if run is None else run.asked
        self._memo: dict[Any, Any] = {}
        self._selected: dict[tuple[str | None, tuple[Requirement, ...]], Sequence[Resource]] = {}
        self._found_by: dict[Fact, dict[Key, list[Resource]]] = {}
        self._in_folders: dict[str, list[Resource]] | None = None
        self._folders: dict[str, Inventory] = {}

    @cached_property
    def _objects(self) -> ObjectIndex:
        return ObjectIndex(self._resources)

    @cached_property
    def _pods_by_namespace(self) -> PodIndex:
        return PodIndex(self._resources, by_namespace=True)

    @cached_property
    def _pods_of_all(self) -> PodIndex:
        return PodIndex(self._resources, by_namespace=False)

    def beside(self, resource: Resource) -> Inventory:
        """Return what is applied together with a resource for sure: all that a kustomization builds; else what lies in its folder.

        Two objects that contradict each other do so only if both are applied.
        """
        folder = folder_of(resource)
        if self._in_folders is None:
            self._in_folders = defaultdict(list)
            for each in self._resources:
                self._in_folders[folder_of(each)].append(each)
        if len(self._in_folders) == 1 or folder not in self._in_folders:
            return self
        if folder not in self._folders:
            self._folders[folder] = Inventory(
                self._in_folders[folder], self.run, is_whole=self.is_whole, scope=scope_of(self.scope, folder)
            )
        return self._folders[folder]

    @property
    def resources(self) -> tuple[Resource, ...]:
        """All resources, in the order of the input. Who looks for some has a method that costs a later run less."""
        self._note(*EVERYTHING)
        return self._resources

    @property
    def memo(self) -> dict[Any, Any]:
        """A place for what rules derive from the set (`linter.rules.facts.memo`)."""
        self._note(*EVERYTHING)
        return self._memo

    def once(self, key: object, derive: Callable[[], Any]) -> Any:
        """Return what is derived of the set, derived once."""
        if self.asked is not None:
            return self.asked.once(self._memo, key, derive)
        if key not in self._memo:
            self._memo[key] = derive()
        return self._memo[key]

    def _note(self, *words: str) -> None:
        if self.asked is not None:
            self.asked.now.add((self.scope, *words))

    def found_by(self, words: Fact, *wanted: str) -> Sequence[Resource]:
        """Return the resources that tell something of themselves, in the order of the input.

        Args:
            words: What they tell: a function that `linter.engine.told.told` marks.
            wanted: One of the entries that it returns of them.
        """
        if self.asked is not None:
            name = name_of(words)
            self.asked.facts.add(name)
            self._note(name, *wanted)
        index = self._found_by.get(words)
        if index is None:
            index = self._found_by[words] = defaultdict(list)
            kind = kind_of(words)
            for resource in self._resources:
                if kind is None or kind == resource.kind:
                    for entry in words(resource):
                        index[tuple(entry)].append(resource)
        return index.get(wanted, ())

    def of_kind(self, kind: str, namespace: str | None = None) -> Sequence[Resource]:
        """Return the resources of a built-in kind, of one namespace or of all."""
        self._note("kind", kind, in_namespace(namespace))
        return self._objects.by_kind.get((kind, namespace), ())

    def named(self, kind: str, namespace: str, name: str) -> Sequence[Resource]:
        """Return the resources with that built-in kind, namespace and name: none, one, or several by mistake."""
        self._note("name", kind, namespace, name)
        return self._objects.by_name.get((kind, namespace, name), ())

    def definitions(self, resource: Resource) -> Sequence[Resource]:
        """Return all manifests that describe the same object as this one, itself included."""
        key = identity(resource)
        self._note("identity", *key)
        return self._objects.by_identity.get(key, ())

    def pod_owners(self, namespace: str | None) -> Sequence[Resource]:
        """Return what makes pods in a namespace (None: in any).

        These are workloads, Jobs, Pods, and custom resources with a pod template.
        """
        return self._matched((), namespace)

    def selected(self, selector: Mapping[str, str], namespace: str | None) -> Sequence[Resource]:
        """Return the owners of pods whose labels hold every pair of a Service's selector, as `matched` does."""
        return self.matched({"matchLabels": selector}, namespace)

    def matched(self, selector: object, namespace: str | None) -> Sequence[Resource]:
        """Return the owners of the pods that a LabelSelector matches, in the order of the input.

        Labels that controllers add to pods are taken as given, save that one of a StatefulSet's pod matches that set
        alone. Absent and empty selectors differ: nothing, everything.

        Args:
            selector: The LabelSelector as written.
            namespace: The namespace of the pods; None for all.
        """
        conditions = requirements(selector)
        return () if conditions is None else self.fulfilling(conditions, namespace)

    def fulfilling(self, conditions: tuple[Requirement, ...], namespace: str | None) -> Sequence[Resource]:
        """Return the owners of the pods that fulfil the conditions of a LabelSelector, as `matched` does."""
        added = [each for each in conditions if each.key in AUTOMATIC_LABELS]
        if not added:
            return self._matched(conditions, namespace)
        owners = self._matched(tuple(each for each in conditions if each not in added), namespace)
        for each in added:
            if each.key == "statefulset.kubernetes.io/pod-name" and each.operator == "In":
                sets = {value.rpartition("-")[0] for value in each.values}
                owners = [owner for owner in owners if owner.kind == "StatefulSet" and owner.name in sets]
        return owners

    def carrying(self, key: str, namespace: str | None) -> Sequence[Resource]:
        """Return the owners whose pods have a label, whatever its value."""
        return self._matched((Requirement(key, "Exists", ()),), namespace)

    def _matched(self, conditions: tuple[Requirement, ...], namespace: str | None) -> Sequence[Resource]:
        if self.asked is not None:
            self.asked.now.update((self.scope, *words) for words in _needed(conditions, namespace))
        found = self._selected.get((namespace, conditions))
        if found is None:
            pods = self._pods_of_all if namespace is None else self._pods_by_namespace
            found = self._selected[namespace, conditions] = pods.matched(conditions, namespace)
        return found


def _needed(conditions: Iterable[Requirement], namespace: str | None) -> list[Key]:
    """Return words of which what fulfils some conditions has one at least."""
    words: Key = ("pods", in_namespace(namespace))
    for key, operator, values in conditions:
        if operator == "In":
            return [("pair", in_namespace(namespace), key, value) for value in values]
        if operator == "Exists":
            words = ("label", in_namespace(namespace), key)
    return [words]
