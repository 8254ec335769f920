"""Kinds and the API groups they live in."""

from __future__ import annotations

from functools import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


WORKLOADS = ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet")


def api_group(api_version: str) -> str:
    """Return the group of an apiVersion: "apps" of "apps/v1", "" of "v1"."""
    group, slash, _ = api_version.partition("/")
    return group if slash else ""


@lru_cache
def is_builtin(api_version: str) -> bool:
    """Tell whether an apiVersion belongs to Kubernetes itself: the core group, apps, batch … or *.k8s.io."""
    group = api_group(api_version)
    if "." not in group:
        return group in _PLAIN_GROUPS
    return group in _BUILTIN_GROUPS


_PLAIN_GROUPS = frozenset({"", "apps", "autoscaling", "batch", "policy", "extensions"})
_BUILTIN_GROUPS = frozenset(
    {
        "admissionregistration.k8s.io", "apiextensions.k8s.io", "apiregistration.k8s.io", "authentication.k8s.io",
        "authorization.k8s.io", "certificates.k8s.io", "coordination.k8s.io", "discovery.k8s.io", "events.k8s.io",
        "flowcontrol.apiserver.k8s.io", "internal.apiserver.k8s.io", "networking.k8s.io", "node.k8s.io",
        "rbac.authorization.k8s.io", "resource.k8s.io", "scheduling.k8s.io", "storage.k8s.io",
        "storagemigration.k8s.io",
    }
)  # fmt: skip


CLUSTER_SCOPED = frozenset(
    {
        "APIService", "CSIDriver", "CSINode", "CertificateSigningRequest", "ClusterRole", "ClusterRoleBinding",
        "ClusterTrustBundle", "ComponentStatus", "CustomResourceDefinition", "DeviceClass", "FlowSchema", "IPAddress",
        "IngressClass", "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "MutatingWebhookConfiguration",
        "Namespace", "Node", "PersistentVolume", "PriorityClass", "PriorityLevelConfiguration", "ResourceSlice",
        "RuntimeClass", "ServiceCIDR", "StorageClass", "StorageVersion", "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration", "VolumeAttachment",
        "VolumeAttributesClass",
    }
)  # fmt: skip
"""Kinds of Kubernetes itself whose objects lie in no namespace."""


def in_namespace(manifest: dict[str, Any], namespace: str) -> dict[str, Any]:
    """Return an object as it is applied in a namespace: in that one, if it names none and its kind lies in one.

    Of kinds that are not Kubernetes' own nobody knows; they stay as they are.
    """
    metadata = manifest.get("metadata")
    api_version, kind = manifest.get("apiVersion"), manifest.get("kind")
    if (
        not isinstance(metadata, dict)
        or metadata.get("namespace")
        or not isinstance(api_version, str)
        or not is_builtin(api_version)
        or kind in CLUSTER_SCOPED
    ):
        return manifest
    return {**manifest, "metadata": {**metadata, "namespace": namespace}}
