"""What the scheduler knows of the pods of a cluster, worked out once for all that are alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.kube.scheduling import daemon_tolerations
from linter.kube.selectors import matches, matches_labels
from linter.planner.bystanders import Bystanders
from linter.planner.model import object_id
from linter.planner.scheduler.pod_info import PodInfo

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from linter.planner.controllers.base import Controller
    from linter.planner.model import Manifest, Pods, Revision
    from linter.planner.pod_admission.limits import LimitRange

_SYSTEM_PRIORITIES = {"system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000}
_HASH_LABELS = {
    "Deployment": "pod-template-hash",
    "StatefulSet": "controller-revision-hash",
    "DaemonSet": "controller-revision-hash",
}


class PodInfos:
    """The pods of workloads in the scheduler's terms.

    Attributes:
        namespaces: The labels of the known namespaces.
    """

    def __init__(self, objects: Iterable[Manifest]) -> None:
        self.namespaces: dict[str, Mapping[str, str]] = {}
        self._services: list[Manifest] = []
        self._priorities = dict(_SYSTEM_PRIORITIES)
        self._policies: dict[str, str | None] = {}
        self._default_priority = 0
        self._limits: dict[str, list[LimitRange]] = {}
        for each in sorted(objects, key=lambda each: object_id(each).name):
            kind, namespace, name = object_id(each)
            if kind == "Namespace":
                labels = (each.get("metadata") or {}).get("labels") or {}
                self.namespaces[name] = {**labels, "kubernetes.io/metadata.name": name}
            elif kind == "Service":
                self._services.append(each)
            elif kind == "LimitRange":
                from linter.planner.pod_admission.limits import parse_limit_range

                self._limits.setdefault(namespace, []).append(parse_limit_range(each))
            elif kind == "PriorityClass":
                self._priorities[name] = each.get("value") or 0
                self._policies[name] = each.get("preemptionPolicy")
                if each.get("globalDefault"):
                    self._default_priority = each.get("value") or 0
        self._known: dict[tuple[Revision, str | None, tuple[str, ...]], PodInfo] = {}

    def of(self, owner: Controller | Bystanders, pods: Pods) -> PodInfo:
        """Return what the scheduler asks of some pods; the same for all that are alike."""
        key = pods.revision, pods.pinned, pods.claims
        found = self._known.get(key)
        if found is None:
            if pods.pinned is not None:
                # A DaemonSet's pods differ in their node alone.
                found = self.of(owner, pods._replace(pinned=None)).pinned_to(pods.pinned)
            elif isinstance(owner, Bystanders):
                found = self._bystander(pods)
            else:
                found = self._kept(owner, pods)
            self._known[key] = found
        return found

    def _bystander(self, pods: Pods) -> PodInfo:
        metadata, spec = pods.revision.template["metadata"], pods.revision.template["spec"]
        namespace = metadata.get("namespace") or "default"
        self.namespaces.setdefault(namespace, {"kubernetes.io/metadata.name": namespace})
        return PodInfo(
            namespace,
            metadata.get("labels") or {},
            spec,
            priority=self.priority(spec),
            preempts=self._preempts(spec),
            namespaces_matching=self.namespaces_matching,
        )

    def _kept(self, workload: Controller, pods: Pods) -> PodInfo:
        kind, namespace, _ = workload.id
        template = pods.revision.template
        spec = self._with_default_resources(template.get("spec") or {}, namespace)
        own = (template.get("metadata") or {}).get("labels") or {}
        label = _HASH_LABELS.get(kind)
        labels = own if label is None else {label: pods.revision.key, **own}
        selector = workload.manifest["spec"].get("selector") or {}
        if kind == "Deployment":
            selector = {
                **selector,
                "matchLabels": {**(selector.get("matchLabels") or {}), label: labels["pod-template-hash"]},
            }
        if kind == "DaemonSet":
            spec = {**spec, "tolerations": daemon_tolerations(spec)}
            selector = None
        self.namespaces.setdefault(namespace, {"kubernetes.io/metadata.name": namespace})
        return PodInfo(
            namespace,
            labels,
            spec,
            priority=self.priority(spec),
            preempts=self._preempts(spec),
            claims=pods.claims,
            selector=self._default_selector(selector, namespace, labels),
            namespaces_matching=self.namespaces_matching,
        )

    def _with_default_resources(self, spec: Manifest, namespace: str) -> Manifest:
        """Return a pod spec with the requests that LimitRanges have given it when it was created."""
        limits = self._limits.get(namespace)
        if not limits:
            return spec
        from linter.planner.pod_admission.limits import with_default_resources

        return with_default_resources(spec, limits)

    def priority(self, spec: Mapping[str, Any]) -> int:
        """Return the priority of a pod: its own, or that of its class where it is known."""
        if spec.get("priority") is not None:
            return int(spec["priority"])
        name = spec.get("priorityClassName")
        return self._priorities.get(name, 0) if name else self._default_priority

    def _preempts(self, spec: Mapping[str, Any]) -> bool:
        """Tell whether a pod may push out others: its own policy says it, or that of its class."""
        policy = spec.get("preemptionPolicy") or self._policies.get(spec.get("priorityClassName") or "")
        return policy != "Never"

    def namespaces_matching(self, selector: Mapping[str, Any]) -> frozenset[str]:
        """Return the known namespaces whose labels a selector matches."""
        return frozenset(name for name, labels in self.namespaces.items() if matches(selector, labels))

    def _default_selector(
        self, owner: Mapping[str, Any] | None, namespace: str, labels: Mapping[str, str]
    ) -> Mapping[str, Any] | None:
        """Return what pods count as alike for spreading by default: those of the same Services and controller."""
        wanted: dict[str, str] = {}
        for service in self._services:
            selector = (service.get("spec") or {}).get("selector") or {}
            if object_id(service).namespace == namespace and selector and matches_labels(selector, labels):
                wanted.update(selector)
        if owner is None and not wanted:
            return None
        owner = owner or {}
        return {**owner, "matchLabels": {**(owner.get("matchLabels") or {}), **wanted}}
