"""Live ControllerRevisions, and of which one a pod was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.kube.defaults.apply import apply_template_defaults
from linter.planner.live_state.objects import created, name_of, owns

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from linter.planner.model import Manifest, Revision
    from linter.planner.revisions import Revisions


def revision_history(
    live: Manifest, items: list[Manifest], revisions: Revisions
) -> list[tuple[str, str | None, Revision]]:
    """Return (name, hash label, revision) of the ControllerRevisions, the oldest first, and name them."""
    owned = [each for each in items if each.get("kind") == "ControllerRevision" and owns(live, each)]
    owned.sort(key=lambda each: (created(each), each.get("revision") or 0))
    result: list[tuple[str, str | None, Revision]] = []
    for item in owned:
        template = ((item.get("data") or {}).get("spec") or {}).get("template") or {}
        template = {key: value for key, value in template.items() if key != "$patch"}
        revision = revisions.make(apply_template_defaults(template), item.get("revision") or 0)
        revisions.name(revision)
        result.append((name_of(item), revision_label(item), revision))
    return result


def add_guesses(
    known: dict[str | None, Revision],
    pods: Iterable[Manifest],
    live: Manifest,
    is_current: Callable[[Manifest], bool],
    revisions: Revisions,
) -> None:
    """Guess the revisions of pods whose ControllerRevision is not among the live objects.

    Args:
        known: The revisions by the label of their pods; gets those that are guessed.
        pods: The pods.
        live: The workload that they belong to.
        is_current: Tells whether such a pod is of the current template.
        revisions: All revisions of the simulation.
    """
    for pod in sorted(pods, key=created):
        label = revision_label(pod)
        if label not in known:
            known[label] = _guess(live, None if is_current(pod) else pod, len(known) + 1, revisions)


def _guess(live: Manifest, pod: Manifest | None, number: int, revisions: Revisions) -> Revision:
    """Make a revision without its ControllerRevision: the current template, with the images that the pod runs."""
    template = live["spec"]["template"]
    if pod is not None:
        images = {
            each.get("name"): each.get("image") for each in (pod.get("spec") or {}).get("containers") or ()
        }
        metadata = template.get("metadata") or {}
        annotations = {**(metadata.get("annotations") or {}), "podplan/revision": str(revision_label(pod))}
        containers = [
            {**each, "image": images.get(each.get("name"), each.get("image"))}
            for each in template["spec"].get("containers") or ()
        ]
        template = {
            **template,
            "metadata": {**metadata, "annotations": annotations},
            "spec": {**template["spec"], "containers": containers},
        }
    revision = revisions.make(template, number)
    revisions.name(revision)
    return revision


def revision_label(item: Manifest) -> str | None:
    """Return the label that tells a pod's revision: a hash, or the name of a ControllerRevision."""
    value = ((item.get("metadata") or {}).get("labels") or {}).get("controller-revision-hash")
    return None if value is None else str(value)


def template_generation(daemonset: Manifest) -> str | None:
    """Return the number of a DaemonSet's template, which pods of old servers have as a label."""
    annotations = (daemonset.get("metadata") or {}).get("annotations") or {}
    return annotations.get("deprecated.daemonset.template.generation")


def pod_template_generation(pod: Manifest) -> str | None:
    """Return the number of the template that a DaemonSet's pod was made of."""
    return ((pod.get("metadata") or {}).get("labels") or {}).get("pod-template-generation")
