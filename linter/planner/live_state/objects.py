"""What any live object tells: its name, its owner, when it was made."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from linter.kube.defaults.apply import apply_defaults
from linter.kube.selectors import matches

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linter.planner.model import Manifest


def find_workload(items: list[Manifest], kind: str, name: str) -> Manifest | None:
    """Return the live workload: the named one, or the first of its kind that nothing controls.

    Its defaults are applied, should the list have been written by hand.
    """
    for item in items:
        if item.get("kind") == kind and name in {"", name_of(item)}:
            references = (item.get("metadata") or {}).get("ownerReferences") or ()
            if name or not any(each.get("controller") for each in references):
                return apply_defaults(item)
    return None


def owns(owner: Manifest, item: Manifest) -> bool:
    """Tell whether an object is controlled by another, or is free and matches its selector."""
    metadata = item.get("metadata") or {}
    mine = owner.get("metadata") or {}
    if namespace_of(item) != namespace_of(owner):
        return False
    for reference in metadata.get("ownerReferences") or ():
        if reference.get("controller"):
            same = (reference.get("kind"), reference.get("name")) == (owner.get("kind"), mine.get("name"))
            uids = reference.get("uid"), mine.get("uid")
            return same and (None in uids or uids[0] == uids[1])
    if item.get("kind") == "ControllerRevision":
        return False
    return matches((owner.get("spec") or {}).get("selector"), metadata.get("labels") or {})


def name_of(item: Manifest) -> str:
    """Return an object's name."""
    return str((item.get("metadata") or {}).get("name"))


def identity(item: Manifest) -> tuple[str, str]:
    """Return an object's namespace and name."""
    return namespace_of(item), name_of(item)


def namespace_of(item: Manifest) -> str:
    """Return an object's namespace."""
    return str((item.get("metadata") or {}).get("namespace") or "default")


def generation(item: Manifest) -> int:
    """Return metadata.generation."""
    return (item.get("metadata") or {}).get("generation") or 1


def created(item: Manifest) -> float:
    """Return when an object was made, in seconds since the epoch; 0 where nobody says."""
    return seconds((item.get("metadata") or {}).get("creationTimestamp"))


def latest_time(items: Iterable[Manifest]) -> float:
    """Return the latest time that the objects mention: about when they were listed."""
    latest = 0.0
    for item in items:
        latest = max(latest, created(item))
        for each in (item.get("status") or {}).get("conditions") or ():
            latest = max(latest, seconds(each.get("lastTransitionTime")), seconds(each.get("lastUpdateTime")))
    return latest


def seconds(text: Any) -> float:
    """Return a time in seconds since the epoch; 0 where it is none."""
    if isinstance(text, datetime):
        return text.timestamp()
    try:
        return datetime.fromisoformat(str(text)).timestamp()
    except ValueError:
        return 0.0


def number(text: Any) -> int | None:
    """Return the number that a text holds, if it holds one."""
    try:
        return int(text)
    except (TypeError, ValueError):
        return None
