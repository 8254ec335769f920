"""Commands that a plan hands out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linter.kube.pod_resources import Amounts
    from linter.planner.model import ObjectId

APPLY_A_TEMPLATE_THAT_WORKS = "kubectl apply -f FILE  # with a template that works"


def target(workload: ObjectId) -> str:
    """Return what a command says for a workload: deployment/web -n prod."""
    return f"{workload.kind.lower()}/{workload.name}{namespace_flag(workload)}"


def namespace_flag(workload: ObjectId) -> str:
    """Return ` -n prod`, or nothing for the default namespace."""
    return "" if workload.namespace == "default" else f" -n {workload.namespace}"


def raise_quota(quota: str, namespace: str, amounts: Amounts) -> str:
    """Return the command that lets a ResourceQuota allow so much."""
    patch = {"spec": {"hard": {name: str(amount) for name, amount in amounts.items()}}}
    flag = "" if namespace == "default" else f" -n {namespace}"
    return f"kubectl patch resourcequota/{quota}{flag} -p '{json.dumps(patch)}'"
