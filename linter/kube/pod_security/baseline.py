"""The standard Baseline: nothing by which a pod is known to get hold of its node.

The checks stand in the order in which the API server names what they find.
"""

from __future__ import annotations

import json

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

_CAPABILITIES: Final = frozenset(
    {
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP",
        "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    }
)  # fmt: skip
"""Those that container runtimes give by default."""
_APP_ARMOR_ANNOTATION: Final = "container.apparmor.security.beta.kubernetes.io/"
_SYSCTLS: Final = (
    (
        (1, 0),
        frozenset(
            {
                "kernel.shm_rmid_forced",
                "net.ipv4.ip_local_port_range",
                "net.ipv4.tcp_syncookies",
                "net.ipv4.ping_group_range",
                "net.ipv4.ip_unprivileged_port_start",
            }
        ),
    ),
    ((1, 27), frozenset({"net.ipv4.ip_local_reserved_ports"})),
    (
        (1, 29),
        frozenset(
            {
                "net.ipv4.tcp_keepalive_time",
                "net.ipv4.tcp_fin_timeout",
                "net.ipv4.tcp_keepalive_intvl",
                "net.ipv4.tcp_keepalive_probes",
            }
        ),
    ),
    ((1, 32), frozenset({"net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"})),
    ((1, 37), frozenset({"net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat"})),
)
"""The safe sysctls, by the version that added them."""
_SELINUX_TYPES: Final = frozenset({"", "container_t", "container_init_t", "container_kvm_t"})
_SECCOMP: Final = frozenset({"Localhost", "RuntimeDefault"})
_SECCOMP_ANNOTATIONS: Final = (
    "seccomp.security.alpha.kubernetes.io/pod",
    "container.seccomp.security.alpha.kubernetes.io/",
)


def app_armor(pod: CheckedPod, version: KubeVersion) -> Violation | None:  # noqa: ARG001  the same in every version
    """Forbid AppArmor profiles other than the default and those of the node."""
    bad: set[str] = set()

    def is_bad(context: Object) -> bool:
        profile = context.get("appArmorProfile")
        if profile is None or profile.get("type") in {"RuntimeDefault", "Localhost"}:
            return False
        bad.add(str(profile.get("type")))
        return True

    def has_bad_profile(container: Object) -> bool:
        # The server turns the old annotation into the field before it looks.
        annotation = pod.annotations.get(f"{_APP_ARMOR_ANNOTATION}{container.get('name')}")
        profile = {"appArmorProfile": {"type": "Unconfined"}} if annotation == "unconfined" else {}
        return is_bad({**profile, **security(container)})

    by_pod = is_bad(pod.security)
    who = setters(pod=by_pod, containers=pod.named(has_bad_profile))
    annotations = sorted(
        f"{key}={json.dumps(value)}"
        for key, value in pod.annotations.items()
        if key.startswith(_APP_ARMOR_ANNOTATION)
        and value not in {"", "runtime/default"}
        and not value.startswith("localhost/")
    )
    if annotations:
        who = " and ".join(filter(None, (who, plural("annotation", annotations))))
    if not who:
        return None
    values = [*sorted(bad), *annotations]
    return Violation(
        plural("forbidden AppArmor profile", values),
        f"{who} must not set AppArmor profile type to {quoted(values)}",
    )


def capabilities(pod: CheckedPod, version: KubeVersion) -> Violation | None:  # noqa: ARG001  the same in every version
    """Forbid capabilities beyond those that runtimes give by default."""
    return added_capabilities(pod, _CAPABILITIES, "non-default capabilities")


def added_capabilities(pod: CheckedPod, allowed: frozenset[str], reason: str) -> Violation | None:
    """Forbid to add capabilities beyond some."""
    bad: set[str] = set()

    def adds(container: Object) -> bool:
        added = set((security(container).get("capabilities") or {}).get("add") or ()) - allowed
        bad.update(added)
        return bool(added)

    names = pod.named(adds)
    if not names:
        return None
    detail = f"{containers_named(names)} must not include {quoted(sorted(bad))} in securityContext.capabilities.add"
    return Violation(reason, detail)


def host_namespaces(pod: CheckedPod, version: KubeVersion) -> Violation | None:  # noqa: ARG001  the same in every version
    """Forbid the node's network, processes and IPC."""
    shared = [f"{field}=true" for field in ("hostNetwork", "hostPID", "hostIPC") if pod.spec.get(field)]
    return Violation("host namespaces", ", ".join(shared)) if shared else None


def host_path_volumes(pod: CheckedPod, version: KubeVersion) -> Violation | None:  # noqa: ARG001  the same in every version
    """Forbid the node's files."""
    names = [
        str(each.get("name")) for each in pod.spec.get("volumes") or () if each.get("hostPath") is not None
    ]
    return Violation("hostPath volumes", f"{plural('volume', names)} {quoted(names)}") if names else None


def host_ports(pod: CheckedPod, version: KubeVersion) -> Violation | None:  # noqa: ARG001  the same in every version
    """Forbid ports of the node."""
    bad: set[str] = set()

    def uses(container: Object) -> bool:
        found = {str(port["hostPort"]) for port in container.get("ports") or () if port.get("hostPort")}
        bad.update(found)
        return bool(found)

    names = pod.named(uses)
    if not names:
        return None
    verb = "uses" if len(names) == 1 else "use"
    return Violation(
        "hostPort", f"{containers_named(names)} {verb} {plural('hostPort', bad)} {', '.join(sorted(bad))}"
    )


def probe_hosts(pod: CheckedPod, version: KubeVersion) -> Violation | None:
    """Forbid probes and hooks that ask another host than the pod itself."""
    if version < (1, 34):
        return None
    bad: set[str] = set()

    def asks(container: Object) -> bool:
        lifecycle = container.get("lifecycle") or {}
        handlers = [container.get(name) for name in ("livenessProbe", "readinessProbe", "startupProbe")]
        handlers += [lifecycle.get(name) for name in ("postStart", "preStop")]
        found = {
            host
            for handler in handlers
            for action in ("httpGet", "tcpSocket")
            if (host := ((handler or {}).get(action) or {}).get("host"))
        }
        bad.update(found)
        return bool(found)

    names = sorted(set(pod.named(asks)))
    if not names:
        return None
    verb = "uses" if len(names) == 1 else "use"
    noun = plural("probe or lifecycle host", bad)
    return Violation(
        "probe or lifecycle host", f"{containers_named(names)} {verb} {noun} {quoted(sorted(bad))}"
    )


def privileged(pod: CheckedPod, version: KubeVersion) -> Violation | None:  # noqa: ARG001  the same in every version
    """Forbid privileged containers."""
    names = pod.named(lambda each: security(each).get("privileged") is True)
    if not names:
        return None
    return Violation("privileged", f"{containers_named(names)} must not set securityContext.privileged=true")


def proc_mount(pod: CheckedPod, version: KubeVersion) -> Violation | None:
    """Forbid an unmasked /proc; since 1.35 not in a user namespace of the pod's own."""
    if version >= (1, 35) and pod.has_user_namespace:
        return None
    return unmasked_proc_mount(pod, version)


def unmasked_proc_mount(pod: CheckedPod, version: KubeVersion) -> Violation | None:  # noqa: ARG001  the same in every version
    """Forbid an unmasked /proc."""
    bad: set[str] = set()

    def unmasks(container: Object) -> bool:
        kind = security(container).get("procMount")
        if kind is None or kind == "Default":
            return False
        bad.add(str(kind))
        return True

    names = pod.named(unmasks)
    if not names:
        return None
    detail = f"{containers_named(names)} must not set securityContext.procMount to {quoted(sorted(bad))}"
    return Violation("procMount", detail)


def selinux_options(pod: CheckedPod, version: KubeVersion) -> Violation | None:
    """Forbid SELinux users and roles, and types that are not of containers."""
    allowed = _SELINUX_TYPES | ({"container_engine_t"} if version >= (1, 31) else set())
    types: set[str] = set()
    parts: set[str] = set()

    def is_bad(context: Object) -> bool:
        options = context.get("seLinuxOptions") or {}
        kind = options.get("type") or ""
        if kind not in allowed:
            types.add(kind)
        found = {part for part in ("user", "role") if options.get(part)}
        parts.update(found)
        return kind not in allowed or bool(found)

    by_pod = is_bad(pod.security)
    who = setters(pod=by_pod, containers=pod.named(lambda each: is_bad(security(each))))
    if not who:
        return None
    data = [f"{plural('type', types)} {quoted(sorted(types))}"] if types else []
    data += [f"{part} may not be set" for part in ("user", "role") if part in parts]
    return Violation(
        "seLinuxOptions", f"{who} set forbidden securityContext.seLinuxOptions: {'; '.join(data)}"
    )


def seccomp(pod: CheckedPod, version: KubeVersion) -> Violation | None:
    """Forbid to turn seccomp off. Before 1.19 annotations said so."""
    return unconfined_seccomp(pod) if version >= (1, 19) else _seccomp_annotations(pod)


def is_confined(profile: Mapping[str, object]) -> bool:
    """Tell whether a seccomp profile confines."""
    return profile.get("type") in _SECCOMP


def unconfined_seccomp(pod: CheckedPod) -> Violation | None:
    """Forbid to set a seccomp profile that does not confine."""
    bad: set[str] = set()

    def is_bad(context: Object) -> bool:
        profile = context.get("seccompProfile")
        if profile is None or is_confined(profile):
            return False
        bad.add(str(profile.get("type")))
        return True

    by_pod = is_bad(pod.security)
    who = setters(pod=by_pod, containers=pod.named(lambda each: is_bad(security(each))))
    if not who:
        return None
    detail = f"{who} must not set securityContext.seccompProfile.type to {quoted(sorted(bad))}"
    return Violation("seccompProfile", detail)


def _seccomp_annotations(pod: CheckedPod) -> Violation | None:
    whole, prefix = _SECCOMP_ANNOTATIONS
    keys = [whole, *(f"{prefix}{each.get('name')}" for each in pod.containers)]
    bad = sorted(
        {
            f"{key}={json.dumps(value)}"
            for key in keys
            if (value := pod.annotations.get(key)) is not None
            and value not in {"runtime/default", "docker/default"}
            and not value.startswith("localhost/")
        }
    )
    return (
        Violation("seccompProfile", f"forbidden {plural('annotation', bad)} {', '.join(bad)}")
        if bad
        else None
    )


def sysctls(pod: CheckedPod, version: KubeVersion) -> Violation | None:
    """Forbid sysctls that reach beyond the pod."""
    safe = {name for since, names in _SYSCTLS if version >= since for name in names}
    bad = [
        str(each.get("name")) for each in pod.security.get("sysctls") or () if each.get("name") not in safe
    ]
    return Violation("forbidden sysctls", ", ".join(bad)) if bad else None


def windows_host_process(pod: CheckedPod, version: KubeVersion) -> Violation | None:  # noqa: ARG001  the same in every version
    """Forbid Windows containers that run as processes of the node."""

    def is_bad(context: Object) -> bool:
        return (context.get("windowsOptions") or {}).get("hostProcess") is True

    who = setters(pod=is_bad(pod.security), containers=pod.named(lambda each: is_bad(security(each))))
    if not who:
        return None
    return Violation("hostProcess", f"{who} must not set securityContext.windowsOptions.hostProcess=true")


CHECKS: tuple[Check, ...] = (
    app_armor, capabilities, host_namespaces, host_path_volumes, host_ports, probe_hosts, privileged, proc_mount,
    selinux_options, seccomp, sysctls, windows_host_process,
)  # fmt: skip
