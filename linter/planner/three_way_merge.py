"""What `kubectl apply` sends over a live object: a merge of the file, the file that was applied before, and what is there.

What the file says wins; what it left out since it was applied last goes; what others have written stays: a restart's annotation,
a variable of `kubectl set env`, replicas that an autoscaler chose. Kubernetes: k8s.io/apimachinery,
pkg/util/strategicpatch, CreateThreeWayMergePatch.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from linter.kube import schema
from linter.kube.kinds import WORKLOADS
from linter.planner.operations.edits import RESTARTED_AT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linter.planner.model import Manifest
    from linter.schemas import Notation

LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"

_SERVER_FIELDS: Final = frozenset({"metadata", "status"})
_RETAIN_KEYS: Final = frozenset({"apps/v1.DeploymentStrategy", "core/v1.Volume"})
"""The structs of patch strategy retainKeys: only what the file says of them remains."""
_NOTHING: Final[Mapping[str, Any]] = {}


def applied(live: Manifest, manifest: Manifest) -> Manifest:
    """Return what is stored, but for what the server sets, once a manifest is applied over a live object.

    A workload that was not applied before has no annotation that tells what its file said. Of such a one all that the manifest leaves
    out is taken to go, but for what no tool takes away: the replicas, and the time of a restart.

    Args:
        live: The object as it is.
        manifest: The one that is applied.
    """
    if live.get("apiVersion") != manifest.get("apiVersion"):
        return manifest  # the server would be asked for the object in the manifest's version
    last = _last_applied(live)
    if last is None and manifest.get("kind") in WORKLOADS:
        return _with_restart(live, _with_replicas(live, manifest))
    type_ = schema.type_of(str(manifest.get("apiVersion")), str(manifest.get("kind")))
    there, said, before = (_without_server_fields(each) for each in (live, manifest, last or _NOTHING))
    metadata = _metadata(live, manifest, last or _NOTHING)
    return {**manifest, **_merged(there, said, before, type_), "metadata": metadata}


def _without_server_fields(item: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in item.items() if key not in _SERVER_FIELDS}


def _last_applied(live: Manifest) -> Mapping[str, Any] | None:
    text = _part(_part(live, "metadata"), "annotations").get(LAST_APPLIED)
    try:
        last = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None
    return last if isinstance(last, dict) else None


def _part(value: Any, field: str) -> Mapping[str, Any]:
    """Return a map inside a map; an empty one where there is none."""
    found = value.get(field) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else _NOTHING


def _metadata(live: Manifest, manifest: Manifest, last: Mapping[str, Any]) -> dict[str, Any]:
    metadata = dict(_part(manifest, "metadata"))
    for field in ("labels", "annotations"):
        there, said, before = (_part(_part(each, "metadata"), field) for each in (live, manifest, last))
        if merged := _merged(there, said, before, None):
            metadata[field] = merged
    return metadata


def _merged(
    live: Mapping[str, Any], file: Mapping[str, Any], last: Mapping[str, Any], type_: str | None
) -> dict[str, Any]:
    kept = {key: value for key, value in live.items() if key in file or key not in last}
    result = kept | {
        key: _value(live.get(key), value, last.get(key), schema.field_at(type_, (key,)), type_, key)
        for key, value in file.items()
        if value is not None
    }
    for key, value in file.items():
        if value is None:
            result.pop(key, None)
    if type_ in _RETAIN_KEYS:
        return {key: value for key, value in result.items() if key in file}
    return result


def _value(live: Any, file: Any, last: Any, notation: Notation | None, type_: str | None, key: str) -> Any:
    if isinstance(file, dict) and isinstance(live, dict):
        return _merged(
            live, file, last if isinstance(last, dict) else _NOTHING, schema.type_at(type_, (key,))
        )
    if isinstance(file, list) and isinstance(live, list) and notation is not None:
        return _list(live, file, last if isinstance(last, list) else [], notation)
    return file


def _list(live: list[Any], file: list[Any], last: list[Any], notation: Notation) -> list[Any]:
    """Merge lists whose entries are told apart by a field, or by themselves; others are replaced."""
    key = notation.merge_key
    if key is None:
        return file
    if key == "":
        return [*file, *(each for each in live if each not in file and each not in last)]
    if not all(_is_keyed(each, key) for each in (live, file)):
        return file  # two ports of one number: kubectl may lose one of them, which a note says
    there = {each[key]: each for each in live}
    before = {each[key]: each for each in last} if _is_keyed(last, key) else {}
    named = {each[key] for each in file}
    type_ = schema.inside(notation.type)
    merged = [
        _merged(there.get(each[key], _NOTHING), each, before.get(each[key], _NOTHING), type_) for each in file
    ]
    return [*merged, *(each for name, each in there.items() if name not in named and name not in before)]


def _is_keyed(items: Sequence[Any], key: str) -> bool:
    names = [each.get(key) if isinstance(each, dict) else None for each in items]
    return all(isinstance(name, str | int) for name in names) and len(set(names)) == len(names)


def _with_replicas(live: Manifest, manifest: Manifest) -> Manifest:
    spec, replicas = manifest.get("spec"), _part(live, "spec").get("replicas")
    if (
        not isinstance(spec, dict)
        or "replicas" in spec
        or replicas is None
        or manifest.get("kind") == "DaemonSet"
    ):
        return manifest
    return {**manifest, "spec": {**spec, "replicas": replicas}}


def _with_restart(live: Manifest, manifest: Manifest) -> Manifest:
    """Leave the annotation of `kubectl rollout restart` in the template: without it all pods would be made anew."""
    restarted = _part(_part(_part(_part(live, "spec"), "template"), "metadata"), "annotations").get(
        RESTARTED_AT
    )
    template = _part(_part(manifest, "spec"), "template")
    metadata = _part(template, "metadata")
    annotations = _part(metadata, "annotations")
    if restarted is None or not template or RESTARTED_AT in annotations:
        return manifest
    metadata = {**metadata, "annotations": {**annotations, RESTARTED_AT: restarted}}
    return {**manifest, "spec": {**manifest["spec"], "template": {**template, "metadata": metadata}}}
