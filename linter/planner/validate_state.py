"""Whether a state could come from a server: whatever somebody hands over is read, but not believed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.planner.errors import ScenarioError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linter.planner.model import Manifest
    from linter.planner.refusal import Admit, Refusal


def validate_state(items: Iterable[Manifest], admit: Admit | None) -> None:
    """Hold every object of a state to the API server's word: what is stored may be stored again as it is.

    Fields that this version does not know are let pass, since the state may come from a newer server.

    Args:
        items: The objects.
        admit: The API server's word; None: they are taken as they are.

    Raises:
        ScenarioError: One of them cannot be a stored object.
    """
    for index, item in enumerate(items):
        path = f"state.items[{index}]"
        _check_identity(item, path)
        if admit is not None:
            _raise_first(admit(item, item), path)
        _check_history(item, path, admit)


def validate_objects(objects: Iterable[Manifest], admit: Admit | None) -> None:
    """Hold the other objects of a scenario to the API server's word, which is to create them.

    Args:
        objects: The objects.
        admit: The API server's word; None: they are taken as they are.

    Raises:
        ScenarioError: One of them is refused.
    """
    for index, item in enumerate(objects):
        path = f"objects[{index}]"
        _check_identity(item, path)
        for refusal in admit(None, item) if admit is not None else ():
            raise ScenarioError(f"{path}.{refusal.field}", refusal.message)


def _check_identity(item: Manifest, path: str) -> None:
    metadata = item.get("metadata")
    for key, holder in (("apiVersion", item), ("kind", item), ("metadata.name", metadata)):
        name = key.rpartition(".")[2]
        if not isinstance(holder, dict) or not isinstance(holder.get(name), str):
            raise ScenarioError(f"{path}.{key}", "is missing, or no text")
    # A null there is an owner without a name, to the API server, which stores none.
    for index, owner in enumerate(item["metadata"].get("ownerReferences") or ()):
        if not isinstance(owner, dict):
            raise ScenarioError(f"{path}.metadata.ownerReferences[{index}]", "must be a mapping")


_OWNERS = ("DaemonSet", "StatefulSet")
"""The built-in kinds whose revisions are ControllerRevisions; what others keep there may have any form."""


def _check_history(item: Manifest, path: str, admit: Admit | None) -> None:
    """Check that a ControllerRevision of a built-in kind holds a pod template: its data is free to the API server, not to its controller."""
    references = item["metadata"].get("ownerReferences") or ()
    if item["kind"] != "ControllerRevision" or not any(
        isinstance(each, dict) and each.get("kind") in _OWNERS for each in references
    ):
        return
    found: Any = item
    for step in ("data", "spec", "template"):
        found = found.get(step)
        path += f".{step}"
        if not isinstance(found, dict):
            raise ScenarioError(
                path, f"must be a mapping: a revision of a {' or '.join(_OWNERS)} is a pod template"
            )
    if admit is not None:
        holder = {
            "apiVersion": "v1",
            "kind": "PodTemplate",
            "metadata": {"name": "template"},
            "template": found,
        }
        _raise_first(admit(holder, holder), path.removesuffix(".template"))


def _raise_first(refusals: Iterable[Refusal], path: str) -> None:
    for refusal in refusals:
        if refusal.reason != "UnknownField":
            raise ScenarioError(
                f"{path}.{refusal.field}", f"no server has stored this object: {refusal.message}"
            )
