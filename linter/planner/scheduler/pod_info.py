"""What the scheduler asks of pods, worked out once for all pods that are alike."""

from __future__ import annotations

import json
from copy import copy
from typing import TYPE_CHECKING, Any

from linter.kube import pod_resources
from linter.kube.node_sharing import taken_port
from linter.kube.pods import long_running
from linter.kube.quantities import Quantity
from linter.kube.selectors import matches

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from linter.planner.model import Manifest

HOSTNAME = "kubernetes.io/hostname"

_LEAST_CPU = Quantity(100 * 10**6)
_LEAST_MEMORY = Quantity(200 * 2**20 * 10**9)
"""What a container without requests counts for where nodes are compared, so that not all such pods come to one node."""

Port = tuple[str, str, int]
"""Host IP, protocol, host port."""


class AffinityTerm:
    """A term of a pod's affinity or anti-affinity to other pods.

    Attributes:
        topology_key: Nodes that agree in this label are one place.
        weight: How much a preferred term counts.
    """

    __slots__ = ("_namespaces", "_selector", "topology_key", "weight")

    def __init__(
        self,
        term: Mapping[str, Any],
        namespace: str,
        labels: Mapping[str, str],
        namespaces_matching: Callable[[Mapping[str, Any]], frozenset[str]],
        weight: int = 0,
    ) -> None:
        self.topology_key: str = term.get("topologyKey") or ""
        self.weight = weight
        self._selector = with_label_keys(
            term.get("labelSelector"), term.get("matchLabelKeys"), labels, term.get("mismatchLabelKeys")
        )
        named = frozenset(term.get("namespaces") or ())
        selector = term.get("namespaceSelector")
        if selector is not None:
            named |= namespaces_matching(selector)
        elif not named:
            named = frozenset({namespace})
        self._namespaces = named

    def matches(self, pod: PodInfo) -> bool:
        """Tell whether a pod is one of those that the term means."""
        return pod.namespace in self._namespaces and matches(self._selector, pod.labels)


def with_label_keys(
    selector: Mapping[str, Any] | None,
    keys: Sequence[str] | None,
    labels: Mapping[str, str],
    unlike: Sequence[str] | None = None,
) -> Mapping[str, Any] | None:
    """Return a selector that also asks for a pod's own values of some labels, and for others than its own of some.

    Keys that the pod has no label of do not count.
    """
    extra = [
        {"key": key, "operator": operator, "values": [labels[key]]}
        for operator, names in (("In", keys), ("NotIn", unlike))
        for key in names or ()
        if key in labels
    ]
    if selector is None or not extra:
        return selector
    return {**selector, "matchExpressions": [*(selector.get("matchExpressions") or ()), *extra]}


