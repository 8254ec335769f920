"""Security contexts of pods and containers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.engine.rule import Context, Problem, rule
from linter.kube import names
from linter.kube.pods import POD
from linter.kube.suggest import quote
from linter.path import FieldPath, format_path

from .checks import faulty, judged_pod, one_of_these, required, stored_pod

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource

    from .checks import Pod

Object = dict[str, Any]

_POD_SECURITY: FieldPath = (*POD, "securityContext")
_PROFILE_TYPES = frozenset({"Localhost", "RuntimeDefault", "Unconfined"})
_POLICIES = {
    "fsGroupChangePolicy": frozenset({"Always", "OnRootMismatch"}),
    "supplementalGroupsPolicy": frozenset({"Merge", "Strict"}),
    # MountOption is behind a feature gate that is off.
    "seLinuxChangePolicy": frozenset({"Recursive"}),
}


def _contexts(pod: Pod) -> Iterator[tuple[Object, FieldPath]]:
    """Walk the security contexts of the pod and its containers."""
    if pod.security_context:
        yield pod.security_context, _POD_SECURITY
    for container in pod.containers:
        if security := container.spec.get("securityContext"):
            yield security, (*container.path, "securityContext")


@rule("security-ids", needs={"runAsUser", "runAsGroup", "fsGroup", "supplementalGroups"})
def security_ids(resource: Resource, context: Context) -> Iterator[Problem]:
    """User and group ids are in range: 0 to 2147483647.

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          securityContext:
            runAsUser: 4294967295
          containers:
          - name: web
            image: nginx:1.27
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          securityContext:
            runAsUser: 65534
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    pod = judged_pod(resource, context)
    if pod is None:
        return
    for security, path in _contexts(pod):
        ids: list[tuple[FieldPath, int]] = [
            ((*path, field), security[field])
            for field in ("runAsUser", "runAsGroup", "fsGroup")
            if field in security
        ]
        ids += [
            ((*path, "supplementalGroups", index), group)
            for index, group in enumerate(security.get("supplementalGroups") or ())
        ]
        for here, number in ids:
            if not names.is_user_id(number):
                yield Problem(here, f"The id {number} is out of range: 0 to 2147483647.", "Invalid")


@rule("security-policies", needs={*_POLICIES, "procMount"})
def security_policies(resource: Resource, context: Context) -> Iterator[Problem]:
    """The policies of a security context have values that Kubernetes knows.

    `fsGroupChangePolicy` is Always or OnRootMismatch, `supplementalGroupsPolicy` Merge or Strict, `seLinuxChangePolicy`
    Recursive, `procMount` Default or (in a pod with `hostUsers: false`) Unmasked.

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          securityContext:
            fsGroupChangePolicy: OnMismatch
          containers:
          - name: web
            image: nginx:1.27
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          securityContext:
            fsGroupChangePolicy: OnRootMismatch
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    pod = judged_pod(resource, context)
    if pod is None:
        return
    for field, allowed in _POLICIES.items():
        if field in pod.security_context and not (
            field == "seLinuxChangePolicy" and _is_stored(field, pod, context)
        ):
            yield from one_of_these((*_POD_SECURITY, field), field, pod.security_context[field], allowed)
    for container in pod.containers:
        mount = (container.spec.get("securityContext") or {}).get("procMount")
        if mount is None:
            continue
        path = (*container.path, "securityContext", "procMount")
        yield from one_of_these(path, "procMount", mount, ("Default", "Unmasked"))
        if mount == "Unmasked" and pod.spec.get("hostUsers") is not False:
            yield Problem(path, "procMount Unmasked needs `hostUsers: false` in the pod.", "Invalid")


def _is_stored(field: str, pod: Pod, context: Context) -> bool:
    """Tell whether the stored object has the same value: what a feature gate refuses may stay."""
    old = stored_pod(context)
    return old is not None and old.security_context.get(field) == pod.security_context[field]


@rule("privilege-escalation", needs={"allowPrivilegeEscalation"})
def privilege_escalation(resource: Resource, context: Context) -> Iterator[Problem]:
    """A container that must not gain privileges doesn't have them all.

    `allowPrivilegeEscalation: false` contradicts `privileged: true`, and adding the capability CAP_SYS_ADMIN.

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          containers:
          - name: web
            image: nginx:1.27
            securityContext:
              privileged: true
              allowPrivilegeEscalation: false
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          containers:
          - name: web
            image: nginx:1.27
            securityContext:
              allowPrivilegeEscalation: false
    ```
    """
    pod = judged_pod(resource, context)
    for container in pod.containers if pod else ():
        security = container.spec.get("securityContext")
        if not security or security.get("allowPrivilegeEscalation") is not False:
            continue
        path = (*container.path, "securityContext")
        if security.get("privileged"):
            message = (
                "allowPrivilegeEscalation can't be false in a privileged container; remove one of the two."
            )
            yield Problem((*path, "allowPrivilegeEscalation"), message, "Invalid", format_path(path))
        if "CAP_SYS_ADMIN" in ((security.get("capabilities") or {}).get("add") or ()):
            message = "allowPrivilegeEscalation can't be false with the capability CAP_SYS_ADMIN; remove one of the two."
            yield Problem((*path, "allowPrivilegeEscalation"), message, "Invalid", format_path(path))


_IPC_SYSCTLS = frozenset(
    {
        "kernel.sem", "kernel.shm", "kernel.shmall", "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced",
        "kernel.msg", "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni",
    }
)  # fmt: skip


@rule("sysctls", needs={"sysctls"})
def sysctls(resource: Resource, context: Context) -> Iterator[Problem]:
    """Sysctls have well-formed names, and belong to the pod.

    Each stands there once. On the network of the node the `net.` sysctls are the node's own, and with its IPC namespace
    those of shared memory and message queues: a pod can't set them there.

    ```yaml bad
    apiVersion: apps/v1
    kind: DaemonSet
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          hostNetwork: true
          securityContext:
            sysctls:
            - {name: net.core.somaxconn, value: "1024"}
          containers:
          - name: web
            image: nginx:1.27
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: DaemonSet
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          securityContext:
            sysctls:
            - {name: net.core.somaxconn, value: "1024"}
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    pod = judged_pod(resource, context)
    if pod is None or not pod.security_context.get("sysctls"):
        return
    old = stored_pod(context)
    # What is stored already with sysctls of the node may keep them.
    any_namespace = old is not None and any(
        _namespace_of_the_node(each.get("name") or "", old.spec)
        for each in old.security_context.get("sysctls") or ()
    )
    seen: set[str] = set()
    for index, sysctl in enumerate(pod.security_context["sysctls"]):
        name = sysctl.get("name") or ""
        path = (*_POD_SECURITY, "sysctls", index, "name")
        if not name:
            yield required(path, "The sysctl has no name.")
        elif faults := names.sysctl_name(name):
            yield from faulty(path, "The sysctl", name, faults)
        elif name in seen:
            yield Problem(path, f"The sysctl {quote(name)} stands there twice.", "Duplicate")
        seen.add(name)
        if not any_namespace and (field := _namespace_of_the_node(name, pod.spec)):
            message = f"The sysctl {quote(name)} belongs to the node, because {field} is true."
            yield Problem(path, message, "Invalid")


