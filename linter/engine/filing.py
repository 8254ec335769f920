"""What resources are filed by in an inventory: what an object is called, what pods it makes, and whether they fulfil a selector.

Reads manifests as written, whatever they hold.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from itertools import chain

from linter.engine.told import told
from linter.kube.kinds import api_group, is_builtin
from linter.kube.pods import template_path
from linter.kube.selectors import holds
from linter.light_typing import NamedTuple
from linter.path import value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

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


class ObjectIndex:
    """Resources by kind, name and identity: what lies in one folder is hardly ever asked for so."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        self.by_kind: dict[tuple[str, str | None], list[Resource]] = defaultdict(list)
        self.by_name: dict[tuple[str, str, str], list[Resource]] = defaultdict(list)
        self.by_identity: dict[Identity, list[Resource]] = defaultdict(list)
        for resource in resources:
            key = group, kind, namespace, name = identity(resource)
            self.by_identity[key].append(resource)
            # A custom kind may bear a built-in one's name: Knative has a Service of its own.
            if not group:
                self.by_kind[kind, None].append(resource)
                self.by_kind[kind, namespace].append(resource)
                self.by_name[kind, namespace, name].append(resource)


class PodIndex:
    """The owners of pods, by namespace, label and pair.

    Args:
        resources: What may make pods.
        by_namespace: Whether each is filed under its namespace; else all are filed under None.
    """

    def __init__(self, resources: Sequence[Resource], *, by_namespace: bool) -> None:
        self._resources = resources
        # Owners are kept as positions in `resources`: small, and sorted as the input.
        self._all: dict[str | None, list[int]] = defaultdict(list)
        self._by_pair: dict[tuple[str | None, str, str], list[int]] = defaultdict(list)
        for position, resource in enumerate(resources):
            labels = pod_labels(resource)
            if labels is None or is_hook(resource):
                continue
            namespace = resource.namespace if by_namespace else None
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
        if len(conditions) == 1 and conditions[0].operator == "In":
            return [*map(self._resources.__getitem__, self._with(conditions[0], namespace))]
        candidates: Sequence[int] = self._all.get(namespace, ())
        for condition in conditions:
            if condition.operator in {"In", "Exists"}:
                filed = self._with(condition, namespace)
                if len(filed) < len(candidates):
                    candidates = filed
        return [
            owner
            for owner in map(self._resources.__getitem__, candidates)
            if fulfils(pod_labels(owner) or {}, conditions)
        ]

    def _with(self, condition: Requirement, namespace: str | None) -> Sequence[int]:
        """Return the owners with a label that a condition asks for (`In`, `Exists`)."""
        key, operator, values = condition
        if operator == "Exists":
            return self._by_key.get((namespace, key), ())
        if len(values) == 1:
            return self._by_pair.get((namespace, key, values[0]), ())
        return sorted(
            chain.from_iterable(self._by_pair.get((namespace, key, value), ()) for value in set(values))
        )


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
    found: list[Requirement] = []
    if isinstance(labels, dict):
        for key, value in labels.items():
            # A null among labels is decoded as "".
            if value is None or isinstance(value, str):
                found.append(Requirement(key, "In", (value or "",)))
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
    for key, operator, values in conditions:  # noqa: SIM110  `all` takes twice as long
        if not holds(key, operator, values, labels):
            return False
    return True


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


@told(nothing=None)
def selector_of(resource: Resource) -> dict[str, Any] | None:
    """Return the selector as written, whatever it holds: of a workload a LabelSelector, of a Service labels; None where there is none."""
    selector = value_at(resource.manifest, ("spec", "selector"))
    return selector if isinstance(selector, dict) else None


@told(nothing=False)
def is_controlled(resource: Resource) -> bool:
    """Tell whether a controller made the object."""
    return resource.is_controlled


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
