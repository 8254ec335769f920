"""Objects whose pods no plan shows: those of controllers that podplan does not know, or does not play."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.kube.kinds import is_builtin
from linter.path import value_at
from linter.planner.assessment import Effect
from linter.planner.targets import is_workload

if TYPE_CHECKING:
    from linter.planner.model import Manifest
    from linter.planner.report.plan import Change

_TEMPLATES = (
    ("spec", "template", "spec", "containers"),
    ("spec", "jobTemplate", "spec", "template", "spec", "containers"),
)
"""Where kinds that make pods have their containers: Jobs, Argo's Rollout, OpenKruise's CloneSet, and many more."""


def makes_pods_unplanned(manifest: Manifest) -> bool:
    """Tell whether a live object makes pods by a controller that podplan does not know."""
    version = str(manifest.get("apiVersion") or "")
    return not is_builtin(version) and any(value_at(manifest, path) for path in _TEMPLATES)


def with_unplanned_pods(change: Change, manifest: Manifest) -> Change:
    """Return what becomes of an object, with a word on its pods where nobody can plan them.

    Args:
        change: What becomes of it.
        manifest: The object.
    """
    if change.refused or is_workload(manifest) or not any(value_at(manifest, path) for path in _TEMPLATES):
        return change
    version = str(manifest.get("apiVersion") or "")
    if is_builtin(version) and change.change == "none":
        return change
    if is_builtin(version):
        message = (
            f"podplan does not play the controller of {change.kind}s: what becomes of its pods is left out."
        )
    else:
        message = f"podplan does not know the controller of a {change.kind} ({version}): what becomes of its pods is left out."
    return change._replace(effects=(*change.effects, Effect(message)))