def _namespace_of_the_node(name: str, spec: Object) -> str | None:
    """Name the field that makes a sysctl the node's own; None where it is the pod's."""
    slash, dot = name.find("/"), name.find(".")
    if slash >= 0 and (dot < 0 or slash < dot):
        # With `/` as separator, `.` stands for `/` inside a part.
        name = name.translate(str.maketrans("/.", "./"))
    if spec.get("hostNetwork") and name.startswith("net."):
        return "hostNetwork"
    if spec.get("hostIPC") and (name in _IPC_SYSCTLS or name.startswith("fs.mqueue.")):
        return "hostIPC"
    return None


@rule("security-profiles", needs={"seccompProfile", "appArmorProfile"})
def security_profiles(resource: Resource, context: Context) -> Iterator[Problem]:
    """Seccomp and AppArmor profiles are complete.

    The type is RuntimeDefault, Unconfined or Localhost. Localhost needs a `localhostProfile` (for seccomp a relative
    path without `..`), the others have none.

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          securityContext:
            seccompProfile:
              type: runtime/default
          containers:
          - name: web
            image: nginx:1.27
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          securityContext:
            seccompProfile:
              type: RuntimeDefault
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    pod = judged_pod(resource, context)
    if pod is None:
        return
    for security, path in _contexts(pod):
        if "seccompProfile" in security:
            yield from _seccomp(security["seccompProfile"], (*path, "seccompProfile"))
        if "appArmorProfile" in security:
            yield from _app_armor(security["appArmorProfile"], (*path, "appArmorProfile"))


def _profile_type(kind: str, path: FieldPath) -> Iterator[Problem]:
    if not kind:
        yield required((*path, "type"), "The profile has no type: RuntimeDefault, Unconfined or Localhost.")
    else:
        yield from one_of_these((*path, "type"), "The type of the profile", kind, _PROFILE_TYPES)


def _seccomp(profile: Object, path: FieldPath) -> Iterator[Problem]:
    kind = profile.get("type") or ""
    yield from _profile_type(kind, path)
    here = (*path, "localhostProfile")
    if kind == "Localhost":
        if "localhostProfile" not in profile:
            yield required(here, "The type Localhost needs a localhostProfile.")
        else:
            file = profile["localhostProfile"]
            yield from faulty(here, "The profile", file, names.relative_path(file))
    elif "localhostProfile" in profile:
        yield Problem(here, "Only the type Localhost has a localhostProfile.", "Invalid")


def _app_armor(profile: Object, path: FieldPath) -> Iterator[Problem]:
    kind = profile.get("type") or ""
    yield from _profile_type(kind, path)
    here = (*path, "localhostProfile")
    name = profile.get("localhostProfile")
    if kind == "Localhost":
        if name is None or not name.strip():
            yield required(here, "The type Localhost needs a localhostProfile.")
        if name is not None:
            if name != name.strip():
                yield Problem(here, f"The profile {quote(name)} has blanks around it.", "Invalid")
            if names.byte_length(name) > 4095:
                yield Problem(here, f"The profile {quote(name)} is longer than 4095 bytes.", "TooLong")
    elif kind in _PROFILE_TYPES and name is not None:
        yield Problem(here, "Only the type Localhost has a localhostProfile.", "Invalid")


_NO_NETBIOS_CHARACTERS = frozenset('\\/:*?"<>|')
_NO_USER_CHARACTERS = frozenset('"/\\:;|=,+*?<>@[]')


@rule("windows-options", needs={"windowsOptions"})
def windows_options(resource: Resource, context: Context) -> Iterator[Problem]:
    r"""Windows options are well formed and agree within the pod.

    `runAsUserName` is `USER` or `DOMAIN\USER`. HostProcess containers stand alone: either all containers of a pod are
    such or none, and the pod uses the network of the node.

    ```yaml bad
    apiVersion: apps/v1
    kind: DaemonSet
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          securityContext:
            windowsOptions:
              hostProcess: true
          containers:
          - name: web
            image: nginx:1.27
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: DaemonSet
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          hostNetwork: true
          securityContext:
            windowsOptions:
              hostProcess: true
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    pod = judged_pod(resource, context)
    if pod is None:
        return
    found = False
    for security, path in _contexts(pod):
        if "windowsOptions" in security:
            found = True
            yield from _windows(security["windowsOptions"], (*path, "windowsOptions"))
    if found:
        yield from _host_process(pod)


def _windows(options: Object, path: FieldPath) -> Iterator[Problem]:
    if "gmsaCredentialSpecName" in options:
        name = options["gmsaCredentialSpecName"]
        yield from faulty((*path, "gmsaCredentialSpecName"), "The name", name, names.dns_subdomain(name))
    if "gmsaCredentialSpec" in options:
        length = names.byte_length(options["gmsaCredentialSpec"])
        if not 1 <= length <= 64 * 1024:
            message = f"The credential spec has {length} bytes; it must have 1 to 65536."
            yield Problem((*path, "gmsaCredentialSpec"), message, "Invalid")
    if "runAsUserName" in options:
        user = options["runAsUserName"]
        yield from faulty((*path, "runAsUserName"), "The user name", user, _user_name_faults(user))


def _user_name_faults(text: str) -> Iterator[str]:
    domain, backslash, user = text.rpartition("\\")
    if not text:
        yield "is empty"
    elif any(ord(each) < 32 or ord(each) == 127 for each in text):
        yield "holds control characters"
    elif "\\" in domain:
        yield "has more than one backslash"
    else:
        if backslash:
            if names.byte_length(domain) >= 256:
                yield "has a domain of more than 255 bytes"
            if not _is_netbios_name(domain) and not all(map(_is_dns_part, domain.split("."))):
                yield "has a domain that is neither a NetBIOS nor a DNS name"
        if not user:
            yield "names no user"
        elif names.byte_length(user) > 104:
            yield "has a user of more than 104 bytes"
        if user and not user.strip(". "):
            yield "has a user of nothing but dots and blanks"
        if not _NO_USER_CHARACTERS.isdisjoint(user):
            yield 'has a user with one of `" / \\ : ; | = , + * ? < > @ [ ]`'


