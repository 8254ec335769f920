"""Pods of a live state that no simulated controller keeps: they take room on their nodes, and may be pushed out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.planner.live_state.objects import identity
from linter.planner.live_state.pods import is_finished, state_of_pod
from linter.planner.model import Manifest, ObjectId, Pods, Revision

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from collections.abc import Set as AbstractSet


class Bystander:
    """A pod that stands on a node and is kept by nobody.

    Attributes:
        manifest: The live object.
        revision: Its metadata and spec; the same for pods that a controller has made alike.
        node: Where it is.
        state: How far it is.
        terminating: Whether it is being deleted.
    """

    __slots__ = ("manifest", "node", "revision", "state", "terminating")

    def __init__(self, manifest: Manifest, revision: Revision, node: str) -> None:
        self.manifest = manifest
        self.revision = revision
        self.node = node
        self.state = state_of_pod(manifest)
        self.terminating = bool(manifest["metadata"].get("deletionTimestamp"))

    @property
    def owner(self) -> Manifest | None:
        """The reference to what keeps it in the cluster that it comes from; None for one that stands alone."""
        references = self.manifest["metadata"].get("ownerReferences") or ()
        return next((each for each in references if each.get("controller")), None)

    @property
    def stays_with_its_node(self) -> bool:
        """Whether a drain leaves it alone: a DaemonSet's, or one that the kubelet runs by itself."""
        annotations = self.manifest["metadata"].get("annotations") or {}
        by_daemon_set = self.owner is not None and self.owner.get("kind") == "DaemonSet"
        return by_daemon_set or "kubernetes.io/config.mirror" in annotations


class Bystanders:
    """The pods of a cluster that no simulated controller keeps.

    Attributes:
        id: Stands for what would keep them.
        version: Another number after each change.
    """

    id = ObjectId("Pod", "", "")

    def __init__(self) -> None:
        self._pods: list[Bystander] = []
        self.version = 0

    def load(self, items: Iterable[Manifest], kept: AbstractSet[tuple[str, str]]) -> None:
        """Take over the pods of a live state that stand on nodes and have not finished.

        Args:
            items: All live objects.
            kept: Namespace and name of those that a simulated controller keeps.
        """
        revisions: dict[Any, Revision] = {}
        for item in items:
            if item.get("kind") != "Pod" or is_finished(item):
                continue
            spec = item.get("spec") or {}
            if spec.get("nodeName") and identity(item) not in kept:
                key = _alike(item)
                revision = revisions.get(key)
                if revision is None:
                    template = {"metadata": item["metadata"], "spec": spec}
                    revision = revisions[key] = Revision(template, str(key), 0)
                self._pods.append(Bystander(item, revision, spec["nodeName"]))
        self.version += 1

    def __bool__(self) -> bool:
        """Tell whether there are any."""
        return bool(self._pods)

    def __iter__(self) -> Iterator[Bystander]:
        """Yield the pods."""
        return iter(self._pods)

    def pods_alike(self, nodes: Collection[str | None] | None = None) -> Iterator[Pods]:
        """Yield the pods, or those on some nodes, each for itself."""
        for pod in self._pods:
            if nodes is None or pod.node in nodes:
                yield Pods(pod.revision, pod.node, pod.state, 1, pod, pod.terminating)

    def evict(self, pods: Pods) -> None:
        """Delete one of `pods_alike`."""
        pods.handle.terminating = True
        self.version += 1

    def remove_terminated(self, dead: AbstractSet[str | None]) -> bool:
        """Let terminating pods be gone, but for those on dead nodes; tell whether there were any."""
        return self._keep([pod for pod in self._pods if not pod.terminating or pod.node in dead])

    def remove_node(self, name: str) -> bool:
        """Lose the pods of a node that is gone; tell whether there were any."""
        return self._keep([pod for pod in self._pods if pod.node != name])

    def _keep(self, pods: list[Bystander]) -> bool:
        changed = len(pods) != len(self._pods)
        if changed:
            self._pods = pods
            self.version += 1
        return changed


def _alike(item: Manifest) -> Any:
    """Return what is equal for pods that a controller has made of one template."""
    metadata, spec = item["metadata"], item.get("spec") or {}
    labels = metadata.get("labels") or {}
    made_of = labels.get("pod-template-hash") or labels.get("controller-revision-hash")
    owner = next((each for each in metadata.get("ownerReferences") or () if each.get("controller")), None)
    if (
        owner is None
        or made_of is None
        or any("persistentVolumeClaim" in each for each in spec.get("volumes") or ())
    ):
        return identity(item)
    return metadata.get("namespace"), owner.get("kind"), owner.get("name"), made_of
