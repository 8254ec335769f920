"""Live objects that are none: a state is written by a server, but whatever somebody hands over is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.planner.scenario import ScenarioError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linter.planner.state import Admit, Manifest


def check_state(items: Iterable[Manifest], admit: Admit | None) -> None:
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
        metadata = item.get("metadata")
        for key, holder in (("apiVersion", item), ("kind", item), ("metadata.name", metadata)):
            name = key.rpartition(".")[2]
            if not isinstance(holder, dict) or not isinstance(holder.get(name), str):
                raise ScenarioError(f"{path}.{key}", "is missing, or no text")
        for refusal in admit(item, item) if admit else ():
            if refusal.reason != "UnknownField":
                raise ScenarioError(
                    f"{path}.{refusal.field}", f"no server has stored this object: {refusal.message}"
                )
