"""One scenario's workload in a real API server: where its objects are, and how they are named in a recording."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from conformance.canary import Canary
    from conformance.client import Client
    from conformance.watcher import Watcher

PATHS: Final = {
    "Deployment": "/apis/apps/v1/namespaces/{namespace}/deployments",
    "ReplicaSet": "/apis/apps/v1/namespaces/{namespace}/replicasets",
    "StatefulSet": "/apis/apps/v1/namespaces/{namespace}/statefulsets",
    "DaemonSet": "/apis/apps/v1/namespaces/{namespace}/daemonsets",
    "ControllerRevision": "/apis/apps/v1/namespaces/{namespace}/controllerrevisions",
    "Pod": "/api/v1/namespaces/{namespace}/pods",
    "Service": "/api/v1/namespaces/{namespace}/services",
    "PersistentVolumeClaim": "/api/v1/namespaces/{namespace}/persistentvolumeclaims",
    "Event": "/api/v1/namespaces/{namespace}/events",
    "ResourceQuota": "/api/v1/namespaces/{namespace}/resourcequotas",
    "LimitRange": "/api/v1/namespaces/{namespace}/limitranges",
    "PodDisruptionBudget": "/apis/policy/v1/namespaces/{namespace}/poddisruptionbudgets",
    "HorizontalPodAutoscaler": "/apis/autoscaling/v2/namespaces/{namespace}/horizontalpodautoscalers",
    "PriorityClass": "/apis/scheduling.k8s.io/v1/priorityclasses",
    "Node": "/api/v1/nodes",
}

Object = dict[str, Any]


@dataclass
class World:
    """A scenario while it is played."""

    client: Client
    watcher: Watcher
    canary: Canary
    namespace: str
    kind: str
    """The kind of the workload under test."""
    placement: str | None
    """Who gives pods a node: `kube-scheduler`, `spread`, or None: any node will do."""
    one_by_one: bool
    """Whether one pod becomes Ready at a time."""
    failing_images: set[str]
    name: str = ""
    """The workload's name, known from the first manifest on."""
    revisions: dict[str, str] = field(default_factory=dict)
    """From a template's hash to r1, r2, … in the order in which they were first seen."""
    nodes: list[str] = field(default_factory=list)
    held: set[str] = field(default_factory=set)
    """Pods that have lost readiness for good, by uid."""
    draining: list[str] = field(default_factory=list)
    failures: set[str] = field(default_factory=set)
    """Failures of controllers that an earlier round has named."""

    def path(self, kind: str, name: str = "") -> str:
        """Return the path of a kind's objects, or of one of them."""
        path = PATHS[kind].format(namespace=self.namespace)
        return f"{path}/{name}" if name else path

    @property
    def workload(self) -> str:
        """The path of the workload under test."""
        return self.path(self.kind, self.name)

    def items(self, kind: str) -> list[Object]:
        """List the objects of a kind in the scenario's namespace."""
        return self.client.items(self.path(kind))

    def pods(self) -> list[Object]:
        """List the pods in the order in which a kubelet takes them."""
        return sorted(self.items("Pod"), key=self._order)

    def _order(self, pod: Object) -> tuple[int, str]:
        name = pod["metadata"]["name"]
        match self.kind:
            case "StatefulSet":
                return int(name.rpartition("-")[2]), ""
            case "DaemonSet":
                return 0, node_of(pod) or ""
            case _:  # Deployment and ReplicaSet: by revision, then by age
                revision = self.revisions.get(template_of(pod), "r0")
                return int(revision[1:]), pod["metadata"]["creationTimestamp"] + name

    def revision(self, template: str) -> str:
        """Return the name of a template's revision: the next one if it was not seen before."""
        return self.revisions.setdefault(template, f"r{len(self.revisions) + 1}")

    def replica_sets(self) -> list[Object]:
        """List the Deployment's ReplicaSets, the oldest first."""
        owned = [
            item
            for item in self.items("ReplicaSet")
            if any(owner["kind"] == "Deployment" for owner in item["metadata"].get("ownerReferences", []))
        ]
        return sorted(owned, key=_age)


def _age(replica_set: Object) -> tuple[str, int, int]:
    """Timestamps are in whole seconds: those of one second are in the order of their revisions."""
    metadata = replica_set["metadata"]
    return metadata["creationTimestamp"], revision_number(replica_set), int(metadata["resourceVersion"])


def revision_number(replica_set: Object) -> int:
    """Return the number that the Deployment controller gave a ReplicaSet; 0 if none yet."""
    annotations = replica_set["metadata"].get("annotations", {})
    return int(annotations.get("deployment.kubernetes.io/revision", "0"))


def template_of(pod: Object) -> str:
    """Return the hash of the template that a pod was made from."""
    labels = pod["metadata"].get("labels", {})
    return labels.get("pod-template-hash") or labels.get("controller-revision-hash") or "-"


def node_of(pod: Object) -> str | None:
    """Return the node that a pod is on, or that a DaemonSet made it for."""
    return pod["spec"].get("nodeName") or wanted_node(pod)


def wanted_node(pod: Object) -> str | None:
    """Return the node that a DaemonSet made the pod for."""
    affinity = (pod["spec"].get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or {}
    for term in required.get("nodeSelectorTerms", []):
        for match in term.get("matchFields", []):
            if match["key"] == "metadata.name":
                node: str = match["values"][0]
                return node
    return None


def is_terminating(item: Object) -> bool:
    """Tell whether an object's deletion was asked for."""
    return "deletionTimestamp" in item["metadata"]


def is_ready(pod: Object) -> bool:
    """Tell whether a pod's condition Ready holds."""
    conditions = pod.get("status", {}).get("conditions", [])
    return any(found["type"] == "Ready" and found["status"] == "True" for found in conditions)


def timestamp() -> str:
    """Return the time now, as Kubernetes writes it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
