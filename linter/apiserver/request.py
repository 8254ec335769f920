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


class Request:
    """A request to create or update an object that decodes. Nothing of it changes: `with_object` makes another one.

    Attributes:
        version: The Kubernetes version whose server is asked.
        manifest: The object as it is sent.
        object: The object as the server has it after decoding: nulls dropped, defaults applied.
        old: The stored object of the same kind, where it is an update.
        namespace: The namespace that the request goes to, where that is known.
        kind: The object's kind.
        metadata: The object's metadata, empty where there is none. Of a cluster-scoped kind the server drops the namespace.
        spec: The object's spec, empty where there is none.
        has_plain_template: The answer of `linter.apiserver.pod.plain`; None until it is asked.
    """

    __slots__ = (
        "has_plain_template", "kind", "manifest", "metadata", "namespace", "object", "old", "spec", "version",
    )  # fmt: skip

    def __init__(
        self,
        version: KubeVersion,
        manifest: Object,
        obj: Object,
        old: Stored | None = None,
        namespace: str | None = None,
    ) -> None:
        self.version = version
        self.manifest = manifest
        self.object = obj
        self.old = old
        self.namespace = namespace
        # What every validator asks for, and many of them more than once.
        self.kind: str = manifest["kind"]
        self.spec: Object = obj.get("spec") or {}
        metadata: Object = obj.get("metadata") or {}
        if "namespace" in metadata and self.kind in CLUSTER_SCOPED:
            metadata = {name: value for name, value in metadata.items() if name != "namespace"}
        self.metadata = metadata
        self.has_plain_template: bool | None = None

    def with_object(self, obj: Object, old: Stored | None) -> Request:
        """Return the request as the server goes on with it, once it has changed the objects of both sides."""
        return Request(self.version, self.manifest, obj, old, self.namespace)

    @property
    def written_spec(self) -> Object:
        """The spec as it was sent, before the server put anything into it."""
        spec: Object = self.manifest.get("spec") or {}
        return spec


def annotations_of(obj: Object) -> Object:
    """Return an object's annotations, empty where there are none."""
    annotations: Object = (obj.get("metadata") or {}).get("annotations") or {}
    return annotations
