"""The kinds that the API server's validation is known of: the one place where a kind is added."""

from __future__ import annotations

from functools import cache

from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Request


class Strategy(NamedTuple):
    """How the server judges the objects of one kind: Kubernetes' own word for it."""

    validate: Callable[[Request, Errors], None]
    """Judge a new object."""
    validate_update: Callable[[Request, Errors], None]
    """Judge an object that takes the place of a stored one: all that the server looks at then."""
    warn: Callable[[Request, Errors], None] | None = None
    """Warn of an object that is taken."""
    prepare: Callable[[Request, Errors], Request] | None = None
    """Return the request with the objects that validation sees, where the server changes them first; what it refuses at
    that, it answers alone."""


KINDS: dict[tuple[str, str], str] = {
    ("apps/v1", "Deployment"): "apps.deployment",
    ("apps/v1", "ReplicaSet"): "apps.replica_set",
    ("apps/v1", "StatefulSet"): "apps.stateful_set",
    ("apps/v1", "DaemonSet"): "apps.daemon_set",
    ("v1", "Service"): "core.services",
    ("v1", "Pod"): "core.pods",
    ("v1", "PodTemplate"): "core.pod_templates",
    ("v1", "ReplicationController"): "core.replication_controllers",
    ("batch/v1", "Job"): "batch.job",
    ("batch/v1", "CronJob"): "batch.cron_job",
    ("policy/v1", "PodDisruptionBudget"): "policy",
    ("autoscaling/v1", "HorizontalPodAutoscaler"): "autoscaling",
    ("autoscaling/v2", "HorizontalPodAutoscaler"): "autoscaling",
    ("networking.k8s.io/v1", "Ingress"): "networking.ingress",
    ("networking.k8s.io/v1", "IngressClass"): "networking.ingress_class",
    ("networking.k8s.io/v1", "NetworkPolicy"): "networking.network_policy",
    ("networking.k8s.io/v1", "IPAddress"): "networking.addresses",
    ("networking.k8s.io/v1", "ServiceCIDR"): "networking.addresses",
    ("rbac.authorization.k8s.io/v1", "Role"): "rbac",
    ("rbac.authorization.k8s.io/v1", "ClusterRole"): "rbac",
    ("rbac.authorization.k8s.io/v1", "RoleBinding"): "rbac",
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"): "rbac",
    ("storage.k8s.io/v1", "StorageClass"): "storage.classes",
    ("storage.k8s.io/v1", "VolumeAttributesClass"): "storage.classes",
    ("storage.k8s.io/v1", "CSIDriver"): "storage.csi",
    ("storage.k8s.io/v1", "CSINode"): "storage.csi",
    ("storage.k8s.io/v1", "CSIStorageCapacity"): "storage.csi",
    ("storage.k8s.io/v1", "VolumeAttachment"): "storage.volume_attachment",
    ("scheduling.k8s.io/v1", "PriorityClass"): "scheduling",
    ("apiregistration.k8s.io/v1", "APIService"): "apiregistration",
    ("discovery.k8s.io/v1", "EndpointSlice"): "discovery",
    ("coordination.k8s.io/v1", "Lease"): "coordination",
    ("flowcontrol.apiserver.k8s.io/v1", "FlowSchema"): "flowcontrol",
    ("flowcontrol.apiserver.k8s.io/v1", "PriorityLevelConfiguration"): "flowcontrol",
    ("certificates.k8s.io/v1", "CertificateSigningRequest"): "certificates",
    ("resource.k8s.io/v1", "ResourceClaim"): "resource.claims",
    ("resource.k8s.io/v1", "ResourceClaimTemplate"): "resource.claims",
    ("resource.k8s.io/v1", "DeviceClass"): "resource.device_class",
    ("node.k8s.io/v1", "RuntimeClass"): "node",
    ("v1", "ConfigMap"): "core.config_map",
    ("v1", "Secret"): "core.secret",
    ("v1", "Namespace"): "core.namespace",
    ("v1", "ServiceAccount"): "core.service_account",
    ("v1", "LimitRange"): "core.limit_range",
    ("v1", "ResourceQuota"): "core.resource_quota",
    ("v1", "Endpoints"): "core.endpoints",
    ("v1", "Event"): "core.event",
    ("v1", "Node"): "core.node",
    ("v1", "PersistentVolume"): "core.persistent_volume",
    ("v1", "PersistentVolumeClaim"): "core.persistent_volume_claim",
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition"): "apiextensions.definition",
    ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"): "admission.webhooks",
    ("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration"): "admission.webhooks",
    ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy"): "admission.policies",
    ("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicy"): "admission.policies",
    ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding"): "admission.bindings",
    ("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicyBinding"): "admission.bindings",
}
"""By apiVersion and kind: the module of this package that holds the kind's strategy, under the kind's name in capitals.

The module is loaded when an object of the kind is judged, so that no run pays for kinds that it does not meet.
"""


@cache
def strategy_of(api_version: str, kind: str) -> Strategy | None:
    """Return how objects of a kind are judged; None where nothing is known but the types of their fields."""
    module = KINDS.get((api_version, kind))
    if module is None:
        return None
    name = constant_name(kind)
    # As importlib.import_module, which would be loaded for it.
    strategy: Strategy = getattr(__import__(f"linter.apiserver.{module}", fromlist=(name,)), name)
    return strategy


def constant_name(kind: str) -> str:
    """Return the name of the constant that holds a kind's strategy: POD_DISRUPTION_BUDGET of PodDisruptionBudget."""
    words = "".join(
        f"_{letter}"
        if letter.isupper() and index and (kind[index - 1].islower() or kind[index + 1 : index + 2].islower())
        else letter
        for index, letter in enumerate(kind)
    )
    return words.upper()
