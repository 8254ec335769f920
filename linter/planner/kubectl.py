"""Commands that a plan hands out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linter.planner.model import ObjectId

APPLY_A_TEMPLATE_THAT_WORKS = "kubectl apply -f FILE  # with a template that works"


def target(workload: ObjectId) -> str:
    """Return what a command says for a workload: deployment/web -n prod."""
    return f"{workload.kind.lower()}/{workload.name}{namespace_flag(workload)}"


def namespace_flag(workload: ObjectId) -> str:
    """Return ` -n prod`, or nothing for the default namespace."""
    return "" if workload.namespace == "default" else f" -n {workload.namespace}"