def _is_netbios_name(text: str) -> bool:
    return 1 <= len(text) <= 15 and text[0] != "." and _NO_NETBIOS_CHARACTERS.isdisjoint(text)


def _is_dns_part(text: str) -> bool:
    """Tell whether a text can stand between the dots of a DNS name, in upper or lower case."""
    inner = text.replace("-", "")
    return len(text) <= 63 and inner.isascii() and inner.isalnum() and text.strip("-") == text


def _host_process(pod: Pod) -> Iterator[Problem]:
    of_pod = (pod.security_context.get("windowsOptions") or {}).get("hostProcess")
    count = 0
    for container in pod.containers:
        options = (container.spec.get("securityContext") or {}).get("windowsOptions") or {}
        own = options.get("hostProcess")
        if own is not None and of_pod is not None and own != of_pod:
            path = (*container.path, "securityContext", "windowsOptions", "hostProcess")
            yield Problem(path, "hostProcess must be the same for the pod and for this container.", "Invalid")
        count += bool(of_pod if own is None else own)
    if not count:
        return
    if count != len(pod.containers):
        message = "Either all containers of a pod are HostProcess containers or none is."
        yield Problem(POD, message, "Invalid")
    if not pod.spec.get("hostNetwork"):
        yield Problem(
            (*POD, "hostNetwork"), "A pod with HostProcess containers needs `hostNetwork: true`.", "Invalid"
        )
