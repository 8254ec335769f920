"""An object as the API server holds it after decoding: nulls dropped, defaults filled in."""

from __future__ import annotations

from functools import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.kube.defaults.fill import Object

DEFAULTS = {
    ("apps/v1", "Deployment"): "apps.default_deployment",
    ("apps/v1", "ReplicaSet"): "apps.default_replica_set",
    ("apps/v1", "StatefulSet"): "apps.default_stateful_set",
    ("apps/v1", "DaemonSet"): "apps.default_daemon_set",
    ("v1", "Service"): "services.default_service",
    ("v1", "Pod"): "pods.default_pod",
    ("v1", "PodTemplate"): "pods.default_pod_template",
    ("v1", "ReplicationController"): "replication_controllers.default",
    ("batch/v1", "Job"): "batch.default_job",
    ("batch/v1", "CronJob"): "batch.default_cron_job",
    ("autoscaling/v1", "HorizontalPodAutoscaler"): "autoscaling.default_autoscaler_v1",
    ("autoscaling/v2", "HorizontalPodAutoscaler"): "autoscaling.default_autoscaler",
    ("v1", "Secret"): "core.default",
    ("v1", "Namespace"): "core.default",
    ("v1", "LimitRange"): "core.default",
    ("v1", "Endpoints"): "core.default",
    ("v1", "Node"): "core.default",
    ("v1", "PersistentVolume"): "core.default",
    ("v1", "PersistentVolumeClaim"): "core.default",
    ("networking.k8s.io/v1", "IngressClass"): "networking.default",
    ("networking.k8s.io/v1", "NetworkPolicy"): "networking.default",
    ("rbac.authorization.k8s.io/v1", "RoleBinding"): "rbac.default",
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"): "rbac.default",
    ("storage.k8s.io/v1", "StorageClass"): "storage.default",
    ("storage.k8s.io/v1", "CSIDriver"): "storage.default",
    ("scheduling.k8s.io/v1", "PriorityClass"): "scheduling.default",
    ("apiregistration.k8s.io/v1", "APIService"): "apiregistration.default",
    ("discovery.k8s.io/v1", "EndpointSlice"): "discovery.default",
    ("flowcontrol.apiserver.k8s.io/v1", "FlowSchema"): "flowcontrol.default",
    ("flowcontrol.apiserver.k8s.io/v1", "PriorityLevelConfiguration"): "flowcontrol.default",
    ("resource.k8s.io/v1", "ResourceClaim"): "resource.default",
    ("resource.k8s.io/v1", "ResourceClaimTemplate"): "resource.default",
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition"): "apiextensions.default",
    (
        "admissionregistration.k8s.io/v1",
        "ValidatingWebhookConfiguration",
    ): "admission.default_validating_webhooks",
    (
        "admissionregistration.k8s.io/v1",
        "MutatingWebhookConfiguration",
    ): "admission.default_mutating_webhooks",
    ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy"): "admission.default_policy",
    ("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicy"): "admission.default_policy",
    ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding"): "admission.default_binding",
    ("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicyBinding"): "admission.default_binding",
}
"""By apiVersion and kind: the module of this package and the function in it. A module is loaded with the first such object."""


def apply_defaults(manifest: Object, *, holds_null: bool = True) -> Object:
    """Return the object as the API server holds it after decoding.

    Args:
        manifest: A decoded object with the right types. It is not changed. Kinds without defaults here come back
            with nulls dropped.
        holds_null: Whether a null may be in it; where the caller knows that there is none, nobody looks for it again.
    """
    api_version, kind = manifest.get("apiVersion"), manifest.get("kind")
    obj: Object = manifest
    if holds_null:
        from linter.kube.nulls import drop_nulls
        from linter.kube.schema import type_of

        obj = drop_nulls(manifest, type_of(str(api_version), str(kind)))
    default = _default_of(api_version, kind)
    return obj if default is None else default(obj)


def apply_template_defaults(template: Object) -> Object:
    """Return a pod template with the API server's defaults. What is there stays."""
    from linter.kube.defaults.pods import default_template
    from linter.kube.nulls import drop_nulls
    from linter.kube.schema import POD_TEMPLATE

    return default_template(drop_nulls(template, POD_TEMPLATE))


@cache
def _default_of(api_version: str | None, kind: str | None) -> Callable[[Object], Object] | None:
    name = DEFAULTS.get((api_version or "", kind or ""))
    if name is None:
        return None
    module, _, function = name.partition(".")
    # As importlib.import_module, which would be loaded for it.
    loaded = __import__(f"linter.kube.defaults.{module}", fromlist=(function,))
    found: Callable[[Object], Object] = getattr(loaded, function)
    return found
