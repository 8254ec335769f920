"""Pod templates that became revisions: their names, and the history of a StatefulSet or DaemonSet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.planner.model import Revision

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from linter.planner.model import Manifest


class Revisions:
    """Makes revisions out of templates and names them in the order in which they appear."""

    def __init__(self, fails: Callable[[Manifest], bool]) -> None:
        self._fails = fails
        self._names: dict[str, str] = {}
        self._seen: set[str] = set()

    def make(self, template: Manifest, number: int) -> Revision:
        """Return a new revision of a defaulted template. It has a name if that template had one before."""
        key = template_key(template)
        self._seen.add(key)
        return Revision(template, key, number, fails=self._fails(template), name=self._names.get(key))

    def template_keys(self) -> set[str]:
        """Return the keys of all templates that have been made into revisions."""
        return set(self._seen)

    def name(self, revision: Revision) -> None:
        """Give the revision the next free name, unless it has one."""
        if revision.name is None:
            revision.name = self._names.setdefault(revision.key, f"r{len(self._names) + 1}")


# ControllerRevisions.


def add_to_history(history: list[Revision], revision: Revision) -> Revision:
    """Return the history's revision with the same template, as the newest; without one, add the given revision."""
    newest = max((each.number for each in history), default=0)
    for each in history:
        if each.key == revision.key:
            if each.number < newest:
                each.number = newest + 1
            return each
    revision.number = newest + 1
    history.append(revision)
    return revision


def prune_history(history: list[Revision], limit: int, live: Callable[[], Collection[Revision]]) -> None:
    """Forget a StatefulSet's oldest revisions beyond revisionHistoryLimit; those in use do not count.

    Args:
        history: The revisions; is changed.
        limit: How many to keep.
        live: Returns those in use. It is asked only if there are more than the limit.
    """
    if len(history) <= limit:
        return
    used = live()
    unused = sorted((each for each in history if each not in used), key=lambda each: each.number)
    for each in unused[: max(0, len(unused) - limit)]:
        history.remove(each)


def prune_daemon_history(
    history: list[Revision], limit: int, update: Revision, live: Collection[Revision]
) -> None:
    """Forget a DaemonSet's oldest revisions beyond revisionHistoryLimit.

    Unlike a StatefulSet's, old revisions that have pods count against the limit, although they are spared.
    """
    surplus = len(history) - 1 - limit
    if surplus <= 0:
        return
    for each in sorted(history, key=lambda each: each.number):
        if surplus > 0 and each is not update and each not in live:
            history.remove(each)
            surplus -= 1


# Templates.


def template_key(template: Manifest) -> str:
    """Return text that is equal for templates that a Deployment holds for equal.

    Absent and empty fields are the same, quantities are compared by value, the label pod-template-hash does not count;
    the order of lists does.
    """
    import json

    metadata = template.get("metadata") or {}
    labels = {k: v for k, v in (metadata.get("labels") or {}).items() if k != "pod-template-hash"}
    slim = _without_empty(
        {"metadata": {**metadata, "labels": labels, "creationTimestamp": None}, "spec": template.get("spec")}
    )
    return json.dumps(slim, sort_keys=True, ensure_ascii=False, default=str)


# Fields of plain booleans, for which false is the same as absent; elsewhere false may be a value of its own.
_PLAIN_BOOLEANS = {"hostNetwork", "hostPID", "hostIPC", "stdin", "stdinOnce", "tty", "readOnly"}
_TEXT_MAPS = {"labels", "annotations", "nodeSelector", "matchLabels"}
_QUANTITY_MAPS = {"requests", "limits", "overhead"}


def _without_empty(value: Any, field: str = "") -> Any:
    """Return a value without what Kubernetes does not tell from absent."""
    if isinstance(value, dict):
        if field in _TEXT_MAPS:
            return value
        if field in _QUANTITY_MAPS:
            return {key: _nanos(each) for key, each in value.items()}
        slim = {key: _without_empty(each, key) for key, each in value.items() if key != "$patch"}
        return {
            key: each
            for key, each in slim.items()
            if not (each is None or each in ({}, [], "") or (each is False and key in _PLAIN_BOOLEANS))
        }
    if isinstance(value, list):
        return [_without_empty(each) for each in value]
    return value


def _nanos(value: Any) -> Any:
    from linter.kube.quantities import parse

    try:
        return parse(value).nanos
    except ValueError:
        return value
