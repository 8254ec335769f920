"""How the containers of a pod read a ConfigMap or Secret, and whether running ones see a change.

Source: https://kubernetes.io/docs/concepts/configuration/configmap/#mounted-configmaps-are-updated-automatically. A volume
follows within about a minute; environment variables and files mounted with subPath never do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from linter.planner.model import Manifest

_FIELDS = {
    "ConfigMap": ("configMapKeyRef", "configMapRef", "configMap", "name"),
    "Secret": ("secretKeyRef", "secretRef", "secret", "secretName"),
}


class Reading(NamedTuple):
    """One way in which a container reads an object.

    Attributes:
        way: It in plain words.
        keys: The entries that it reads; None: all of them.
        keeps: Running containers keep what they have read.
    """

    way: str
    keys: frozenset[str] | None
    keeps: bool

    def reads(self, changed: frozenset[str]) -> bool:
        """Tell whether any of these entries is read."""
        return self.keys is None or bool(self.keys & changed)


def readings(template: Manifest, kind: str, name: str) -> Iterator[Reading]:
    """Yield how a pod template reads an object.

    Args:
        template: The pod template.
        kind: ConfigMap or Secret.
        name: The object's name; it is in the pod's namespace.
    """
    pod = template.get("spec") or {}
    key_ref, ref, source, name_field = _FIELDS[kind]
    volumes = {
        volume.get("name"): items
        for volume in pod.get("volumes") or ()
        if (items := _items(volume, source, name_field, name)) is not None
    }
    for container in (*(pod.get("initContainers") or ()), *(pod.get("containers") or ())):
        for entry in container.get("env") or ():
            found = (entry.get("valueFrom") or {}).get(key_ref) or {}
            if found.get("name") == name:
                yield Reading("into environment variables", frozenset({str(found.get("key"))}), keeps=True)
        for entry in container.get("envFrom") or ():
            if (entry.get(ref) or {}).get("name") == name:
                yield Reading("into environment variables", None, keeps=True)
        for mount in container.get("volumeMounts") or ():
            if mount.get("name") in volumes:
                yield _mounted(mount, volumes[mount["name"]])


def _mounted(mount: Mapping[str, Any], items: Mapping[str, str]) -> Reading:
    """Say how a volume is mounted.

    Args:
        mount: The mount.
        items: The entries by their path in the volume; empty: each of them under its own name.
    """
    sub_path = mount.get("subPath")
    if sub_path:
        path = str(sub_path)
        keys = frozenset(key for at, key in items.items() if at == path or at.startswith(f"{path}/"))
        return Reading(
            f"through a mount with subPath {path}", keys if items else frozenset({path}), keeps=True
        )
    if mount.get("subPathExpr"):
        return Reading("through a mount with subPathExpr", None, keeps=True)
    return Reading("through a volume", frozenset(items.values()) or None, keeps=False)


def _items(volume: Mapping[str, Any], source: str, name_field: str, name: str) -> dict[str, str] | None:
    """Return the entries of an object that a volume shows, by path; None where it shows none of that object."""
    direct = volume.get(source) or {}
    if direct.get(name_field) == name:
        return _paths(direct)
    for each in (volume.get("projected") or {}).get("sources") or ():
        found = each.get(source) or {}
        if found.get("name") == name:
            return _paths(found)
    return None


def _paths(source: Mapping[str, Any]) -> dict[str, str]:
    return {str(each.get("path")): str(each.get("key")) for each in source.get("items") or ()}
