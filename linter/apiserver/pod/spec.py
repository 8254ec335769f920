"""The pod spec: its fields, in about the order in which the API server judges them.

Most pods have few of the fields that need much code: that code is loaded for those that do.

Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#PodSpec
"""

from __future__ import annotations

from linter.apiserver.constraints import check
from linter.apiserver.pod.containers import validate_containers, warn_of_containers
from linter.apiserver.pod.resources import (
    validate_overhead,
    validate_pod_resources,
    warn_of_fractional_bytes,
)
from linter.apiserver.pod.security import validate_pod_security_context
from linter.apiserver.pod.volume_names import NO_VOLUMES
from linter.kube import names
from linter.kube.suggest import quote
from linter.path import FieldPath, format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object

_HOST_NAMESPACES = frozenset({"hostNetwork", "hostPID", "hostUsers"})
_SCHEDULING = frozenset({"nodeSelector", "affinity", "topologySpreadConstraints", "tolerations"})
_DNS = frozenset({"dnsConfig", "hostAliases"})
_NAMES = frozenset(
    {"nodeName", "priorityClassName", "hostname", "subdomain", "runtimeClassName", "hostnameOverride"}
)
"""The fields that hold names, but for that of the service account, which many pods have."""


def validate_pod_spec(
    spec: Object, path: FieldPath, errors: Errors, *, manifest: Object, old: Object | None = None
) -> None:
    """Judge a pod spec.

    Args:
        spec: The pod spec, with defaults applied, without the fields that the server drops (gates.drop_disabled_fields).
        path: Where it stands.
        errors: Gets what is wrong.
        manifest: The pod spec as it is written.
        old: The stored pod spec, where an update is judged: what it holds already is often let through.
    """
    known_volumes = NO_VOLUMES
    if written_volumes := spec.get("volumes"):
        # Of a package: asked of each pod, that takes a quarter of the time of an import of a module's functions.
        from linter.apiserver.pod import volumes

        stored = (old and old.get("volumes")) or []
        known_volumes = volumes.validate_volumes(written_volumes, (*path, "volumes"), errors, old=stored)
    claims: Collection[str] = ()
    if pod_claims := spec.get("resourceClaims"):
        from linter.apiserver.pod.resource_claims import validate_pod_resource_claims

        claims = validate_pod_resource_claims(pod_claims, (*path, "resourceClaims"), errors)
    validate_containers(spec, path, errors, volumes=known_volumes, claims=claims, old=old)
    if not spec.get("containers"):
        message = "The pod has no containers; it needs at least one."
        errors.required((*path, "containers"), message, rule="pod-containers")
    if not _HOST_NAMESPACES.isdisjoint(spec):
        from linter.apiserver.pod.host import validate_host_namespaces

        validate_host_namespaces(spec, path, errors)
    _validate_policies(spec, path, errors)
    validate_pod_security_context(spec, path, errors, old=old)
    if not _SCHEDULING.isdisjoint(spec):
        from linter.apiserver.pod import scheduling

        scheduling.validate_scheduling(spec, path, errors, old=old or {})
    if not _DNS.isdisjoint(spec) or spec.get("dnsPolicy") == "None":
        _validate_dns(spec, path, errors)
    if gates := spec.get("readinessGates"):
        _validate_readiness_gates(gates, (*path, "readinessGates"), errors)
    if gates := spec.get("schedulingGates"):
        _validate_scheduling_gates(gates, (*path, "schedulingGates"), errors)
    _validate_names(spec, path, errors, manifest=manifest)
    if "os" in spec:
        from linter.apiserver.pod.host import validate_operating_system

        validate_operating_system(spec, path, errors)
    validate_pod_resources(spec, path, errors, claims=claims, old=old)
    validate_overhead(spec, path, errors)


def warn_of_pod_spec(spec: Object, path: FieldPath, errors: Errors) -> None:
    """Warn of what the server takes, but advises against; arguments as for validate_pod_spec."""
    warn_of_containers(spec, path, errors)
    if overhead := spec.get("overhead"):
        warn_of_fractional_bytes(overhead, (*path, "overhead"), errors)
    if not _SCHEDULING.isdisjoint(spec):
        from linter.apiserver.pod import scheduling

        scheduling.warn_of_scheduling(spec, path, errors)
    if volumes := spec.get("volumes"):
        from linter.apiserver.pod import volume_warnings

        volume_warnings.warn_of_volumes(volumes, (*path, "volumes"), errors)
    if not _DNS.isdisjoint(spec):
        from linter.apiserver.pod.dns import warn_of_dns

        warn_of_dns(spec, path, errors)
    if secrets := spec.get("imagePullSecrets"):
        _warn_of_pull_secrets(secrets, (*path, "imagePullSecrets"), errors)
    if spec.get("terminationGracePeriodSeconds", 0) < 0:
        message = (
            "A negative grace period counts as 1 second; write the seconds that the containers need to stop."
        )
        errors.warn((*path, "terminationGracePeriodSeconds"), message, rule="negative-grace-period")


