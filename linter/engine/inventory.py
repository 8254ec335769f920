"""The index of the resources that are applied together: rules ask it what else is there."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from itertools import chain

from linter.engine.asked import EVERYTHING, in_namespace, scope_of
from linter.engine.told import name_of, told
from linter.kube.kinds import api_group, is_builtin
from linter.kube.pods import template_path
from linter.kube.selectors import holds
from linter.light_typing import NamedTuple
from linter.path import value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    from linter.engine.asked import Asked, Key
    from linter.loading.resource import Resource

Identity = tuple[str, str, str, str]
"""Group of a custom kind, kind, namespace and name: two manifests that share it describe one object."""

AUTOMATIC_LABELS = frozenset(
    {
        "apps.kubernetes.io/pod-index", "batch.kubernetes.io/controller-uid",
        "batch.kubernetes.io/job-completion-index", "batch.kubernetes.io/job-name", "controller-revision-hash",
        "controller-uid", "job-name", "pod-template-generation", "pod-template-hash",
        "statefulset.kubernetes.io/pod-name",
    }
)  # fmt: skip
"""Labels that controllers add to pods, which no template shows."""


_HOOKS = frozenset({"helm.sh/hook", "argocd.argoproj.io/hook"})


class Requirement(NamedTuple):
    """One condition of a selector, as in matchExpressions; a pair of matchLabels is `In` with one value."""

    key: str
    operator: str
    values: tuple[str, ...]


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
        self._found_by: dict[str, dict[Key, list[Resource]]] = {}
        self._in_folders: dict[str, list[Resource]] | None = None
        self._folders: dict[str, Inventory] = {}

    @cached_property
    def _objects(self) -> _ObjectIndex:
        return _ObjectIndex(self._resources)

    @cached_property
    def _pods_by_namespace(self) -> _PodIndex:
        return _PodIndex(self._resources, lambda resource: resource.namespace)

    @cached_property
    def _pods_of_all(self) -> _PodIndex:
        return _PodIndex(self._resources, lambda _: None)

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

    def found_by(
        self, words: Callable[[Resource], Sequence[Sequence[str]]], *wanted: str
    ) -> Sequence[Resource]:
        """Return the resources that tell something of themselves, in the order of the input.

        Args:
            words: What they tell: a function that `linter.engine.told.told` marks.
            wanted: One of the entries that it returns of them.
        """
        name = name_of(words)
        self._note(name, *wanted)
        index = self._found_by.get(name)
        if index is None:
            index = self._found_by[name] = defaultdict(list)
            if self.asked is not None:
                self.asked.facts.add(name)
            for resource in self._resources:
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


class _ObjectIndex:
    """Resources by kind, name and identity: what lies in one folder is hardly ever asked for so."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        self.by_kind: dict[tuple[str, str | None], list[Resource]] = defaultdict(list)
        self.by_name: dict[tuple[str, str, str], list[Resource]] = defaultdict(list)
        self.by_identity: dict[Identity, list[Resource]] = defaultdict(list)
        for resource in resources:
            self.by_identity[identity(resource)].append(resource)
            # A custom kind may bear a built-in one's name: Knative has a Service of its own.
            if is_builtin(resource.api_version):
                self.by_kind[resource.kind, None].append(resource)
                self.by_kind[resource.kind, resource.namespace].append(resource)
                self.by_name[resource.kind, resource.namespace, resource.name].append(resource)


class _PodIndex:
    """The owners of pods, by namespace, label and pair.

    Args:
        resources: What may make pods.
        namespace_of: Returns the namespace that one is filed under; None where all are filed as one.
    """

    def __init__(self, resources: Sequence[Resource], namespace_of: Callable[[Resource], str | None]) -> None:
        self._resources = resources
        # Owners are kept as positions in `resources`: small, and sorted as the input.
        self._all: dict[str | None, list[int]] = defaultdict(list)
        self._by_pair: dict[tuple[str | None, str, str], list[int]] = defaultdict(list)
        for position, resource in enumerate(resources):
            labels = None if is_hook(resource) else pod_labels(resource)
            if labels is None:
                continue
            namespace = namespace_of(resource)
            self._all[namespace].append(position)
            for key, value in labels.items():
                self._by_pair[namespace, key, value].append(position)

    @cached_property
    def _by_key(self) -> dict[tuple[str | None, str], list[int]]:
        by_key: dict[tuple[str | None, str], list[int]] = defaultdict(list)
        for (namespace, key, _), positions in self._by_pair.items():
            by_key[namespace, key] += positions
        for positions in by_key.values():
            positions.sort()
        return by_key

    def matched(self, conditions: tuple[Requirement, ...], namespace: str | None) -> list[Resource]:
        """Return the owners that fulfil all conditions: the rarest label gives the candidates."""
        candidates: Sequence[int] = self._all.get(namespace, ())
        for key, operator, values in conditions:
            if operator == "In":
                lists = [self._by_pair.get((namespace, key, value), []) for value in set(values)]
                if sum(map(len, lists)) < len(candidates):
                    candidates = lists[0] if len(lists) == 1 else sorted(chain.from_iterable(lists))
            elif operator == "Exists":
                with_key = self._by_key.get((namespace, key), [])
                if len(with_key) < len(candidates):
                    candidates = with_key
        return [
            owner
            for owner in map(self._resources.__getitem__, candidates)
            if fulfils(pod_labels(owner) or {}, conditions)
        ]


