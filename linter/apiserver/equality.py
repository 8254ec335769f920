"""Whether two values are the same to the API server, as it asks where a field can't be changed.

The server compares Go structs by `apiequality.Semantic.DeepEqual`: to it absent and empty lists and maps are the same, and two
amounts that say the same. A field that is not a pointer is there always, as zero where it is not written; of one that is a
pointer, absent and zero differ. Which is which the API's schema does not say: so `is_same` takes a zero for a value of its
own, `is_same_with_zeros` takes it for absent.

Source: https://pkg.go.dev/k8s.io/apimachinery/pkg/api/equality.
"""

from __future__ import annotations

from linter.kube import quantities, schema

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


# Pointers (and interfaces) of structs that are compared with zeros: absent and empty are two values.
_POINTERS = frozenset(
    {
        ("apps/v1.DaemonSetSpec", "selector"),
        ("apps/v1.DeploymentSpec", "selector"),
        ("apps/v1.ReplicaSetSpec", "selector"),
        ("apps/v1.StatefulSetSpec", "selector"),
        ("batch/v1.JobSpec", "activeDeadlineSeconds"),
        ("batch/v1.JobSpec", "backoffLimitPerIndex"),
        ("batch/v1.JobSpec", "podFailurePolicy"),
        ("batch/v1.JobSpec", "selector"),
        ("batch/v1.JobSpec", "successPolicy"),
        ("core/v1.Affinity", "nodeAffinity"),
        ("core/v1.Affinity", "podAffinity"),
        ("core/v1.Affinity", "podAntiAffinity"),
        ("core/v1.ClusterTrustBundleProjection", "labelSelector"),
        ("core/v1.ClusterTrustBundleProjection", "optional"),
        ("core/v1.ConfigMapEnvSource", "optional"),
        ("core/v1.ConfigMapKeySelector", "optional"),
        ("core/v1.ConfigMapProjection", "optional"),
        ("core/v1.ConfigMapVolumeSource", "optional"),
        ("core/v1.EvictionResponder", "priority"),
        ("core/v1.FileKeySelector", "optional"),
        ("core/v1.PersistentVolumeClaimSpec", "dataSource"),
        ("core/v1.PersistentVolumeClaimSpec", "dataSourceRef"),
        ("core/v1.PersistentVolumeClaimSpec", "selector"),
        ("core/v1.PersistentVolumeClaimSpec", "storageClassName"),
        ("core/v1.PersistentVolumeClaimSpec", "volumeAttributesClassName"),
        ("core/v1.PodAffinityTerm", "labelSelector"),
        ("core/v1.PodAffinityTerm", "namespaceSelector"),
        ("core/v1.PodSecurityContext", "fsGroup"),
        ("core/v1.PodSecurityContext", "runAsGroup"),
        ("core/v1.PodSecurityContext", "runAsNonRoot"),
        ("core/v1.PodSecurityContext", "runAsUser"),
        ("core/v1.PodSecurityContext", "windowsOptions"),
        ("core/v1.PodSpec", "activeDeadlineSeconds"),
        ("core/v1.PodSpec", "affinity"),
        ("core/v1.PodSpec", "automountServiceAccountToken"),
        ("core/v1.PodSpec", "dnsConfig"),
        ("core/v1.PodSpec", "enableServiceLinks"),
        ("core/v1.PodSpec", "hostUsers"),
        ("core/v1.PodSpec", "os"),
        ("core/v1.PodSpec", "priority"),
        ("core/v1.PodSpec", "setHostnameAsFQDN"),
        ("core/v1.PodSpec", "shareProcessNamespace"),
        ("core/v1.PodSpec", "terminationGracePeriodSeconds"),
        ("core/v1.Probe", "terminationGracePeriodSeconds"),
        ("core/v1.SecretEnvSource", "optional"),
        ("core/v1.SecretKeySelector", "optional"),
        ("core/v1.SecretProjection", "optional"),
        ("core/v1.SecretVolumeSource", "optional"),
        ("core/v1.SecurityContext", "allowPrivilegeEscalation"),
        ("core/v1.SecurityContext", "capabilities"),
        ("core/v1.SecurityContext", "privileged"),
        ("core/v1.SecurityContext", "readOnlyRootFilesystem"),
        ("core/v1.SecurityContext", "runAsGroup"),
        ("core/v1.SecurityContext", "runAsNonRoot"),
        ("core/v1.SecurityContext", "runAsUser"),
        ("core/v1.SecurityContext", "windowsOptions"),
        ("core/v1.Toleration", "tolerationSeconds"),
        ("core/v1.TopologySpreadConstraint", "labelSelector"),
        ("core/v1.TypedLocalObjectReference", "apiGroup"),
        ("core/v1.TypedObjectReference", "apiGroup"),
    }
)
# What the server does not keep of a claim template.
_NOT_COMPARED = {("core/v1.PersistentVolumeClaim", name) for name in ("apiVersion", "kind", "status")}


def is_same(one: Any, other: Any) -> bool:
    """Tell whether two values are the same where an empty list, map or text is as good as none; 0 and false are values."""
    return bool(_without_empty(one) == _without_empty(other))


def is_same_with_zeros(one: Any, other: Any, struct: str, field: str) -> bool:
    """Tell whether two values of a field are the same where 0 and false, too, are as good as none.

    Args:
        one: The one value, with defaults applied; None where the field is absent.
        other: The other.
        struct: The struct that has the field, as linter.kube.schema spells it.
        field: The field.
    """
    return bool(_without_zeros({field: one}, struct) == _without_zeros({field: other}, struct))


def _without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: kept for name, each in value.items() if (kept := _without_empty(each)) is not None
        } or None
    if isinstance(value, list):
        return [_without_empty(each) for each in value] or None
    return None if value == "" else value


def _without_zeros(value: Any, type_: str | None) -> Any:
    """Return a value of a type (None: not known) such that two that the server takes for equal are equal."""
    if isinstance(value, dict):
        if type_ == "{quantity}":
            return {key: quantities.parse(each).in_millis().nanos for key, each in value.items()} or None
        if type_ and schema.is_map(type_):
            return value or None
        return _fields_without_zeros(value, type_) or None
    if isinstance(value, list):
        inner = schema.inside(type_) if type_ and schema.is_list(type_) else None
        return [_without_zeros(each, inner) for each in value] or None
    if type_ == "quantity" and value is not None:
        return quantities.parse(value).nanos or None
    return value or None


def _fields_without_zeros(value: dict[str, Any], struct: str | None) -> dict[str, Any]:
    fields = {}
    for name, each in value.items():
        if (struct, name) in _NOT_COMPARED:
            continue
        kept = _without_zeros(each, schema.type_at(struct, (name,)))
        if kept is not None:
            fields[name] = kept
        elif each is not None and (struct, name) in _POINTERS:
            fields[name] = {}
    return fields
