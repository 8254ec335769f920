"""How an operation turns the live object into the one that is sent.

Pure functions over manifests; none changes its input. What kubectl refuses is raised as an OperationError.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.kube import schema
from linter.planner.errors import OperationError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linter.planner.model import Manifest
    from linter.schemas import Notation

RESTARTED_AT = "kubectl.kubernetes.io/restartedAt"


def replaced(live: Manifest, manifest: Manifest) -> Manifest:
    """Return what a PUT makes of the live object: the new one, with the annotations of the old kept."""
    metadata = dict(manifest.get("metadata") or {})
    annotations = {
        **((live.get("metadata") or {}).get("annotations") or {}),
        **(metadata.get("annotations") or {}),
    }
    if annotations:
        metadata["annotations"] = annotations
    return {**manifest, "metadata": metadata}


def scaled(live: Manifest, replicas: int) -> Manifest:
    """Return the object with another number of replicas.

    Raises:
        OperationError: It is of a kind that cannot be scaled.
    """
    match live["kind"]:
        case "Deployment" | "ReplicaSet" | "StatefulSet":
            return _with_spec(live, replicas=replicas)
        case "DaemonSet":
            raise OperationError("a DaemonSet cannot be scaled: its nodes say how many pods there are")
        case kind:
            raise OperationError(f"a {kind} cannot be scaled")


def with_image(live: Manifest, image: str, container: str | None) -> Manifest:
    """Return the object with another image.

    Args:
        live: The workload.
        image: The image.
        container: The container's name, "*" for all; without one `app`, or the only container.

    Raises:
        OperationError: There is no such container.
    """
    template = live["spec"]["template"]
    spec = template.get("spec") or {}
    names = [each.get("name") for each in spec.get("containers") or ()]
    if container is None:
        container = "app" if "app" in names or len(names) != 1 else names[0]
    found = False
    changed: dict[str, Any] = {}
    for field in ("initContainers", "containers"):
        if field in spec:
            changed[field] = [
                {**each, "image": image} if container in {"*", each.get("name")} else each
                for each in spec[field]
            ]
            found |= changed[field] != spec[field] or container in {each.get("name") for each in spec[field]}
    if not found and container != "*":
        raise OperationError(f"no container named {container!r}; there are: {', '.join(map(str, names))}")
    return _with_spec(live, template={**template, "spec": {**spec, **changed}})


def restarted(live: Manifest, stamp: str) -> Manifest:
    """Return the object with a template never seen before, as `kubectl rollout restart` makes it.

    Raises:
        OperationError: It is a paused Deployment, or a kind that cannot be restarted.
    """
    match live["kind"]:
        case "Deployment" | "StatefulSet" | "DaemonSet":
            pass
        case "ReplicaSet":
            raise OperationError(
                "a ReplicaSet cannot be restarted: its template touches no pod that is there"
            )
        case kind:
            raise OperationError(f"a {kind} cannot be restarted")
    if live["spec"].get("paused"):
        raise OperationError("a paused Deployment cannot be restarted: resume it first")
    template = live["spec"]["template"]
    metadata = template.get("metadata") or {}
    annotations = {**(metadata.get("annotations") or {}), RESTARTED_AT: stamp}
    return _with_spec(live, template={**template, "metadata": {**metadata, "annotations": annotations}})


def paused(live: Manifest, value: bool) -> Manifest:  # noqa: FBT001  it mirrors spec.paused
    """Return the Deployment paused or resumed.

    Raises:
        OperationError: It is not a Deployment.
    """
    if live["kind"] != "Deployment":
        raise OperationError(f"a {live['kind']} cannot be paused: only a Deployment can")
    return _with_spec(live, paused=value)


def with_template(live: Manifest, template: Manifest) -> Manifest:
    """Return the object with another template (an undo); the label that names its ReplicaSet is left out."""
    metadata = dict(template.get("metadata") or {})
    labels = {k: v for k, v in (metadata.get("labels") or {}).items() if k != "pod-template-hash"}
    metadata["labels"] = labels
    clean = {key: value for key, value in template.items() if key != "$patch"}
    return _with_spec(live, template={**clean, "metadata": metadata})


def _with_spec(live: Manifest, **fields: Any) -> Manifest:
    return {**live, "spec": {**live["spec"], **fields}}


def patched(live: Any, patch: Mapping[str, Any], type_: str | None) -> Any:
    """Return what a strategic merge patch makes of an object.

    A null removes a field; `$patch: replace` replaces a map or list; lists that have a merge key are merged by it, others
    replaced.

    Args:
        live: The object; anything but a map counts as an empty one.
        patch: The patch.
        type_: The object's type, as linter.kube.schema spells it. None: it is not known, and its lists are replaced.
    """
    if not isinstance(live, dict):
        live = {}
    directive = patch.get("$patch")
    if directive == "replace":
        return {key: value for key, value in patch.items() if key != "$patch"}
    if directive == "delete":
        return {}
    retained = patch.get("$retainKeys")
    result = {k: v for k, v in live.items() if retained is None or k in retained}
    for key, value in patch.items():
        if key.startswith("$deleteFromPrimitiveList/"):
            field = key.partition("/")[2]
            result[field] = [each for each in result.get(field) or () if each not in value]
        elif key.startswith("$"):
            continue
        elif value is None:
            result.pop(key, None)
        elif isinstance(value, dict):
            result[key] = patched(result.get(key), value, schema.type_at(type_, (key,)))
        elif isinstance(value, list):
            notation = schema.field_at(type_, (key,))
            result[key] = _patched_list(result.get(key) or [], value, notation)
        else:
            result[key] = value
    return result


def _patched_list(live: list[Any], patch: list[Any], notation: Notation | None) -> list[Any]:
    if any(isinstance(each, dict) and each.get("$patch") == "replace" for each in patch):
        return [each for each in patch if not (isinstance(each, dict) and "$patch" in each)]
    if notation is None or notation.merge_key is None:
        return patch
    if notation.merge_key == "":
        return [*live, *(each for each in patch if each not in live)]
    if not all(isinstance(each, dict) for each in [*live, *patch]):
        return patch
    return _merged(live, patch, notation.merge_key, schema.inside(notation.type))


def _merged(live: list[Any], patch: list[Any], key: str, type_: str) -> list[Any]:
    result = list(live)
    for entry in patch:
        index = next((index for index, each in enumerate(result) if each.get(key) == entry.get(key)), None)
        if entry.get("$patch") == "delete":
            if index is not None:
                del result[index]
        elif index is None:
            result.append(entry)
        else:
            result[index] = patched(result[index], entry, type_)
    return result