def _needed(conditions: Iterable[Requirement], namespace: str | None) -> list[Key]:
    """Return words of which what fulfils some conditions has one at least."""
    words: Key = ("pods", in_namespace(namespace))
    for key, operator, values in conditions:
        if operator == "In":
            return [("pair", in_namespace(namespace), key, value) for value in values]
        if operator == "Exists":
            words = ("label", in_namespace(namespace), key)
    return [words]


def folder_of(resource: Resource) -> str:
    """Return the folder that a resource is applied with; what a kustomization builds lies in one."""
    if resource.document.written is not None:
        return ""
    name = resource.document.source.name
    return name[: name.rfind("/") + 1]


@told(nothing=False)
def is_hook(resource: Resource) -> bool:
    """Tell whether Helm or Argo CD runs an object around an update: it is no part of what runs afterwards.

    Source: https://helm.sh/docs/topics/charts_hooks/, https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/
    """
    annotations = value_at(resource.manifest, ("metadata", "annotations"))
    return isinstance(annotations, dict) and not _HOOKS.isdisjoint(annotations)


def identity(resource: Resource) -> Identity:
    """Return what tells an object from all others."""
    found: Identity | None = resource.memo.get(identity)
    if found is None:
        # Built-in kinds moved from group to group (extensions, apps), and an apiVersion may be missing by mistake.
        group = "" if is_builtin(resource.api_version) else api_group(resource.api_version)
        found = resource.memo[identity] = (group, resource.kind, resource.namespace, resource.name)
    return found


def requirements(selector: object) -> tuple[Requirement, ...] | None:
    """Return the conditions of a LabelSelector; None where it is absent. Parts of a wrong type are left out."""
    if not isinstance(selector, dict):
        return None
    labels = selector.get("matchLabels")
    # A null among labels is decoded as "".
    found = [
        Requirement(key, "In", (value or "",))
        for key, value in (labels.items() if isinstance(labels, dict) else ())
        if value is None or isinstance(value, str)
    ]
    expressions = selector.get("matchExpressions")
    for each in expressions if isinstance(expressions, list) else ():
        if isinstance(each, dict):
            key, operator, values = each.get("key"), each.get("operator"), each.get("values")
            texts = tuple(v for v in values if isinstance(v, str)) if isinstance(values, list) else ()
            if isinstance(key, str) and isinstance(operator, str):
                found.append(Requirement(key, operator, texts))
    return tuple(found)


def fulfils(labels: Mapping[str, str], conditions: Iterable[Requirement]) -> bool:
    """Tell whether labels fulfil all conditions of a selector."""
    return all(holds(key, operator, values, labels) for key, operator, values in conditions)


@told(nothing=None)
def pod_labels(resource: Resource) -> dict[str, str] | None:
    """Return the labels that the resource's pods get from its template; None where it makes no pods.

    Reads the manifest as written, whatever it holds: labels that are not text are left out.
    """
    template = pod_template(resource)
    if template is None:
        return None
    raw = value_at(template, ("metadata", "labels"))
    return {k: v for k, v in raw.items() if isinstance(v, str)} if isinstance(raw, dict) else {}


def pod_template(resource: Resource) -> dict[str, Any] | None:
    """Return the pod template as written (`metadata`, `spec`); of a Pod the Pod itself; None where there is none."""
    if resource.kind == "PodTemplate":
        return None  # nothing makes pods of it
    template = value_at(resource.manifest, template_path(resource.kind))
    # A custom resource may use the word for something else: a pod template has labels or containers.
    if not isinstance(template, dict) or not (
        resource.kind in {"Pod", "CronJob"}
        or isinstance(value_at(template, ("metadata", "labels")), dict)
        or isinstance(value_at(template, ("spec", "containers")), list)
    ):
        return None
    return template
