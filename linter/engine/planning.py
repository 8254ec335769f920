"""What plans need of the rules: the API server's word on every object that an operation sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.engine.admission import admission
from linter.planner.refusal import Refusal
from linter.version import DEFAULT, KubeVersion, VersionError, parse_version

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


def _version(text: str) -> KubeVersion:
    """Return the version; where it is wrong, the default: the planner itself says so."""
    try:
        return parse_version(text)
    except VersionError:
        return DEFAULT
