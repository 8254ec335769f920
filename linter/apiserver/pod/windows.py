"""Windows options of pods and containers.

Source: https://kubernetes.io/docs/tasks/configure-pod-container/create-hostprocess-pod/ and
https://kubernetes.io/docs/tasks/configure-pod-container/configure-runasusername/
"""

from __future__ import annotations

from linter.kube import names
from linter.kube.pods import containers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object
    from linter.path import FieldPath

_RULE = "windows-options"
_NO_NETBIOS_CHARACTERS = frozenset('\\/:*?"<>|')
_NO_USER_CHARACTERS = frozenset('"/\\:;|=,+*?<>@[]')


def validate_windows_options(options: Object, path: FieldPath, errors: Errors) -> None:
    """Judge the windowsOptions of a security context.

    Args:
        options: The options.
        path: Where they are.
        errors: Gets what is wrong.
    """
    if "gmsaCredentialSpecName" in options:
        name = options["gmsaCredentialSpecName"]
        at = (*path, "gmsaCredentialSpecName")
        errors.faults(at, "The name", name, names.dns_subdomain(name), rule=_RULE)
    if "gmsaCredentialSpec" in options:
        length = names.byte_length(options["gmsaCredentialSpec"])
        if not 1 <= length <= 64 * 1024:
            message = f"The credential spec has {length} bytes; it must have 1 to 65536."
            errors.invalid((*path, "gmsaCredentialSpec"), message, rule=_RULE)
    if "runAsUserName" in options:
        user = options["runAsUserName"]
        errors.faults((*path, "runAsUserName"), "The user name", user, _user_name_faults(user), rule=_RULE)


def validate_host_process(pod_spec: Object, path: FieldPath, errors: Errors) -> None:
    """Judge that all containers of a pod are HostProcess containers or none is.

    Args:
        pod_spec: The pod spec.
        path: Where it is.
        errors: Gets what is wrong.
    """
    of_pod = _host_process_of(pod_spec)
    count = total = 0
    for container in containers(pod_spec, path):
        own = _host_process_of(container.spec)
        if own is not None and of_pod is not None and own != of_pod:
            at = (*container.path, "securityContext", "windowsOptions", "hostProcess")
            errors.invalid(at, "hostProcess must be the same for the pod and for this container.", rule=_RULE)
        total += 1
        count += bool(of_pod if own is None else own)
    if not count:
        return
    if count != total:
        message = "Either all containers of a pod are HostProcess containers or none is."
        errors.invalid(path, message, rule=_RULE)
    if not pod_spec.get("hostNetwork"):
        message = "A pod with HostProcess containers needs `hostNetwork: true`."
        errors.invalid((*path, "hostNetwork"), message, rule=_RULE)


def _host_process_of(spec: Object) -> bool | None:
    """Return what the security context of a pod or container says of hostProcess."""
    options = (spec.get("securityContext") or {}).get("windowsOptions") or {}
    host_process: bool | None = options.get("hostProcess")
    return host_process


def _user_name_faults(text: str) -> Iterator[str]:
    domain, backslash, user = text.rpartition("\\")
    if not text:
        yield "is empty"
    elif any(ord(character) < 32 or ord(character) == 127 for character in text):
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
