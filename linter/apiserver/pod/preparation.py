"""What the API server writes into a new Pod before it judges it; into a pod template it does not.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/ (matchLabelKeys) and
https://kubernetes.io/docs/tasks/configure-pod-container/assign-pod-level-resources/
"""

from __future__ import annotations

from linter.apiserver.pod.affinity import PREFERRED, REQUIRED
from linter.apiserver.pod.resources import add_up
from linter.kube import quantities

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.request import Object
    from linter.version import KubeVersion

_OVERCOMMITTED = ("cpu", "memory")
"""What a pod as a whole can have, and what may be promised to more pods than a node can hold."""


def prepare_new_pod(spec: Object, labels: Object, version: KubeVersion) -> Object:
    """Return a pod spec as the server judges it.

    Args:
        spec: The spec, with defaults applied and without the fields that the server drops. What stays as it is is shared.
        labels: The labels of the Pod.
        version: The Kubernetes version.
    """
    changes: Object = {}
    if affinity := spec.get("affinity"):
        changes["affinity"] = _with_label_keys_of_terms(affinity, labels)
    if (constraints := spec.get("topologySpreadConstraints")) and version >= (1, 34):
        changes["topologySpreadConstraints"] = [_with_label_keys(each, labels) for each in constraints]
    resources = spec.get("resources") or {}
    if resources.get("requests") or resources.get("limits"):
        changes["resources"] = _with_pod_resources(spec)
    return {**spec, **changes} if changes else spec


def _with_label_keys_of_terms(affinity: Object, labels: Object) -> Object:
    result = dict(affinity)
    for kind in ("podAffinity", "podAntiAffinity"):
        if terms := affinity.get(kind):
            result[kind] = terms = dict(terms)
            if REQUIRED in terms:
                terms[REQUIRED] = [_with_label_keys(term, labels) for term in terms[REQUIRED]]
            if PREFERRED in terms:
                terms[PREFERRED] = [
                    {**each, "podAffinityTerm": _with_label_keys(each.get("podAffinityTerm") or {}, labels)}
                    for each in terms[PREFERRED]
                ]
    return result


def _with_label_keys(holder: Object, labels: Object) -> Object:
    """Return a term or spread constraint whose labelSelector asks for the Pod's own values of the keys that it names."""
    selector = holder.get("labelSelector")
    if selector is None:
        return holder
    expressions = [
        {"key": key, "operator": operator, "values": [labels[key]]}
        for field, operator in (("matchLabelKeys", "In"), ("mismatchLabelKeys", "NotIn"))
        for key in holder.get(field) or ()
        if key in labels
    ]
    if not expressions:
        return holder
    written = selector.get("matchExpressions") or []
    return {**holder, "labelSelector": {**selector, "matchExpressions": [*written, *expressions]}}


def _with_pod_resources(spec: Object) -> Object:
    """Return the resources of the pod as a whole, completed from what its containers have."""
    resources = spec["resources"]
    limits, requests = dict(resources.get("limits") or {}), dict(resources.get("requests") or {})
    together = {kind: add_up(spec, kind) for kind in ("limits", "requests")}
    for name, nanos in together["limits"].items():
        if name.startswith("hugepages-") and name not in limits and name not in requests:
            limits[name] = _text(name, nanos)
    for name, nanos in together["requests"].items():
        if name in _OVERCOMMITTED and name not in requests:
            requests[name] = _text(name, nanos)
    for name, amount in limits.items():
        if name in _OVERCOMMITTED or name.startswith("hugepages-"):
            requests.setdefault(name, amount)
    containers = [*(spec.get("initContainers") or ()), *(spec.get("containers") or ())]
    for name, amount in requests.items():
        if name not in limits and all(
            name in ((each.get("resources") or {}).get("limits") or {}) for each in containers
        ):
            requested = quantities.parse(amount).nanos
            limits[name] = _text(name, max(requested, together["limits"].get(name, 0)))
    result = {**resources, "limits": limits, "requests": requests}
    return {name: value for name, value in result.items() if value or name in resources}


def _text(name: str, nanos: int) -> str:
    return str(quantities.Quantity(nanos, "DecimalSI" if name == "cpu" else "BinarySI"))
