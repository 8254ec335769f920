"""On which nodes a pod may run, as far as the DaemonSet controller decides it.

Sources: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/,
https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ and
https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/#taints-and-tolerations.
"""

from __future__ import annotations

from linter.kube.selectors import matches_expression, matches_labels
from linter.kube.structs import is_int64
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from typing import Any

_DAEMON_TOLERATIONS: tuple[tuple[str, str], ...] = (
    ("node.kubernetes.io/not-ready", "NoExecute"),
    ("node.kubernetes.io/unreachable", "NoExecute"),
    ("node.kubernetes.io/disk-pressure", "NoSchedule"),
    ("node.kubernetes.io/memory-pressure", "NoSchedule"),
    ("node.kubernetes.io/pid-pressure", "NoSchedule"),
    ("node.kubernetes.io/unschedulable", "NoSchedule"),
)


class Eligibility(NamedTuple):
    """Whether a DaemonSet's pod should be started on a node, and whether one that is there may stay."""

    run: bool
    keep: bool


def daemon_eligibility(
    pod_spec: Mapping[str, Any],
    name: str,
    labels: Mapping[str, str],
    taints: Collection[Mapping[str, Any]],
) -> Eligibility:
    """Decide on one node for a DaemonSet.

    Preferred affinity, PreferNoSchedule taints, resources and `spec.unschedulable` play no part: the controller
    ignores them.

    Args:
        pod_spec: The pod template's spec.
        name: The node's name.
        labels: The node's labels.
        taints: The node's taints.
    """
    wanted = pod_spec.get("nodeName")
    if (wanted and wanted != name) or not matches_node(pod_spec, name, labels):
        return Eligibility(run=False, keep=False)
    if not taints:
        return Eligibility(run=True, keep=True)
    tolerations = daemon_tolerations(pod_spec)
    effects = {taint.get("effect") for taint in taints if not tolerated(taint, tolerations)}
    return Eligibility(run=not effects & {"NoSchedule", "NoExecute"}, keep="NoExecute" not in effects)


def scheduling_fields(pod_spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a pod's spec `daemon_eligibility` depends on."""
    affinity = (pod_spec.get("affinity") or {}).get("nodeAffinity")
    fields = ("nodeName", "nodeSelector", "tolerations", "hostNetwork")
    return {"nodeAffinity": affinity, **{field: pod_spec.get(field) for field in fields}}


def daemon_tolerations(pod_spec: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the pod's tolerations with those that every DaemonSet's pod gets."""
    automatic = [{"key": key, "operator": "Exists", "effect": effect} for key, effect in _DAEMON_TOLERATIONS]
    if pod_spec.get("hostNetwork"):
        automatic.append(
            {
                "key": "node.kubernetes.io/network-unavailable",
                "operator": "Exists",
                "effect": "NoSchedule",
            }
        )
    return [*(pod_spec.get("tolerations") or ()), *automatic]


def tolerated(taint: Mapping[str, Any], tolerations: Iterable[Mapping[str, Any]]) -> bool:
    """Tell whether one of the tolerations matches the taint."""
    return any(_tolerates(each, taint) for each in tolerations)


def _tolerates(toleration: Mapping[str, Any], taint: Mapping[str, Any]) -> bool:
    if toleration.get("effect") and toleration["effect"] != taint.get("effect"):
        return False
    # An empty key with Exists matches every taint.
    if toleration.get("key") and toleration["key"] != taint.get("key"):
        return False
    operator = toleration.get("operator") or "Equal"
    left, right = taint.get("value") or "", toleration.get("value") or ""
    match operator:
        case "Exists":
            return True
        case "Equal":
            return bool(left == right)
        case "Lt" | "Gt":
            return _compares(operator, left, right)
        case _:
            return False


def matches_node(pod_spec: Mapping[str, Any], name: str, labels: Mapping[str, str]) -> bool:
    """Tell whether nodeSelector and the required node affinity admit a node."""
    if not matches_labels(pod_spec.get("nodeSelector") or {}, labels):
        return False
    affinity = (pod_spec.get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    if required is None:
        return True
    # Terms are alternatives; a term with nothing in it matches no node.
    return any(matches_term(term, name, labels) for term in required.get("nodeSelectorTerms") or ())


def matches_term(term: Mapping[str, Any], name: str, labels: Mapping[str, str]) -> bool:
    """Tell whether a node meets a node selector term; one with nothing in it matches no node."""
    expressions = term.get("matchExpressions") or ()
    fields = term.get("matchFields") or ()
    if not expressions and not fields:
        return False
    # The only field that Kubernetes knows is metadata.name.
    return all(matches_requirement(each, labels) for each in expressions) and all(
        matches_requirement(each, {"metadata.name": name}) for each in fields
    )


def matches_requirement(requirement: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """Tell whether labels meet one node selector requirement (In, NotIn, Exists, DoesNotExist, Gt, Lt)."""
    operator = requirement.get("operator")
    if operator not in {"Gt", "Lt"}:
        return matches_expression(requirement, labels)
    values = list(requirement.get("values") or ())
    label = labels.get(str(requirement.get("key")))
    return label is not None and len(values) == 1 and _compares(operator, label, values[0])


def _compares(operator: str, left: str, right: str) -> bool:
    if not (is_int64(left) and is_int64(right)):
        return False
    return int(left) > int(right) if operator == "Gt" else int(left) < int(right)


def taint_text(taint: Mapping[str, Any]) -> str:
    """Return a taint as kubectl writes it: key=value:effect."""
    value = taint.get("value")
    return f"{taint.get('key')}{f'={value}' if value else ''}:{taint.get('effect')}"
