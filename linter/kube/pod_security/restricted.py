"""The standard Restricted: Baseline, and what hardens a pod besides.

The checks stand in the order in which the API server names what they find.
"""

from __future__ import annotations

from types import MappingProxyType

from linter.kube.pod_security import baseline
from linter.kube.pod_security.checks import (
    Violation,
    containers_named,
    plural,
    quoted,
    security,
    setters,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Final

    from linter.kube.pod_security.checks import Check, CheckedPod, Object
    from linter.version import KubeVersion

_VOLUMES: Final = frozenset(
    {
        "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected",
        "secret",
    }
)  # fmt: skip
_RESTRICTED_VOLUMES: Final = (
    "hostPath", "gcePersistentDisk", "awsElasticBlockStore", "gitRepo", "nfs", "iscsi", "glusterfs", "rbd",
    "flexVolume", "cinder", "cephfs", "flocker", "fc", "azureFile", "vsphereVolume", "quobyte", "azureDisk",
    "photonPersistentDisk", "portworxVolume", "scaleIO", "storageos",
)  # fmt: skip


def privilege_escalation(pod: CheckedPod, version: KubeVersion) -> Violation | None:
    """Ask of each container that it forbids to gain privileges."""
    if version < (1, 8) or _is_exempt(pod, version):
        return None
    names = pod.named(lambda each: security(each).get("allowPrivilegeEscalation") is not False)
    if not names:
        return None
    detail = f"{containers_named(names)} must set securityContext.allowPrivilegeEscalation=false"
    return Violation("allowPrivilegeEscalation != false", detail)


def _is_exempt(pod: CheckedPod, version: KubeVersion) -> bool:
    """Tell whether it is a Windows pod, of which nothing of Linux is asked since 1.25."""
    return version >= (1, 25) and pod.is_windows


def capabilities(pod: CheckedPod, version: KubeVersion) -> Violation | None:
    """Ask of each container that it drops all capabilities; NET_BIND_SERVICE alone may be added."""
    if version < (1, 22) or _is_exempt(pod, version):
        return None

    def keeps(container: Object) -> bool:
        return "ALL" not in ((security(container).get("capabilities") or {}).get("drop") or ())

    reason = "unrestricted capabilities"
    names = pod.named(keeps)
    details = (
        [f'{containers_named(names)} must set securityContext.capabilities.drop=["ALL"]'] if names else []
    )
    if added := baseline.added_capabilities(pod, frozenset({"NET_BIND_SERVICE"}), reason):
        details.append(added.detail)
    return Violation(reason, "; ".join(details)) if details else None


def proc_mount(pod: CheckedPod, version: KubeVersion) -> Violation | None:
    """Forbid an unmasked /proc, in a user namespace of the pod's own, too."""
    return baseline.unmasked_proc_mount(pod, version) if version >= (1, 35) else None


def volumes(pod: CheckedPod, version: KubeVersion) -> Violation | None:  # noqa: ARG001  the same in every version
    """Forbid all kinds of volumes but those that come from the API, the cluster's storage, or the pod itself."""
    found = [
        each
        for each in pod.spec.get("volumes") or ()
        if not any(each.get(source) is not None for source in _VOLUMES)
    ]
    if not found:
        return None
    types = {
        next((source for source in _RESTRICTED_VOLUMES if each.get(source) is not None), "unknown")
        for each in found
    }
    names = [str(each.get("name")) for each in found]
    verb = "uses" if len(names) == 1 else "use"
    return Violation(
        "restricted volume types",
        f"{plural('volume', names)} {quoted(names)} {verb} {plural('restricted volume type', types)}"
        f" {quoted(sorted(types))}",
    )


def run_as_non_root(pod: CheckedPod, version: KubeVersion) -> Violation | None:
    """Ask that containers must not start as root; since 1.35 not where the pod's root is none on the node."""
    if version >= (1, 35) and pod.has_user_namespace:
        return None
    reason, field = "runAsNonRoot != true", "runAsNonRoot"
    explicit = pod.named(lambda each: security(each).get(field) is False)
    if who := setters(pod=pod.security.get(field) is False, containers=explicit):
        return Violation(reason, f"{who} must not set securityContext.runAsNonRoot=false")
    if pod.security.get(field):
        return None
    names = pod.named(lambda each: security(each).get(field) is None)
    if not names:
        return None
    return Violation(reason, f"pod or {containers_named(names)} must set securityContext.runAsNonRoot=true")


def run_as_user(pod: CheckedPod, version: KubeVersion) -> Violation | None:
    """Forbid user 0; since 1.35 not where the pod's root is none on the node."""
    if version < (1, 23) or (version >= (1, 35) and pod.has_user_namespace):
        return None

    def is_root(context: Object) -> bool:
        return context.get("runAsUser") == 0

    who = setters(pod=is_root(pod.security), containers=pod.named(lambda each: is_root(security(each))))
    return Violation("runAsUser=0", f"{who} must not set runAsUser=0") if who else None


def seccomp(pod: CheckedPod, version: KubeVersion) -> Violation | None:
    """Ask for a seccomp profile."""
    if version < (1, 19) or _is_exempt(pod, version):
        return None
    if unconfined := baseline.unconfined_seccomp(pod):
        return unconfined
    if pod.security.get("seccompProfile") is not None:
        return None
    names = pod.named(lambda each: security(each).get("seccompProfile") is None)
    if not names:
        return None
    detail = (
        f"pod or {containers_named(names)} must set"
        ' securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"'
    )
    return Violation("seccompProfile", detail)


_REPLACED: Final[Mapping[Check, tuple[int, int]]] = MappingProxyType(
    {
        baseline.host_path_volumes: (1, 0),
        baseline.seccomp: (1, 19),
        baseline.capabilities: (1, 22),
        baseline.proc_mount: (1, 35),
    }
)
"""The checks of Baseline that a stricter one stands in for, by the version since which it does."""
_CHECKS: Final[tuple[Check, ...]] = (
    privilege_escalation, capabilities, proc_mount, volumes, run_as_non_root, run_as_user, seccomp,
)  # fmt: skip


def checks(version: KubeVersion) -> list[Check]:
    """Return the checks of a version."""
    kept = [each for each in baseline.CHECKS if (since := _REPLACED.get(each)) is None or version < since]
    return [*kept, *_CHECKS]
