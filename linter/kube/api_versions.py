"""API versions that Kubernetes removed or deprecated, and what to write instead.

Source: https://kubernetes.io/docs/reference/using-api/deprecation-guide/. What was removed in a version that
schemas/kubernetes.json covers (1.31 and later) is known from there and not repeated here.
"""

from __future__ import annotations

from linter.light_typing import NamedTuple
from linter.version import KubeVersion


class Change(NamedTuple):
    """What became of a kind in an API version."""

    since: KubeVersion
    """The first Kubernetes version without it, or, for a deprecated one, that warns of it."""
    instead: str
    """What to write instead, in Markdown: the apiVersion, or a few words where that is not all."""


_POD_SECURITY = "Pod Security admission (the label `pod-security.kubernetes.io/enforce` on the namespace)"

_REMOVED: tuple[tuple[tuple[int, int], str, str, str], ...] = (
    ((1, 16), "extensions/v1beta1", "DaemonSet Deployment ReplicaSet", "`apps/v1`"),
    ((1, 16), "extensions/v1beta1", "NetworkPolicy", "`networking.k8s.io/v1`"),
    ((1, 16), "extensions/v1beta1", "PodSecurityPolicy", _POD_SECURITY),
    ((1, 16), "apps/v1beta1", "ControllerRevision Deployment StatefulSet", "`apps/v1`"),
    ((1, 16), "apps/v1beta2", "ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet", "`apps/v1`"),
    ((1, 20), "settings.k8s.io/v1alpha1", "PodPreset", "a mutating admission webhook or policy"),
    ((1, 21), "batch/v2alpha1", "CronJob", "`batch/v1`"),
    (
        (1, 22),
        "admissionregistration.k8s.io/v1beta1",
        "MutatingWebhookConfiguration ValidatingWebhookConfiguration",
        "`admissionregistration.k8s.io/v1`",
    ),
    ((1, 22), "apiextensions.k8s.io/v1beta1", "CustomResourceDefinition", "`apiextensions.k8s.io/v1`"),
    ((1, 22), "apiregistration.k8s.io/v1beta1", "APIService", "`apiregistration.k8s.io/v1`"),
    ((1, 22), "authentication.k8s.io/v1beta1", "TokenReview", "`authentication.k8s.io/v1`"),
    (
        (1, 22),
        "authorization.k8s.io/v1beta1",
        "LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview",
        "`authorization.k8s.io/v1`",
    ),
    ((1, 22), "certificates.k8s.io/v1beta1", "CertificateSigningRequest", "`certificates.k8s.io/v1`"),
    ((1, 22), "coordination.k8s.io/v1beta1", "Lease", "`coordination.k8s.io/v1`"),
    ((1, 22), "extensions/v1beta1", "Ingress", "`networking.k8s.io/v1`"),
    ((1, 22), "networking.k8s.io/v1beta1", "Ingress IngressClass", "`networking.k8s.io/v1`"),
    (
        (1, 22),
        "rbac.authorization.k8s.io/v1beta1",
        "ClusterRole ClusterRoleBinding Role RoleBinding",
        "`rbac.authorization.k8s.io/v1`",
    ),
    (
        (1, 22),
        "rbac.authorization.k8s.io/v1alpha1",
        "ClusterRole ClusterRoleBinding Role RoleBinding",
        "`rbac.authorization.k8s.io/v1`",
    ),
    ((1, 22), "scheduling.k8s.io/v1beta1", "PriorityClass", "`scheduling.k8s.io/v1`"),
    ((1, 22), "scheduling.k8s.io/v1alpha1", "PriorityClass", "`scheduling.k8s.io/v1`"),
    (
        (1, 22),
        "storage.k8s.io/v1beta1",
        "CSIDriver CSINode StorageClass VolumeAttachment",
        "`storage.k8s.io/v1`",
    ),
    ((1, 25), "autoscaling/v2beta1", "HorizontalPodAutoscaler", "`autoscaling/v2`"),
    ((1, 25), "batch/v1beta1", "CronJob", "`batch/v1`"),
    ((1, 25), "discovery.k8s.io/v1beta1", "EndpointSlice", "`discovery.k8s.io/v1`"),
    ((1, 25), "events.k8s.io/v1beta1", "Event", "`events.k8s.io/v1`"),
    ((1, 25), "node.k8s.io/v1beta1", "RuntimeClass", "`node.k8s.io/v1`"),
    ((1, 25), "policy/v1beta1", "PodDisruptionBudget", "`policy/v1`"),
    ((1, 25), "policy/v1beta1", "PodSecurityPolicy", _POD_SECURITY),
    ((1, 26), "autoscaling/v2beta2", "HorizontalPodAutoscaler", "`autoscaling/v2`"),
    *(
        (since, version, "FlowSchema PriorityLevelConfiguration", "`flowcontrol.apiserver.k8s.io/v1`")
        for since, version in (
            ((1, 26), "flowcontrol.apiserver.k8s.io/v1beta1"),
            ((1, 29), "flowcontrol.apiserver.k8s.io/v1beta2"),
        )
    ),
    ((1, 27), "storage.k8s.io/v1beta1", "CSIStorageCapacity", "`storage.k8s.io/v1`"),
)

_DEPRECATED = {
    ("v1", "ComponentStatus"): Change(KubeVersion(1, 19), "the health endpoints of the components"),
    ("v1", "Endpoints"): Change(KubeVersion(1, 33), "EndpointSlice of `discovery.k8s.io/v1`"),
}

STABLE = 2
OLD_GROUPS = frozenset({"extensions", "settings.k8s.io"})
"""API groups of Kubernetes that no supported version serves any more."""


def removed(api_version: str, kind: str) -> Change | None:
    """Return since when Kubernetes has not served this kind in this API version; None where it isn't in the table."""
    for since, gone, kinds, instead in _REMOVED:
        if gone == api_version and kind in kinds.split():
            return Change(KubeVersion(*since), instead)
    return None


def deprecated(api_version: str, kind: str) -> Change | None:
    """Return since when the API server warns of a kind that has no other version; None where it doesn't.

    Alpha and beta versions beside a stable one need no table: their names say what they are.
    """
    return _DEPRECATED.get((api_version, kind))


def stability(api_version: str) -> int:
    """Rank an apiVersion: STABLE (v1) above 1 for beta (v1beta1) above 0 for alpha."""
    version = api_version.rpartition("/")[2]
    return 0 if "alpha" in version else 1 if "beta" in version else STABLE
