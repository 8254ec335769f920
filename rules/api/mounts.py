"""What containers do with volumes: mounts, and raw block devices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.engine.rule import Context, Problem, rule
from linter.kube import names
from linter.kube.suggest import did_you_mean, quote
from linter.path import FieldPath, format_path

from .checks import faulty, judged_containers, judged_pod, one_of_these, required
from .volumes import sound_volumes, volumes_by_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource

Object = dict[str, Any]

_PROPAGATION = frozenset({"None", "HostToContainer", "Bidirectional"})
_RECURSIVE = frozenset({"Disabled", "Enabled", "IfPossible"})


@rule("volume-mounts", needs={"volumeMounts"})
def volume_mounts(resource: Resource, context: Context) -> Iterator[Problem]:
    """Every mount names a volume of the pod, and a path of its own.

    The name is that of a volume (or of a claim template of the StatefulSet), exactly; if something is wrong with that
    volume, the mount is reported as well. No two mounts of a container have the same `mountPath`. `subPath` is relative
    and holds no `..`; `subPathExpr` is its alternative. Bidirectional propagation needs a privileged container, a
    recursive read-only mount `readOnly: true` and no propagation.

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          containers:
          - name: web
            image: nginx:1.27
            volumeMounts:
            - name: configs
              mountPath: /etc/web
          volumes:
          - name: config
            configMap:
              name: web
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          containers:
          - name: web
            image: nginx:1.27
            volumeMounts:
            - name: config
              mountPath: /etc/web
          volumes:
          - name: config
            configMap:
              name: web
    ```
    """
    for container in judged_containers(resource, context):
        mounts = container.spec.get("volumeMounts")
        if not mounts:
            continue
        volumes = sound_volumes(resource, context)
        devices = _paths_by_name(container.spec.get("volumeDevices"), "devicePath")
        security = container.spec.get("securityContext") or {}
        seen: set[str] = set()
        for index, mount in enumerate(mounts):
            path = (*container.path, "volumeMounts", index)
            name, where = mount.get("name") or "", mount.get("mountPath") or ""
            if not name:
                yield required((*path, "name"), "The mount names no volume.")
            if name not in volumes:
                yield _not_found(name, (*path, "name"), resource, context)
            if not where:
                yield required((*path, "mountPath"), "The mount has no mountPath.")
            if where in seen:
                message = f"Another mount of the container has the path {quote(where)}."
                yield Problem((*path, "mountPath"), message, "Invalid")
            seen.add(where)
            if name in devices:
                yield Problem(
                    (*path, "name"), f"The volume {quote(name)} is used as a device already.", "Invalid"
                )
            if where in devices.values():
                yield Problem(
                    (*path, "mountPath"), f"The path {quote(where)} is that of a device.", "Invalid"
                )
            yield from _sub_path(mount, path)
            yield from _propagation(mount, path, privileged=security.get("privileged") is True)


def _paths_by_name(uses: list[Object] | None, field: str) -> dict[str, str]:
    """Return the paths that volumes are used at. Of several uses of one volume the API server knows the last one."""
    return {each.get("name") or "": each.get(field) or "" for each in uses or ()}


def _not_found(name: str, path: FieldPath, resource: Resource, context: Context) -> Problem:
    pod = judged_pod(resource, context)
    known = volumes_by_name(pod) if pod else {}
    if name in known:
        message = f"The volume {quote(name)} can't be used, because something is wrong with it."
    else:
        message = f"There is no volume named {quote(name)} in this pod.{did_you_mean(name, known)}"
    return Problem(path, message, "NotFound")


def _without_index(path: FieldPath, field: str) -> str:
    """Spell the path as the API server does for some fields of a mount: without the index."""
    return format_path((*path[:-1], field))


def _sub_path(mount: Object, path: FieldPath) -> Iterator[Problem]:
    for field in ("subPath", "subPathExpr"):
        if where := mount.get(field):
            faults = names.relative_path(where)
            yield from faulty((*path, field), f"The {field}", where, faults, _without_index(path, field))
    if mount.get("subPath") and mount.get("subPathExpr"):
        yield Problem((*path, "subPathExpr"), "A mount can't have both subPath and subPathExpr.", "Invalid")


def _propagation(mount: Object, path: FieldPath, *, privileged: bool) -> Iterator[Problem]:
    propagation = mount.get("mountPropagation")
    if propagation is not None:
        here, field = (*path, "mountPropagation"), _without_index(path, "mountPropagation")
        yield from one_of_these(here, "mountPropagation", propagation, _PROPAGATION, field)
        if propagation == "Bidirectional" and not privileged:
            message = "Bidirectional propagation needs `privileged: true` in the container's securityContext."
            yield Problem(here, message, "Forbidden", field)
    recursive = mount.get("recursiveReadOnly")
    if recursive is None or recursive == "Disabled":
        return
    here, field = (*path, "recursiveReadOnly"), _without_index(path, "recursiveReadOnly")
    if recursive not in _RECURSIVE:
        yield from one_of_these(here, "recursiveReadOnly", recursive, _RECURSIVE, field)
        return
    if not mount.get("readOnly"):
        yield Problem(here, f"recursiveReadOnly {recursive} needs `readOnly: true`.", "Forbidden", field)
    if propagation not in (None, "None"):
        message = f"recursiveReadOnly {recursive} doesn't go with the propagation {propagation}."
        yield Problem(here, message, "Forbidden", field)


@rule("volume-devices", needs={"volumeDevices"})
def volume_devices(resource: Resource, context: Context) -> Iterator[Problem]:
    """Every raw block device names a claim of the pod, and a path of its own.

    Only persistent volume claims and generic ephemeral volumes can be raw block devices. A volume is either mounted or
    used as a device, never both in one container.

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          containers:
          - name: web
            image: nginx:1.27
            volumeDevices:
            - name: disk
              devicePath: /dev/xvda
          volumes:
          - name: disk
            emptyDir: {}
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          containers:
          - name: web
            image: nginx:1.27
            volumeMounts:
            - name: disk
              mountPath: /data
          volumes:
          - name: disk
            emptyDir: {}
    ```
    """
    for container in judged_containers(resource, context):
        devices = container.spec.get("volumeDevices")
        if not devices:
            continue
        volumes = sound_volumes(resource, context)
        mounts = _paths_by_name(container.spec.get("volumeMounts"), "mountPath")
        seen_names: set[str] = set()
        seen_paths: set[str] = set()
        for index, device in enumerate(devices):
            path = (*container.path, "volumeDevices", index)
            name, where = device.get("name") or "", device.get("devicePath") or ""
            at_name, at_path = (*path, "name"), (*path, "devicePath")
            if not name:
                yield required(at_name, "The device names no volume.")
            if name in seen_names:
                yield Problem(at_name, f"The volume {quote(name)} is used by another device.", "Invalid")
            if name not in volumes:
                yield _not_found(name, at_name, resource, context)
            elif volumes[name].spec.keys().isdisjoint({"persistentVolumeClaim", "ephemeral"}):
                message = (
                    f"The volume {quote(name)} is no claim; only claims can be devices. Mount it instead."
                )
                yield Problem(at_name, message, "Invalid")
            if not where:
                yield required(at_path, "The device has no devicePath.")
            if where in seen_paths:
                yield Problem(at_path, f"Another device has the path {quote(where)}.", "Invalid")
            if ".." in where.split("/"):
                yield Problem(
                    at_path, f"The path {quote(where)} must not have `..` as an element.", "Invalid"
                )
            else:
                seen_paths.add(where)
            if name in mounts:
                yield Problem(at_name, f"The volume {quote(name)} is mounted already.", "Invalid")
            if where in mounts.values():
                yield Problem(at_path, f"The path {quote(where)} is that of a mount.", "Invalid")
            if name:
                seen_names.add(name)
