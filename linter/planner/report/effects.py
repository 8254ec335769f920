"""What a change of an object without pods of its own does to pods: of a ConfigMap or Secret to its readers, of a Service to traffic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from linter.kube.kinds import WORKLOADS, is_builtin
from linter.kube.selectors import matches_labels
from linter.planner.assessment import NO_EFFECT, Effect
from linter.planner.model import object_id
from linter.planner.report.kubectl_apply import lost_ports
from linter.planner.report.readers import Reading, readings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from linter.planner.model import Manifest, ObjectId
    from linter.planner.report.plan import Change, WorkloadPlan

    Outcomes = dict[ObjectId, tuple[Change, WorkloadPlan | None]]


class Surroundings(NamedTuple):
    """What else there is.

    Attributes:
        before: All objects as they are.
        after: All objects as they are sent.
        rolling: The workloads whose pods are replaced anyway.
    """

    before: Sequence[Manifest]
    after: Sequence[Manifest]
    rolling: frozenset[ObjectId]


def with_effects(
    found: Outcomes, before: Mapping[ObjectId, Manifest], after: Mapping[ObjectId, Manifest]
) -> Outcomes:
    """Say what changes of other objects do to the pods of workloads, and what a new name does to traffic."""
    refused = {key for key, (change, _) in found.items() if change.change == "refused"}
    around = Surroundings(
        tuple(before.values()),
        tuple(each for key, each in after.items() if key not in refused),
        frozenset(key for key, (change, _) in found.items() if change.change in {"rollout", "created"}),
    )
    result: Outcomes = {}
    for key, (change, plan) in found.items():
        was, now = before.get(key), after.get(key)
        if change.change == "no-rollout" and plan is None and was is not None and now is not None:
            result[key] = change._replace(effects=effects(was, now, around)), None
        elif plan is not None and was is not None and now is None and (note := successor(was, around)):
            result[key] = change, plan._replace(notes=(*plan.notes, note))
        else:
            result[key] = change, plan
    return result


def effects(was: Manifest, now: Manifest, around: Surroundings) -> tuple[Effect, ...]:
    """Return what it does to pods that an object which is no workload becomes another.

    What cannot be known is not said: of custom resources, and of kinds whose controllers make pods at their own time.
    """
    if now.get("apiVersion") == "v1":
        match now.get("kind"):
            case "ConfigMap" | "Secret":
                return tuple(_on_readers(was, now, around)) or (NO_EFFECT,)
            case "Service":
                found = (*_on_traffic(was, now, around), *map(Effect, lost_ports(was, now)))
                return found or (NO_EFFECT,)
            case "Pod":
                return tuple(_on_containers(was, now))
    makes_pods = str(now.get("kind")) in {*WORKLOADS, "Job", "CronJob", "ReplicationController"}
    known = is_builtin(str(now.get("apiVersion") or "")) and not makes_pods
    return (NO_EFFECT,) if known else ()


# A Pod.


def _on_containers(was: Manifest, now: Manifest) -> Iterator[Effect]:
    """The image is the one field of a container that can be changed: the kubelet restarts it where it is."""
    before = {each.get("name"): each.get("image") for each in _containers(was)}
    for container in _containers(now):
        name, image = container.get("name"), container.get("image")
        if name in before and before[name] != image:
            yield Effect(f"The container {name} is restarted in its place with the image {image}.")


def _containers(pod: Manifest) -> list[Manifest]:
    spec = pod.get("spec") or {}
    return [*(spec.get("initContainers") or ()), *(spec.get("containers") or ())]


# A ConfigMap or Secret.


def _on_readers(was: Manifest, now: Manifest, around: Surroundings) -> Iterator[Effect]:
    changed = _changed_keys(was, now)
    if not changed:
        return
    kind, namespace, name = object_id(now)
    for workload in _workloads(around.after):
        id_ = object_id(workload)
        if id_.namespace != namespace or id_ in around.rolling:
            continue
        template = workload["spec"]["template"]
        stale = [each for each in readings(template, kind, name) if each.reads(changed) and each.keeps]
        if stale:
            yield _keeps_old_values(workload, kind, name, stale)


def _keeps_old_values(workload: Manifest, kind: str, name: str, stale: Sequence[Reading]) -> Effect:
    id_ = object_id(workload)
    ways = list(dict.fromkeys(each.way for each in stale))
    said = f"{id_.kind} {id_.namespace}/{id_.name} reads {kind} {name} {' and '.join(ways)}"
    strategy = (workload["spec"].get("updateStrategy") or {}).get("type")
    if workload["kind"] == "ReplicaSet" or strategy == "OnDelete":
        return Effect(f"{said}: its pods keep the old values until they are deleted.")
    target = f"{id_.kind.lower()}/{id_.name}" + (f" -n {id_.namespace}" if id_.namespace != "default" else "")
    return Effect(
        f"{said}: its pods keep the old values until they are restarted.",
        (f"kubectl rollout restart {target}",),
    )


def _changed_keys(was: Manifest, now: Manifest) -> frozenset[str]:
    before, after = _data(was), _data(now)
    return frozenset(key for key in {**before, **after} if before.get(key) != after.get(key))


def _data(manifest: Manifest) -> dict[str, Any]:
    """Return the entries as they are stored: a Secret's stringData is written over its data, encoded."""
    from base64 import b64encode

    texts = manifest.get("stringData") or {}
    encoded = {key: b64encode(str(value).encode()).decode() for key, value in texts.items()}
    return {**(manifest.get("binaryData") or {}), **(manifest.get("data") or {}), **encoded}


