"""The operation that a command means for one workload."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from linter.planner.model import Manifest, object_id
from linter.planner.operations import DeletePod, Patch, SetImage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linter.planner.controllers import Kind


def pod_deletion(pod: str, manifest: Manifest, live: list[Manifest] | None) -> DeletePod:
    """Return the deletion of a pod by what tells pods of that kind apart."""
    kind: Kind = manifest["kind"]
    match kind:
        case "DaemonSet":
            for each in live or ():
                if each.get("kind") == "Pod" and object_id(each).name == pod:
                    pod = (each.get("spec") or {}).get("nodeName") or pod
            return DeletePod(node=pod)
        case "StatefulSet":
            return DeletePod(name=pod)
        case "Deployment" | "ReplicaSet":
            # Names are random: without a state any name stands for one of them.
            return DeletePod() if live is None else DeletePod(name=pod)
        case _:
            assert_never(kind)


def image_change(images: Mapping[str, str], manifest: Manifest) -> SetImage | Patch:
    """Return one operation for the images of several containers: one command makes one update."""
    if len(images) == 1:
        ((container, image),) = images.items()
        return SetImage(container, image)
    present = _container_names(manifest)
    unknown = [container for container in images if container not in present]
    if unknown:
        return SetImage(unknown[0], images[unknown[0]])
    pod = manifest["spec"]["template"]["spec"]
    patch = {
        field: [
            {"name": each["name"], "image": images[each["name"]]}
            for each in pod[field]
            if each.get("name") in images
        ]
        for field in ("initContainers", "containers")
        if pod.get(field)
    }
    return Patch({"spec": {"template": {"spec": patch}}})


def _container_names(manifest: Manifest) -> set[str]:
    pod = (((manifest.get("spec") or {}).get("template") or {}).get("spec")) or {}
    return {str(each.get("name")) for key in ("initContainers", "containers") for each in pod.get(key) or ()}
