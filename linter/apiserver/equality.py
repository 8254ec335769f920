"""Whether two values are the same to the API server, as it asks where a field can't be changed.

Source: `apiequality.Semantic.DeepEqual` of https://pkg.go.dev/k8s.io/apimachinery/pkg/api/equality.
"""

from __future__ import annotations

from typing import Any

from linter.kube import quantities

# Maps with free keys: an empty text in them is a value, not an absent field.
_FREE_MAPS = frozenset({"labels", "annotations", "matchLabels"})
# Fields that are absent, not empty, where they are not written.
_OPTIONAL = frozenset(
    {
        "storageClassName", "volumeAttributesClassName", "apiGroup", "selector", "dataSource", "dataSourceRef",
        # of a pod spec
        "affinity", "nodeAffinity", "podAffinity", "podAntiAffinity", "activeDeadlineSeconds", "automountServiceAccountToken",
        "dnsConfig", "enableServiceLinks", "hostUsers", "labelSelector", "namespaceSelector", "os", "priority",
        "setHostnameAsFQDN", "shareProcessNamespace", "terminationGracePeriodSeconds", "tolerationSeconds",
        # of its security contexts and volumes
        "allowPrivilegeEscalation", "capabilities", "fsGroup", "optional", "privileged", "readOnlyRootFilesystem",
        "runAsGroup", "runAsNonRoot", "runAsUser", "windowsOptions",
        # of a Job
        "backoffLimitPerIndex", "podFailurePolicy", "successPolicy",
    }
)  # fmt: skip


def same(new: Any, old: Any, name: str) -> bool:
    """Tell whether two values of a field are the same: absent, empty and zero are, and amounts that say the same.

    The kind and the status of an object inside (a claim template) don't count.

    Args:
        new: The one value, with defaults applied; None where the field is absent.
        old: The other.
        name: The name of the field: of some, empty is another value than absent.
    """
    return bool(_normal(new, name) == _normal(old, name))


def _normal(value: Any, name: str = "") -> Any:
    """Return a value such that two that the API server takes for equal are equal."""
    if isinstance(value, dict):
        if name in {"requests", "limits"}:
            return {key: quantities.parse(each).in_millis().nanos for key, each in value.items()} or None
        if name in _FREE_MAPS:
            return value or None
        fields = {
            key: _normal(each, key)
            for key, each in value.items()
            if key not in {"apiVersion", "kind", "status"}
        }
        return {key: each for key, each in fields.items() if each is not None} or (
            {} if name in _OPTIONAL else None
        )
    if isinstance(value, list):
        return [_normal(each) for each in value] or None
    return None if not value and name not in _OPTIONAL else value
