"""What the API server is asked: to create an object, or to update a stored one."""

from __future__ import annotations

from linter.kube.kinds import CLUSTER_SCOPED
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from linter.version import KubeVersion

    Object = dict[str, Any]


class Stored(NamedTuple):
    """An object that the cluster holds."""

    manifest: Object
    """As it was sent."""
    object: Object
    """With nulls dropped and defaults applied."""


class Request(NamedTuple):
    """A request to create or update an object that decodes."""

    version: KubeVersion
    """The Kubernetes version whose server is asked."""
    manifest: Object
    """The object as it is sent."""
    object: Object
    """The object as the server has it after decoding: nulls dropped, defaults applied."""
    old: Stored | None = None
    """The stored object of the same kind, where it is an update."""
    namespace: str | None = None
    """The namespace that the request goes to, where that is known."""

    @property
    def kind(self) -> str:
        """The object's kind."""
        kind: str = self.manifest["kind"]
        return kind

    @property
    def metadata(self) -> Object:
        """The object's metadata, empty where there is none. Of a cluster-scoped kind the server drops the namespace."""
        metadata: Object = self.object.get("metadata") or {}
        if "namespace" in metadata and self.kind in CLUSTER_SCOPED:
            return {name: value for name, value in metadata.items() if name != "namespace"}
        return metadata

    @property
    def spec(self) -> Object:
        """The object's spec, empty where there is none."""
        spec: Object = self.object.get("spec") or {}
        return spec

    @property
    def written_spec(self) -> Object:
        """The spec as it was sent, before the server put anything into it."""
        spec: Object = self.manifest.get("spec") or {}
        return spec


def annotations_of(obj: Object) -> Object:
    """Return an object's annotations, empty where there are none."""
    annotations: Object = (obj.get("metadata") or {}).get("annotations") or {}
    return annotations