# A Service.


def _on_traffic(was: Manifest, now: Manifest, around: Surroundings) -> Iterator[Effect]:
    before, after = ((each.get("spec") or {}).get("selector") or {} for each in (was, now))
    if before == after or not before or not after:
        return
    namespace = object_id(now).namespace
    served = _selected(before, around.before, namespace)
    at_once = _selected(after, around.before, namespace)
    at_last = _selected(after, around.after, namespace)
    if not served or not at_last:
        return  # pods that are not among these objects may answer
    wanted = ", ".join(f"{key}={value}" for key, value in after.items())
    if not at_once:
        yield Effect(
            f"No pod that runs now has the labels {wanted}: from the moment it is applied nothing answers, until the first"
            f" new pod of {_names(at_last)} is Ready. Change the selector once they are."
        )
    elif set(at_once) != set(served):
        yield Effect(
            f"Traffic goes over at once, from the pods of {_names(served)} to those of {_names(at_once)}."
        )


def _selected(selector: Manifest, manifests: Iterable[Manifest], namespace: str) -> list[ObjectId]:
    """Return the workloads whose pods a Service sends to."""
    return [
        object_id(each)
        for each in _workloads(manifests)
        if object_id(each).namespace == namespace and matches_labels(selector, pod_labels(each))
    ]


def _names(ids: Sequence[ObjectId]) -> str:
    return " and ".join(f"{each.kind} {each.name}" for each in ids)


# A workload under another name.


def successor(gone: Manifest, around: Surroundings) -> str | None:
    """Tell what traffic sees where a workload goes and another one comes that seems to be the same under a new name.

    Args:
        gone: A workload that is not among the new objects.
        around: What else there is.
    """
    id_ = object_id(gone)
    heir = _heir(gone, around)
    if heir is None:
        return None
    serving = [
        each
        for each in around.after
        if (each.get("apiVersion"), each.get("kind")) == ("v1", "Service")
        and object_id(each).namespace == id_.namespace
        and _sends_to(each, gone)
    ]
    both = [each for each in serving if _sends_to(each, heir)]
    new, names = object_id(heir).name, " and ".join(object_id(each).name for each in both or serving)
    said = f"A new name is another object: {id_.kind} {new} is created beside {id_.name}."
    if id_.kind == "StatefulSet" and gone["spec"].get("volumeClaimTemplates"):
        said += " The claims keep the old name: the new pods begin with new, empty ones."
    if serving and not both:
        return (
            f"{said} Service {names} selects the pods of {id_.name} alone: once they are gone nothing answers. Give the new pods"
            " the labels that it selects, or change its selector once they are available."
        )
    if both:
        said += f" Service {names} sends to the pods of both while both are there."
    kind, flag = id_.kind.lower(), "" if id_.namespace == "default" else f" -n {id_.namespace}"
    return (
        f"{said} Delete {id_.name} once the new pods are available:"
        f" kubectl rollout status {kind}/{new}{flag} && kubectl delete {kind} {id_.name}{flag}"
    )


def _heir(gone: Manifest, around: Surroundings) -> Manifest | None:
    """Return the only new workload of the same kind that runs the same images."""
    id_, known = object_id(gone), {object_id(each) for each in around.before}
    heirs = [
        each
        for each in _workloads(around.after)
        if each["kind"] == id_.kind
        and object_id(each).namespace == id_.namespace
        and object_id(each) not in known
        and _images(each) & _images(gone)
    ]
    return heirs[0] if len(heirs) == 1 else None


def _sends_to(service: Manifest, workload: Manifest) -> bool:
    selector = (service.get("spec") or {}).get("selector") or {}
    return bool(selector) and matches_labels(selector, pod_labels(workload))


def _images(workload: Manifest) -> set[str]:
    """Return what the containers run, whatever the version."""
    pod = workload["spec"]["template"].get("spec") or {}
    return {_repository(str(each.get("image"))) for each in pod.get("containers") or ()}


def _repository(image: str) -> str:
    """Return an image without tag and digest; a colon before the last slash belongs to a port."""
    path = image.partition("@")[0]
    host, slash, name = path.rpartition("/")
    return f"{host}{slash}{name.partition(':')[0]}"


def pod_labels(workload: Manifest) -> dict[str, str]:
    """Return the labels of a workload's pods."""
    return (workload["spec"]["template"].get("metadata") or {}).get("labels") or {}


def _workloads(manifests: Iterable[Manifest]) -> Iterator[Manifest]:
    """Yield the workloads among the objects, as far as they are well-formed."""
    for each in manifests:
        if each.get("apiVersion") == "apps/v1" and each.get("kind") in WORKLOADS:
            spec = each.get("spec")
            if isinstance(spec, dict) and isinstance(spec.get("template"), dict):
                yield each
