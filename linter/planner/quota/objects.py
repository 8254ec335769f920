"""What an object uses of a ResourceQuota, be it a pod or not.

Source: https://kubernetes.io/docs/concepts/policy/resource-quotas/ and `tests/conformance/quota-objects.jsonl`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from linter.kube.kinds import api_group, is_builtin
from linter.kube.plurals import resource_name
from linter.kube.quantities import Quantity, parse
from linter.planner.quota.pods import counts, pod_usage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from linter.kube.pod_resources import Amounts
    from linter.planner.model import Manifest
    from linter.planner.quota.quota import Quota

_PLAIN_NAMES: Final = frozenset(
    {
        "configmaps", "persistentvolumeclaims", "replicationcontrollers", "resourcequotas", "secrets", "services",
    }
)  # fmt: skip
"""Resources that quotas could count before there was `count/`."""
_CLASS_ANNOTATION: Final = "volume.beta.kubernetes.io/storage-class"

Definitions = dict[tuple[str, str], str]
"""The resource of custom kinds, by group and kind."""


def definitions_among(objects: Iterable[Manifest]) -> Definitions:
    """Return the resources that the CustomResourceDefinitions among some objects define."""
    found = {}
    for each in objects:
        spec = each.get("spec")
        if each.get("kind") == "CustomResourceDefinition" and isinstance(spec, dict):
            names = spec.get("names") or {}
            found[str(spec.get("group")), str(names.get("kind"))] = str(names.get("plural"))
    return found


def resource_of(manifest: Manifest, definitions: Definitions) -> str | None:
    """Return the resource of an object as quotas and the server call it: `services`, `deployments.apps`.

    Args:
        manifest: The object.
        definitions: The resources of custom kinds.

    Returns:
        None where nobody says how the resource of a custom kind is called.
    """
    version, kind = str(manifest.get("apiVersion")), str(manifest.get("kind"))
    group = api_group(version)
    name = resource_name(kind) if is_builtin(version) else definitions.get((group, kind))
    if name is None:
        return None
    return f"{name}.{group}" if group else name


def usage_of(quota: Quota, manifest: Manifest, definitions: Definitions) -> Amounts:
    """Return what an object uses of a quota, of the resources that the quota counts.

    Args:
        quota: The quota.
        manifest: The object, defaults applied.
        definitions: The resources of custom kinds.
    """
    resource = resource_of(manifest, definitions)
    if resource == "pods":
        spec = manifest.get("spec") or {}
        usage = pod_usage(spec) if counts(quota, spec) else {}
    elif resource is None or quota.scopes:
        return {}  # scopes are about pods: nothing else has them
    else:
        usage = _object_usage(manifest, resource)
    return {name: amount for name, amount in usage.items() if name in quota.hard and amount.nanos}


def _object_usage(manifest: Manifest, resource: str) -> Amounts:
    usage = {f"count/{resource}": _count(1)}
    if resource in _PLAIN_NAMES:
        usage[resource] = _count(1)
    spec = manifest.get("spec") or {}
    match resource:
        case "services":
            usage.update(_of_service(spec))
        case "persistentvolumeclaims":
            usage.update(_of_claim(manifest.get("metadata") or {}, spec))
    return usage


def _count(number: int) -> Quantity:
    return Quantity(number * 10**9)


def _of_service(spec: Manifest) -> Amounts:
    ports = spec.get("ports") or ()
    match spec.get("type"):
        case "NodePort":
            return {"services.nodeports": _count(len(ports))}
        case "LoadBalancer":
            if spec.get("allocateLoadBalancerNodePorts") is False:
                ports = [port for port in ports if port.get("nodePort")]
            return {"services.nodeports": _count(len(ports)), "services.loadbalancers": _count(1)}
        case _:
            return {}


def _of_claim(metadata: Mapping[str, object], spec: Manifest) -> Amounts:
    """Return what a claim uses: of its storage class only where it names one, as nobody knows the default of the cluster."""
    annotations = metadata.get("annotations")
    annotated = annotations.get(_CLASS_ANNOTATION) if isinstance(annotations, dict) else None
    name = annotated or spec.get("storageClassName")
    prefix = f"{name}.storageclass.storage.k8s.io/"
    usage = {f"{prefix}persistentvolumeclaims": _count(1)} if name else {}
    written = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
    if written is not None:
        usage["requests.storage"] = parse(written)
        if name:
            usage[f"{prefix}requests.storage"] = parse(written)
    return usage
