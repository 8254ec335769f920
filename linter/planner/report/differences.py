"""What differs between two manifests, field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from linter.planner.model import Manifest

_SERVER_FIELDS = {"uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink"}
_KEYS = ("name", "containerPort", "port", "mountPath")


class Difference(NamedTuple):
    """A field that differs. None stands for an absent one."""

    field: str
    old: Any
    new: Any


def differences(old: Manifest, new: Manifest) -> list[Difference]:
    """List what differs between two manifests; what only the server sets does not count."""
    found: list[Difference] = []
    _compare(_comparable(old), _comparable(new), "", found)
    return found


def _comparable(manifest: Manifest) -> Manifest:
    metadata = {k: v for k, v in (manifest.get("metadata") or {}).items() if k not in _SERVER_FIELDS}
    return {**{k: v for k, v in manifest.items() if k != "status"}, "metadata": metadata}


def _compare(old: Any, new: Any, path: str, found: list[Difference]) -> None:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*old, *new]):
            _compare(old.get(key), new.get(key), f"{path}.{key}" if path else str(key), found)
        return
    if isinstance(old, list) and isinstance(new, list):
        key = next((each for each in _KEYS if _keyed(old, each) and _keyed(new, each)), None)
        if key is not None:
            left, right = ({each[key]: each for each in items} for items in (old, new))
            for name in dict.fromkeys([*left, *right]):
                _compare(left.get(name), right.get(name), f"{path}[{name}]", found)
            return
    if old != new:
        found.append(Difference(path, old, new))


def _keyed(items: list[Any], key: str) -> bool:
    """Tell whether every element is a map with its own value under the key."""
    names = [each.get(key) if isinstance(each, dict) else None for each in items]
    return bool(items) and None not in names and len(set(map(str, names))) == len(names)