def _validate_dns(spec: Object, path: FieldPath, errors: Errors) -> None:
    from linter.apiserver.pod.dns import validate_dns_config, validate_host_aliases

    config, policy = spec.get("dnsConfig"), spec.get("dnsPolicy") or ""
    validate_dns_config(config, (*path, "dnsConfig"), errors, policy=policy)
    if aliases := spec.get("hostAliases"):
        validate_host_aliases(aliases, (*path, "hostAliases"), errors)


def _validate_policies(spec: Object, path: FieldPath, errors: Errors) -> None:
    check("core/v1.PodSpec", spec, path, errors)
    if spec.get("preemptionPolicy") == "":
        message = "preemptionPolicy is empty; leave it out, or write PreemptLowerPriority or Never."
        errors.required((*path, "preemptionPolicy"), message, rule="pod-policies")


def _validate_readiness_gates(gates: list[Object], path: FieldPath, errors: Errors) -> None:
    for index, gate in enumerate(gates):
        condition = gate.get("conditionType") or ""
        if faults := names.qualified_name(condition):
            at = (*path, index, "conditionType")
            errors.faults(at, "The condition type", condition, faults, rule="pod-gates")


def _validate_scheduling_gates(gates: list[Object], path: FieldPath, errors: Errors) -> None:
    seen: set[str] = set()
    for index, gate in enumerate(gates):
        name = gate.get("name") or ""
        faults = names.qualified_name(name)
        errors.faults((*path, index), "The scheduling gate", name, faults, rule="pod-gates")
        if name in seen:
            message = f"The scheduling gate {quote(name)} stands there twice."
            errors.duplicate((*path, index), message, rule="pod-gates")
        seen.add(name)


def _validate_names(spec: Object, path: FieldPath, errors: Errors, *, manifest: Object) -> None:
    rule = "pod-names"
    if (account := spec.get("serviceAccountName")) and (faults := names.dns_subdomain(account)):
        # serviceAccount is the old name of the field; the finding belongs where it was written.
        field = "serviceAccountName"
        at = (*path, field if manifest.get(field) else "serviceAccount")
        errors.faults(at, field, account, faults, rule=rule, field=format_path((*path, field)))
    if _NAMES.isdisjoint(spec):
        return
    for field in ("nodeName", "priorityClassName"):
        if (name := spec.get(field)) and (faults := names.dns_subdomain(name)):
            errors.faults((*path, field), field, name, faults, rule=rule)
    for field in ("hostname", "subdomain"):
        if (name := spec.get(field)) and (faults := names.dns_label(name)):
            errors.faults((*path, field), field, name, faults, rule=rule)
    if (name := spec.get("runtimeClassName")) is not None:
        faults = names.dns_subdomain(name)
        errors.faults((*path, "runtimeClassName"), "runtimeClassName", name, faults, rule=rule)
    if "hostnameOverride" in spec:
        _validate_hostname_override(spec, (*path, "hostnameOverride"), errors)


def _validate_hostname_override(spec: Object, path: FieldPath, errors: Errors) -> None:
    rule = "pod-names"
    name = spec["hostnameOverride"]
    for other in ("setHostnameAsFQDN", "hostNetwork"):
        if spec.get(other):
            message = f"hostnameOverride can't be set together with {other}."
            errors.forbidden(path, message, rule=rule)
    if names.byte_length(name) > 64:
        errors.too_long(path, f"hostnameOverride {quote(name)} is longer than 64 bytes.", rule=rule)
    errors.faults(path, "hostnameOverride", name, names.dns_subdomain(name), rule=rule)


def _warn_of_pull_secrets(secrets: list[Object], path: FieldPath, errors: Errors) -> None:
    rule = "image-pull-secrets"
    seen: set[str] = set()
    for index, secret in enumerate(secrets):
        name = secret.get("name") or ""
        if not name:
            message = "The image pull secret has no name, so that it does nothing."
            errors.warn((*path, index, "name"), message, rule=rule)
        # The API server tells of repeated entries without a name as well.
        if name in seen:
            message = f"The image pull secret {quote(name)} stands there twice."
            errors.warn((*path, index, "name"), message, rule=rule)
        seen.add(name)