class PodInfo:
    """Pods that the scheduler cannot tell from one another.

    Attributes:
        namespace: Their namespace.
        labels: Their labels.
        spec: Their spec.
        priority: The higher, the sooner they are scheduled; they may push out pods of lower priority.
        preempts: Whether they may push out others at all.
        requests: What they request, in the units of `Node.allocatable`.
        counted_cpu: Their cpu as nodes are compared by it.
        counted_memory: Likewise their memory.
        ports: The host ports that they take.
        pinned: The only node that they are made for (a DaemonSet's), or None.
        tolerations: Their tolerations.
        preferred_nodes: Their preferred node affinity.
        claims: Names of the PersistentVolumeClaims that they use.
        selector: Pods that spreading by default counts as alike; None without a controller or Service.
        affinity: Required terms: each must be met.
        anti_affinity: Required terms: none may be met.
        preferred: Preferred terms, those of anti-affinity with a negative weight.
        asks: Equal for pods that a node cannot tell apart as long as it looks at itself and its own pods alone.
    """

    def __init__(
        self,
        namespace: str,
        labels: Mapping[str, str],
        spec: Manifest,
        *,
        priority: int = 0,
        preempts: bool = True,
        claims: tuple[str, ...] = (),
        selector: Mapping[str, Any] | None = None,
        namespaces_matching: Callable[[Mapping[str, Any]], frozenset[str]] = lambda _: frozenset(),
    ) -> None:
        self.namespace = namespace
        self.labels = labels
        self.spec = spec
        self.priority = priority
        self.preempts = preempts
        self.pinned: str | None = None
        self.selector = selector
        self.requests = whole_units(pod_resources.pod_requests(spec))
        counted = whole_units(pod_resources.pod_requests(_with_least_requests(spec)))
        self.counted_cpu = counted.get("cpu", 0)
        self.counted_memory = counted.get("memory", 0)
        self.ports = host_ports(spec)
        self.tolerations: Sequence[Mapping[str, Any]] = spec.get("tolerations") or ()
        self.claims = (*_claims_of(spec), *claims)
        affinity = spec.get("affinity") or {}
        self.preferred_nodes: Sequence[Mapping[str, Any]] = (affinity.get("nodeAffinity") or {}).get(
            "preferredDuringSchedulingIgnoredDuringExecution"
        ) or ()
        self._labels_of_terms = namespace, labels, namespaces_matching
        pods, others = affinity.get("podAffinity") or {}, affinity.get("podAntiAffinity") or {}
        self.affinity = self._required(pods)
        self.anti_affinity = self._required(others)
        self.preferred = (*self._preferred(pods, 1), *self._preferred(others, -1))
        asked = (
            self.requests, self.counted_cpu, self.counted_memory, sorted(self.ports), self.tolerations,
            spec.get("nodeSelector"), affinity.get("nodeAffinity"),
        )  # fmt: skip
        self.asks = json.dumps(asked, sort_keys=True, default=str)

    def pinned_to(self, node: str) -> PodInfo:
        """Return the same for a pod that is made for a node."""
        pinned = copy(self)
        pinned.pinned = node
        # Its node's taints are judged otherwise.
        pinned.asks = f"pinned {self.asks}"
        return pinned

    @property
    def is_choosy(self) -> bool:
        """Whether they care which other pods are near."""
        return bool(self.affinity or self.anti_affinity or self.preferred)

    def _required(self, rules: Mapping[str, Any]) -> tuple[AffinityTerm, ...]:
        terms = rules.get("requiredDuringSchedulingIgnoredDuringExecution") or ()
        return tuple(AffinityTerm(term, *self._labels_of_terms) for term in terms)

    def _preferred(self, rules: Mapping[str, Any], sign: int) -> tuple[AffinityTerm, ...]:
        terms = rules.get("preferredDuringSchedulingIgnoredDuringExecution") or ()
        return tuple(
            AffinityTerm(
                each.get("podAffinityTerm") or {}, *self._labels_of_terms, weight=sign * each.get("weight", 0)
            )
            for each in terms
        )


def whole_units(amounts: Mapping[str, Quantity]) -> dict[str, int]:
    """Return amounts as the scheduler counts them: thousandths of cpu, whole units of all else, rounded up."""
    return {
        name: -(-amount.nanos // (10**6 if name == "cpu" else 10**9))
        for name, amount in amounts.items()
        if amount.nanos
    }


def _with_least_requests(spec: Manifest) -> Manifest:
    """Return a pod spec in which every container requests some cpu and memory."""
    result = dict(spec)
    for field in ("initContainers", "containers"):
        if containers := spec.get(field):
            result[field] = [_with_least_request(each) for each in containers]
    return result


def _with_least_request(container: Manifest) -> Manifest:
    wanted = pod_resources.container_amounts(container, "requests")
    least = {"cpu": _LEAST_CPU, "memory": _LEAST_MEMORY}
    return {
        **container,
        "resources": {"requests": {name: str(each) for name, each in {**least, **wanted}.items()}},
    }


def host_ports(spec: Manifest) -> frozenset[Port]:
    """Return the ports of the node that a pod takes, those of its sidecars included; with hostNetwork all of its ports."""
    host_network = bool(spec.get("hostNetwork"))
    return frozenset(
        (port.get("hostIP") or "0.0.0.0", port.get("protocol") or "TCP", number)  # noqa: S104  any address
        for container in long_running(spec)
        for port in container.get("ports") or ()
        if (number := taken_port(port, host_network=host_network))
    )


def _claims_of(spec: Manifest) -> tuple[str, ...]:
    return tuple(
        volume["persistentVolumeClaim"].get("claimName", "")
        for volume in spec.get("volumes") or ()
        if volume.get("persistentVolumeClaim")
    )
