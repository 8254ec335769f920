"""The defaults of storage.k8s.io."""

from __future__ import annotations

from linter.kube.defaults.fill import fill

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.kube.defaults.fill import Object


def default(obj: Object) -> Object:
    """Return a StorageClass or CSIDriver with its defaults."""
    match obj["kind"]:
        case "StorageClass":
            return fill(obj, reclaimPolicy="Delete", volumeBindingMode="Immediate")
        case "CSIDriver":
            return {**obj, "spec": _csi_driver(obj.get("spec") or {})}
        case kind:
            raise KeyError(kind)


def _csi_driver(spec: Object) -> Object:
    spec = fill(
        spec,
        attachRequired=True,
        podInfoOnMount=False,
        storageCapacity=False,
        fsGroupPolicy="ReadWriteOnceWithFSType",
        requiresRepublish=False,
        seLinuxMount=False,
    )
    return {**spec, "volumeLifecycleModes": spec.get("volumeLifecycleModes") or ["Persistent"]}
