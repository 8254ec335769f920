"""Questions about the objects that a plan is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.kube.kinds import is_builtin
from linter.planner.model import object_id
from linter.planner.scenario import list_items

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linter.planner.model import Manifest
    from linter.planner.options import Options

SURROUNDINGS = frozenset(
    {
        "LimitRange", "Namespace", "PersistentVolume", "PersistentVolumeClaim", "PodDisruptionBudget", "PriorityClass",
        "ResourceQuota", "Service",
    }
)  # fmt: skip
"""The kinds of objects that decide with a workload's controller what becomes of its pods."""


def surroundings(manifests: Iterable[Manifest], options: Options) -> list[Manifest]:
    """Return what is there beside workloads, without what the API server would not have taken."""
    return [
        each
        for each in manifests
        if object_id(each).kind in SURROUNDINGS and not is_impossible(each, options)
    ]


def live_objects(options: Options) -> list[Manifest] | None:
    """Return the objects of the state, checked; None without a state.

    Raises:
        ScenarioError: One of them could not come from a server.
    """
    if options.state is None:
        return None
    from linter.planner.validate_state import validate_state

    items = list_items(options.state, "state")
    validate_state(items, options.admit)
    return items


def state_has_nodes(options: Options) -> bool:
    """Tell whether the state has nodes."""
    items = () if options.state is None else list_items(options.state, "state")
    return any(each.get("kind") == "Node" for each in items)


def with_name(manifest: Manifest) -> Manifest:
    """Give an object that is created by metadata.generateName a name such as the server would."""
    metadata = manifest.get("metadata")
    if not isinstance(metadata, dict) or metadata.get("name"):
        return manifest
    prefix = metadata.get("generateName")
    if not isinstance(prefix, str):
        return manifest
    return {**manifest, "metadata": {**metadata, "name": f"{prefix}xxxxx"}}


def is_impossible(manifest: Manifest, options: Options) -> bool:
    """Tell whether an object cannot be there: the API server would not have taken it.

    A custom resource can: it may be older than the definition that rules it out.
    """
    if not object_id(manifest).name:
        return True
    return is_builtin(str(manifest.get("apiVersion"))) and (
        options.admit is not None and bool(options.admit(None, manifest))
    )


def is_controlled(manifest: Manifest) -> bool:
    """Tell whether a controller keeps the object."""
    metadata = manifest.get("metadata")
    references = metadata.get("ownerReferences") if isinstance(metadata, dict) else None
    return any(each.get("controller") for each in references or ())
