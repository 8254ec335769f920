"""What a container does with volumes: mounts, and raw block devices.

Source: https://kubernetes.io/docs/concepts/storage/volumes/
"""

from __future__ import annotations

from linter.apiserver.constraints import check_field
from linter.kube import names
from linter.kube.suggest import did_you_mean, quote
from linter.path import format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.apiserver.errors import Errors
    from linter.apiserver.pod.volume_names import PodVolumes
    from linter.apiserver.request import Object
    from linter.path import FieldPath

_STRUCT = "core/v1.VolumeMount"
_RARE = frozenset({"subPath", "subPathExpr", "mountPropagation", "recursiveReadOnly"})
_MOUNTS: str = "volume-mounts"
_DEVICES: str = "volume-devices"


def validate_volume_mounts(container: Object, path: FieldPath, errors: Errors, volumes: PodVolumes) -> None:
    """Judge the mounts of a container.

    Args:
        container: The container.
        path: Where it is.
        errors: Gets what is wrong.
        volumes: The pod's volumes.
    """
    devices = _paths_by_name(container.get("volumeDevices") or (), "devicePath")
    privileged = (container.get("securityContext") or {}).get("privileged") is True
    seen: set[str] = set()
    for index, mount in enumerate(container.get("volumeMounts") or ()):
        at = (*path, "volumeMounts", index)
        name, mount_path = mount.get("name") or "", mount.get("mountPath") or ""
        if not name:
            errors.required((*at, "name"), "The mount names no volume.", rule=_MOUNTS)
        if name not in volumes.usable:
            errors.not_found((*at, "name"), _why_not_found(name, volumes), rule=_MOUNTS)
        if not mount_path:
            errors.required((*at, "mountPath"), "The mount has no mountPath.", rule=_MOUNTS)
        if mount_path in seen:
            message = f"Another mount of the container has the path {quote(mount_path)}."
            errors.invalid((*at, "mountPath"), message, rule=_MOUNTS)
        seen.add(mount_path)
        if devices and name in devices:
            message = f"The volume {quote(name)} is used as a device already."
            errors.invalid((*at, "name"), message, rule=_MOUNTS)
        if devices and mount_path in devices.values():
            message = f"The path {quote(mount_path)} is that of a device."
            errors.invalid((*at, "mountPath"), message, rule=_MOUNTS)
        if not _RARE.isdisjoint(mount):
            _validate_sub_path(mount, at, errors)
            _validate_propagation(mount, at, errors, privileged=privileged)
            _validate_recursive_read_only(mount, at, errors)


def validate_volume_devices(container: Object, path: FieldPath, errors: Errors, volumes: PodVolumes) -> None:
    """Judge the raw block devices of a container.

    Args:
        container: The container.
        path: Where it is.
        errors: Gets what is wrong.
        volumes: The pod's volumes.
    """
    mounts = _paths_by_name(container.get("volumeMounts") or (), "mountPath")
    seen_names: set[str] = set()
    seen_paths: set[str] = set()
    for index, device in enumerate(container.get("volumeDevices") or ()):
        name, device_path = device.get("name") or "", device.get("devicePath") or ""
        at_name = (*path, "volumeDevices", index, "name")
        at_path = (*path, "volumeDevices", index, "devicePath")
        if not name:
            errors.required(at_name, "The device names no volume.", rule=_DEVICES)
        if name in seen_names:
            message = f"The volume {quote(name)} is used by another device."
            errors.invalid(at_name, message, rule=_DEVICES)
        if name not in volumes.usable:
            errors.not_found(at_name, _why_not_found(name, volumes), rule=_DEVICES)
        elif volumes.usable[name].keys().isdisjoint({"persistentVolumeClaim", "ephemeral"}):
            message = (
                f"The volume {quote(name)} is not a claim; only claims can be devices. Mount it instead."
            )
            errors.invalid(at_name, message, rule=_DEVICES)
        if not device_path:
            errors.required(at_path, "The device has no devicePath.", rule=_DEVICES)
        if device_path in seen_paths:
            message = f"Another device has the path {quote(device_path)}."
            errors.invalid(at_path, message, rule=_DEVICES)
        if ".." in device_path.split("/"):
            message = f"The path {quote(device_path)} must not have `..` as an element."
            errors.invalid(at_path, message, rule=_DEVICES)
        else:
            seen_paths.add(device_path)
        if name in mounts:
            errors.invalid(at_name, f"The volume {quote(name)} is mounted already.", rule=_DEVICES)
        if device_path in mounts.values():
            errors.invalid(at_path, f"The path {quote(device_path)} is that of a mount.", rule=_DEVICES)
        if name:
            seen_names.add(name)


def _paths_by_name(uses: Sequence[Object], field: str) -> dict[str, str]:
    """Return the paths that volumes are used at. Of several uses of one volume the API server knows the last one."""
    return {use.get("name") or "": use.get(field) or "" for use in uses}


def _why_not_found(name: str, volumes: PodVolumes) -> str:
    if name in volumes.known:
        return f"The volume {quote(name)} can't be used, because something is wrong with it."
    return f"There is no volume named {quote(name)} in this pod.{did_you_mean(name, volumes.known)}"


def _without_index(path: FieldPath, field: str) -> str:
    """Spell the path as the API server does for some fields of a mount: without the index."""
    return format_path((*path[:-1], field))


def _validate_sub_path(mount: Object, path: FieldPath, errors: Errors) -> None:
    for field in ("subPath", "subPathExpr"):
        if (sub_path := mount.get(field)) and (faults := names.relative_path(sub_path)):
            spelled = _without_index(path, field)
            errors.faults((*path, field), f"The {field}", sub_path, faults, rule=_MOUNTS, field=spelled)
    if mount.get("subPath") and mount.get("subPathExpr"):
        message = "A mount can't have both subPath and subPathExpr."
        errors.invalid((*path, "subPathExpr"), message, rule=_MOUNTS)


def _validate_propagation(mount: Object, path: FieldPath, errors: Errors, *, privileged: bool) -> None:
    propagation = mount.get("mountPropagation")
    if propagation is None:
        return
    at, field = (*path, "mountPropagation"), _without_index(path, "mountPropagation")
    check_field(_STRUCT, "mountPropagation", propagation, at, errors, field=field)
    if propagation == "Bidirectional" and not privileged:
        message = "Bidirectional propagation needs `privileged: true` in the container's securityContext."
        errors.forbidden(at, message, rule=_MOUNTS, field=field)


def _validate_recursive_read_only(mount: Object, path: FieldPath, errors: Errors) -> None:
    recursive = mount.get("recursiveReadOnly")
    if recursive is None or recursive == "Disabled":
        return
    at, field = (*path, "recursiveReadOnly"), _without_index(path, "recursiveReadOnly")
    before = len(errors)
    check_field(_STRUCT, "recursiveReadOnly", recursive, at, errors, field=field)
    if len(errors) > before:
        return
    if not mount.get("readOnly"):
        message = f"recursiveReadOnly {recursive} needs `readOnly: true`."
        errors.forbidden(at, message, rule=_MOUNTS, field=field)
    propagation = mount.get("mountPropagation")
    if propagation not in {None, "None"}:
        message = f"recursiveReadOnly {recursive} doesn't go with the propagation {propagation}."
        errors.forbidden(at, message, rule=_MOUNTS, field=field)
