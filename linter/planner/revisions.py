"""Pod templates that became revisions: their names, and the history of a StatefulSet or DaemonSet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.kube import schema
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
    written = {
        "metadata": {**metadata, "labels": labels, "creationTimestamp": None},
        "spec": template.get("spec"),
    }
    slim = _without_empty(written, schema.POD_TEMPLATE)
    return json.dumps(slim, sort_keys=True, ensure_ascii=False, default=str)


# Booleans of a pod template for which false is the same as absent; elsewhere false is a value of its own. The API's schema
# does not tell these apart: the former are a `bool` of Go, the latter a `*bool`.
_PLAIN_BOOLEANS = {
    "chapAuthDiscovery", "chapAuthSession", "hostIPC", "hostNetwork", "hostPID", "readOnly", "sslEnabled", "stdin",
    "stdinOnce", "tty",
}  # fmt: skip
_POINTERS = {("core/v1.AzureDiskVolumeSource", "readOnly"), ("core/v1.CSIVolumeSource", "readOnly")}


def _without_empty(value: Any, type_: str | None) -> Any:
    """Return a value of a type (None: not known) without what Kubernetes does not tell from absent."""
    if isinstance(value, dict):
        if type_ == "{string}":
            return value
        slim = {
            key: _without_empty(each, schema.type_at(type_, (key,)))
            for key, each in value.items()
            if key != "$patch"
        }
        return {key: each for key, each in slim.items() if not _is_empty(each, type_, key)}
    if isinstance(value, list):
        inner = schema.inside(type_) if type_ and schema.is_list(type_) else None
        return [_without_empty(each, inner) for each in value]
    return _nanos(value) if type_ == "quantity" else value


def _is_empty(value: Any, struct: str | None, field: str) -> bool:
    if value is False:
        return field in _PLAIN_BOOLEANS and (struct, field) not in _POINTERS
    return value is None or value in ({}, [], "")


def _nanos(value: Any) -> Any:
    from linter.kube.quantities import parse

    try:
        return parse(value).nanos
    except ValueError:
        return value
