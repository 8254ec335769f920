"""Security contexts of pods and containers.

Source: https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
"""

from __future__ import annotations

from linter.apiserver.constraints import check
from linter.kube import names
from linter.kube.suggest import quote
from linter.path import format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object
    from linter.path import FieldPath

_IPC_SYSCTLS = frozenset(
    {
        "kernel.sem", "kernel.shm", "kernel.shmall", "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced",
        "kernel.msg", "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni",
    }
)  # fmt: skip
_IDS_RULE = "security-ids"
_POLICIES_RULE = "security-policies"
_PROFILES_RULE = "security-profiles"


def validate_pod_security_context(
    pod_spec: Object, path: FieldPath, errors: Errors, *, old: Object | None = None
) -> None:
    """Judge the security context of a pod.

    Args:
        pod_spec: The pod spec.
        path: Where it is.
        errors: Gets what is wrong.
        old: The stored pod spec, at an update.
    """
    security = pod_spec.get("securityContext")
    if not security:
        return
    at = (*path, "securityContext")
    _validate_shared(security, at, errors)
    if (group := security.get("fsGroup")) is not None:
        _validate_id(group, (*at, "fsGroup"), errors)
    for index, group in enumerate(security.get("supplementalGroups") or ()):
        _validate_id(group, (*at, "supplementalGroups", index), errors)
    but: tuple[str, ...] = ()
    if old is not None:
        # What a feature gate refuses (before 1.37: MountOption) may stay.
        stored = (old.get("securityContext") or {}).get("seLinuxChangePolicy")
        if stored is not None and stored == security.get("seLinuxChangePolicy"):
            but = ("seLinuxChangePolicy",)
    check("core/v1.PodSecurityContext", security, at, errors, but=but)
    if security.get("sysctls"):
        _validate_sysctls(pod_spec, (*at, "sysctls"), errors, old)


def validate_security_context(
    security: Object, path: FieldPath, errors: Errors, *, host_users: bool | None
) -> None:
    """Judge the security context of a container.

    Args:
        security: The security context.
        path: Where it is.
        errors: Gets what is wrong.
        host_users: What the pod says of hostUsers.
    """
    _validate_shared(security, path, errors)
    check("core/v1.SecurityContext", security, path, errors)
    if security.get("procMount") == "Unmasked" and host_users is not False:
        message = "procMount Unmasked needs `hostUsers: false` in the pod."
        errors.invalid((*path, "procMount"), message, rule=_POLICIES_RULE)
    if security.get("allowPrivilegeEscalation") is False:
        _validate_no_escalation(security, path, errors)


def _validate_shared(security: Object, path: FieldPath, errors: Errors) -> None:
    """Judge what the security contexts of pods and containers have in common."""
    for field in ("runAsUser", "runAsGroup"):
        if (number := security.get(field)) is not None:
            _validate_id(number, (*path, field), errors)
    if "seccompProfile" in security:
        _validate_seccomp_profile(security["seccompProfile"], (*path, "seccompProfile"), errors)
    if "appArmorProfile" in security:
        _validate_app_armor_profile(security["appArmorProfile"], (*path, "appArmorProfile"), errors)
    if "windowsOptions" in security:
        from linter.apiserver.pod.windows import validate_windows_options

        validate_windows_options(security["windowsOptions"], (*path, "windowsOptions"), errors)


def _validate_id(number: int, path: FieldPath, errors: Errors) -> None:
    if not names.is_user_id(number):
        errors.invalid(path, f"The id {number} is out of range: 0 to 2147483647.", rule=_IDS_RULE)


def _validate_no_escalation(security: Object, path: FieldPath, errors: Errors) -> None:
    """Judge that a container that must not gain privileges does not have them all."""
    at, field = (*path, "allowPrivilegeEscalation"), format_path(path)
    for what, is_given in (
        ("in a privileged container", security.get("privileged")),
        (
            "with the capability CAP_SYS_ADMIN",
            "CAP_SYS_ADMIN" in ((security.get("capabilities") or {}).get("add") or ()),
        ),
    ):
        if is_given:
            message = f"allowPrivilegeEscalation can't be false {what}; remove one of the two."
            errors.invalid(at, message, rule="privilege-escalation", field=field)


def _validate_sysctls(pod_spec: Object, path: FieldPath, errors: Errors, old: Object | None) -> None:
    rule = "sysctls"
    # What is stored already with sysctls of the node may keep them.
    any_namespace = old is not None and any(
        _field_of_the_node(sysctl.get("name") or "", old)
        for sysctl in (old.get("securityContext") or {}).get("sysctls") or ()
    )
    seen: set[str] = set()
    for index, sysctl in enumerate(pod_spec["securityContext"]["sysctls"]):
        name = sysctl.get("name") or ""
        at = (*path, index, "name")
        if not name:
            errors.required(at, "The sysctl has no name.", rule=rule)
        elif faults := names.sysctl_name(name):
            errors.faults(at, "The sysctl", name, faults, rule=rule)
        elif name in seen:
            errors.duplicate(at, f"The sysctl {quote(name)} stands there twice.", rule=rule)
        seen.add(name)
        if not any_namespace and (field := _field_of_the_node(name, pod_spec)):
            message = f"The sysctl {quote(name)} belongs to the node, because {field} is true."
            errors.invalid(at, message, rule=rule)


def _field_of_the_node(name: str, pod_spec: Object) -> str | None:
    """Name the field that makes a sysctl the node's own; None where it is the pod's."""
    slash, dot = name.find("/"), name.find(".")
    if slash >= 0 and (dot < 0 or slash < dot):
        # With `/` as separator, `.` stands for `/` inside a part.
        name = name.translate(str.maketrans("/.", "./"))
    if pod_spec.get("hostNetwork") and name.startswith("net."):
        return "hostNetwork"
    if pod_spec.get("hostIPC") and (name in _IPC_SYSCTLS or name.startswith("fs.mqueue.")):
        return "hostIPC"
    return None


def _validate_seccomp_profile(profile: Object, path: FieldPath, errors: Errors) -> None:
    check("core/v1.SeccompProfile", profile, path, errors)
    at = (*path, "localhostProfile")
    if profile.get("type") == "Localhost":
        if "localhostProfile" not in profile:
            errors.required(at, "The type Localhost needs a localhostProfile.", rule=_PROFILES_RULE)
        else:
            file = profile["localhostProfile"]
            errors.faults(at, "The profile", file, names.relative_path(file), rule=_PROFILES_RULE)
    elif "localhostProfile" in profile:
        errors.invalid(at, "Only the type Localhost has a localhostProfile.", rule=_PROFILES_RULE)


def _validate_app_armor_profile(profile: Object, path: FieldPath, errors: Errors) -> None:
    check("core/v1.AppArmorProfile", profile, path, errors)
    kind = profile.get("type") or ""
    at = (*path, "localhostProfile")
    name = profile.get("localhostProfile")
    if kind == "Localhost":
        if name is None or not name.strip():
            errors.required(at, "The type Localhost needs a localhostProfile.", rule=_PROFILES_RULE)
        if name is not None:
            if name != name.strip():
                errors.invalid(at, f"The profile {quote(name)} has blanks around it.", rule=_PROFILES_RULE)
            if names.byte_length(name) > 4095:
                message = f"The profile {quote(name)} is longer than 4095 bytes."
                errors.too_long(at, message, rule=_PROFILES_RULE)
    elif kind in {"RuntimeDefault", "Unconfined"} and name is not None:
        errors.invalid(at, "Only the type Localhost has a localhostProfile.", rule=_PROFILES_RULE)
