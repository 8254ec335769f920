"""What a pod shares with its node, and the operating system that the node must have.

Source: https://kubernetes.io/docs/concepts/workloads/pods/user-namespaces/ and
https://kubernetes.io/docs/concepts/workloads/pods/#pod-os
"""

from __future__ import annotations

from linter.apiserver.constraints import check_field
from linter.kube.pods import containers
from linter.path import FieldPath, format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object

_WINDOWS_POD = (
    "appArmorProfile", "seLinuxOptions", "seccompProfile", "fsGroup", "fsGroupChangePolicy", "sysctls", "runAsUser",
    "runAsGroup", "supplementalGroups", "supplementalGroupsPolicy", "seLinuxChangePolicy",
)  # fmt: skip
"""What the securityContext of a pod for Windows can't have."""
_WINDOWS_CONTAINER = (
    "appArmorProfile", "seLinuxOptions", "seccompProfile", "capabilities", "readOnlyRootFilesystem", "privileged",
    "allowPrivilegeEscalation", "procMount", "runAsUser", "runAsGroup",
)  # fmt: skip
"""What the securityContext of a container for Windows can't have."""


def validate_host_namespaces(spec: Object, path: FieldPath, errors: Errors) -> None:
    """Judge whether the settings that share namespaces with the node fit together.

    Args:
        spec: The pod spec.
        path: Where it stands.
        errors: Gets what is wrong.
    """
    if spec.get("hostNetwork"):
        _validate_host_ports(spec, path, errors)
    if spec.get("hostPID") and spec.get("shareProcessNamespace"):
        at = (*path, "shareProcessNamespace")
        # Before 1.37 the server spells it as a field of the security context, where it once was.
        spelled = at if errors.version >= (1, 37) else (*path, "securityContext", "shareProcessNamespace")
        message = "shareProcessNamespace and hostPID can't both be true."
        errors.invalid(at, message, rule="host-namespaces", field=format_path(spelled))
    if spec.get("hostUsers") is False:
        _validate_user_namespace(spec, path, errors)


def validate_operating_system(spec: Object, path: FieldPath, errors: Errors) -> None:
    """Judge the operating system, and that no field belongs to the other one; arguments as above."""
    name = spec["os"].get("name") or ""
    name_path = (*path, "os", "name")
    match name:
        case "linux":
            _validate_linux(spec, path, errors)
        case "windows":
            _validate_windows(spec, path, errors)
        case _:
            # The API server leaves `name` out of the path of an unknown one.
            field = format_path((*path, "os")) if name else None
            check_field("core/v1.PodOS", "name", name, name_path, errors, field=field)


def _validate_host_ports(spec: Object, path: FieldPath, errors: Errors) -> None:
    for number, container in enumerate(spec.get("containers") or ()):
        for index, port in enumerate(container.get("ports") or ()):
            host_port, container_port = port.get("hostPort"), port.get("containerPort") or 0
            if host_port and host_port != container_port:
                errors.invalid(
                    (*path, "containers", number, "ports", index, "hostPort"),
                    f"With hostNetwork the hostPort must be the containerPort ({container_port}), not {host_port}; "
                    "or leave it out.",
                    rule="host-namespaces",
                )


def _validate_user_namespace(spec: Object, path: FieldPath, errors: Errors) -> None:
    rule = "host-namespaces"
    # Two of these paths are spelled with a capital letter by the API server.
    for field, spelled in (("hostNetwork", "hostNetwork"), ("hostPID", "HostPID"), ("hostIPC", "HostIPC")):
        if spec.get(field):
            message = f"{field} can't be true in a pod with `hostUsers: false`."
            errors.forbidden((*path, field), message, rule=rule, field=format_path((*path, spelled)))
    if errors.version < (1, 34):
        return
    for container in containers(spec, path):
        if container.spec.get("volumeDevices"):
            message = "A pod with `hostUsers: false` can't use raw block devices."
            errors.forbidden((*container.path, "volumeDevices"), message, rule=rule)


def _validate_linux(spec: Object, path: FieldPath, errors: Errors) -> None:
    of_pod = ((*path, "securityContext"), spec.get("securityContext") or {})
    for context_path, context in (of_pod, *_container_contexts(spec, path)):
        if "windowsOptions" in context:
            message = "windowsOptions can't be set for a pod with `os.name: linux`."
            errors.forbidden((*context_path, "windowsOptions"), message, rule="pod-os")


def _validate_windows(spec: Object, path: FieldPath, errors: Errors) -> None:
    for field in ("hostPID", "hostIPC"):
        if spec.get(field):
            _refuse_on_windows((*path, field), errors)
    for field in ("hostUsers", "shareProcessNamespace"):
        if field in spec:
            _refuse_on_windows((*path, field), errors)
    context = spec.get("securityContext") or {}
    for field in _WINDOWS_POD:
        # Of the lists an empty one counts as set, but for sysctls.
        if field in context and (field, context[field]) != ("sysctls", []):
            _refuse_on_windows((*path, "securityContext", field), errors)
    for context_path, context in _container_contexts(spec, path):
        for field in _WINDOWS_CONTAINER:
            if field in context:
                _refuse_on_windows((*context_path, field), errors)


def _refuse_on_windows(path: FieldPath, errors: Errors) -> None:
    message = f"{path[-1]} can't be set for a pod with `os.name: windows`."
    errors.forbidden(path, message, rule="pod-os")


def _container_contexts(spec: Object, path: FieldPath) -> Iterator[tuple[FieldPath, Object]]:
    for container in containers(spec, path):
        if "securityContext" in container.spec:
            yield (*container.path, "securityContext"), container.spec["securityContext"]
