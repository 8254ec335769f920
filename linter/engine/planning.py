"""What plans need of the rules: the API server's word on every object that an operation sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.engine.admission import admission
from linter.engine.options import DEFAULT_VERSION, NEWEST_VERSION, OLDEST_VERSION
from linter.planner.refusal import Refusal

if TYPE_CHECKING:
    from linter.planner.model import Manifest
    from linter.planner.refusal import Admit


def admit_for(kubernetes: str) -> Admit:
    """Return the admission of a Kubernetes version ("1.36") in the planner's terms."""
    refusals = admission(_version(kubernetes))

    def admit(old: Manifest | None, new: Manifest) -> list[Refusal]:
        return [
            Refusal(problem.field or "", problem.reason or "Invalid", problem.message)
            for problem in refusals(old, new)
        ]

    return admit


def _version(text: str) -> tuple[int, int]:
    """Return the known version that is nearest to one that may be wrong; the planner itself says so."""
    parts = text.removeprefix("v").split(".")
    if len(parts) < 2 or not all(len(part) <= 4 and part.isascii() and part.isdigit() for part in parts[:2]):
        return DEFAULT_VERSION
    return min(max((int(parts[0]), int(parts[1])), OLDEST_VERSION), NEWEST_VERSION)
