"""The defaults that the API server applies to kinds other than workloads, Services and autoscalers.

Source: the "defaults to" sentences of the API reference, held against recorded objects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Object = dict[str, Any]

_MODULES: dict[tuple[str, str], str] = {
    ("networking.k8s.io/v1", "IngressClass"): "networking",
    ("networking.k8s.io/v1", "NetworkPolicy"): "networking",
    ("rbac.authorization.k8s.io/v1", "RoleBinding"): "rbac",
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"): "rbac",
    ("storage.k8s.io/v1", "StorageClass"): "storage",
    ("storage.k8s.io/v1", "CSIDriver"): "storage",
    ("scheduling.k8s.io/v1", "PriorityClass"): "scheduling",
    ("apiregistration.k8s.io/v1", "APIService"): "apiregistration",
    ("discovery.k8s.io/v1", "EndpointSlice"): "discovery",
    ("flowcontrol.apiserver.k8s.io/v1", "FlowSchema"): "flowcontrol",
    ("flowcontrol.apiserver.k8s.io/v1", "PriorityLevelConfiguration"): "flowcontrol",
    ("resource.k8s.io/v1", "ResourceClaim"): "resource",
    ("resource.k8s.io/v1", "ResourceClaimTemplate"): "resource",
    ("v1", "Secret"): "core",
    ("v1", "Namespace"): "core",
    ("v1", "LimitRange"): "core",
    ("v1", "Endpoints"): "core",
    ("v1", "Node"): "core",
    ("v1", "PersistentVolume"): "core",
    ("v1", "PersistentVolumeClaim"): "core",
}
"""By apiVersion and kind: the module that holds the function `default`, for the kinds that have defaults."""


def apply_defaults(manifest: Object, *, holds_null: bool = True) -> Object:
    """Return the object as the API server holds it after decoding: nulls dropped, defaults filled in.

    Args:
        manifest: A decoded object with the right types. It is not changed.
        holds_null: Whether a null may be in it.
    """
    if holds_null:
        from linter.kube.nulls import drop_nulls

        manifest = drop_nulls(manifest)
    module = _MODULES.get((manifest.get("apiVersion", ""), manifest.get("kind", "")))
    if module is None:
        return manifest
    from importlib import import_module

    default: Callable[[Object], Object] = import_module(f"linter.kube.more_defaults.{module}").default
    return default(manifest)


def fill(obj: Object, **defaults: Any) -> Object:
    """Return the object with the fields that it lacks (pointers of a Go struct)."""
    return {**defaults, **obj}


def fill_zero(obj: Object, **defaults: Any) -> Object:
    """Return a copy with the fields that the object lacks or holds as zero value (plain fields of a Go struct)."""
    return {**obj, **{name: value for name, value in defaults.items() if not obj.get(name)}}
