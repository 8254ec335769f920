"""Name resolution inside the pod: dnsConfig and hostAliases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.engine.rule import Context, Problem, rule
from linter.kube import names
from linter.kube.addresses import ip_faults, parse_ip
from linter.kube.pods import POD
from linter.kube.suggest import quote
from linter.path import FieldPath, format_path

from .checks import faulty, judged_pod, required

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.kube.pods import Pod
    from linter.loading.resource import Resource
    from linter.version import KubeVersion

# What a 1.36 server does and a 1.34 server doesn't counts from 1.35.
_STRICT_ADDRESSES_SINCE = (1, 35)


@rule("dns-config", needs={"dnsConfig", "dnsPolicy"})
def dns_config(resource: Resource, context: Context) -> Iterator[Problem]:
    """The DNS settings of a pod are complete and within the limits.

    With `dnsPolicy: None` a `dnsConfig` with at least one name server is needed. There are at most 3 name servers (IP
    addresses) and 32 search domains (2048 bytes in all), and each option has a name.

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
          dnsPolicy: None
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
          dnsPolicy: None
          dnsConfig:
            nameservers: [10.96.0.10]
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    pod = judged_pod(resource, context)
    if pod is None:
        return
    config = pod.spec.get("dnsConfig")
    path = (*POD, "dnsConfig")
    if pod.spec.get("dnsPolicy") == "None":
        if config is None:
            yield required(
                path, "With `dnsPolicy: None` a dnsConfig is needed; it says which name servers to ask."
            )
            return
        if not config.get("nameservers"):
            yield required(
                (*path, "nameservers"), "With `dnsPolicy: None` at least one name server is needed."
            )
            return
    if not config:
        return
    servers = config.get("nameservers") or ()
    if len(servers) > 3:
        message = f"There are {len(servers)} name servers; at most 3 are allowed."
        yield Problem((*path, "nameservers"), message, "Invalid")
    strict = context.version >= _STRICT_ADDRESSES_SINCE
    for index, server in enumerate(servers):
        yield from faulty(
            (*path, "nameservers", index), "The name server", server, ip_faults(server, strict=strict)
        )
    searches = config.get("searches") or ()
    if searches:
        yield from _searches(searches, (*path, "searches"), context.version)
    for index, option in enumerate(config.get("options") or ()):
        if not option.get("name"):
            field = format_path((*path, "options", index))
            yield required((*path, "options", index, "name"), "The DNS option has no name.", field)


def _searches(searches: list[str], path: FieldPath, version: KubeVersion) -> Iterator[Problem]:
    if len(searches) > 32:
        yield Problem(path, f"There are {len(searches)} search domains; at most 32 are allowed.", "Invalid")
    if names.byte_length(" ".join(searches)) > 2048:
        yield Problem(path, "The search domains are longer than 2048 bytes in all.", "Invalid")
    for index, search in enumerate(searches):
        if version < (1, 32):
            faults = names.dns_subdomain(search.removesuffix("."))
        elif search == ".":
            continue
        else:
            faults = names.dns_subdomain_with_underscore(search.removesuffix("."))
        yield from faulty((*path, index), "The search domain", search, faults)


@rule("host-aliases", needs={"hostAliases"})
def host_aliases(resource: Resource, context: Context) -> Iterator[Problem]:
    """Host aliases give an IP address well-formed host names.

    They become lines of `/etc/hosts` in the containers.

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
          hostAliases:
          - ip: 10.0.0.300
            hostnames: [db.local]
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
          hostAliases:
          - ip: 10.0.0.30
            hostnames: [db.local]
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    pod = judged_pod(resource, context)
    if pod is None:
        return
    strict = context.version >= _STRICT_ADDRESSES_SINCE
    for index, alias in enumerate(pod.spec.get("hostAliases") or ()):
        path = (*POD, "hostAliases", index)
        ip = alias.get("ip") or ""
        yield from faulty((*path, "ip"), "The address", ip, ip_faults(ip, strict=strict))
        for number, name in enumerate(alias.get("hostnames") or ()):
            yield from faulty((*path, "hostnames", number), "The host name", name, names.dns_subdomain(name))


@rule("repeated-host-alias", severity="warning", needs={"hostAliases"})
def repeated_host_alias(resource: Resource, context: Context) -> Iterator[Problem]:
    """Each address stands only once among the host aliases.

    Entries of the same address may be lost when the manifest is applied. Put all names of an address into one entry.

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
          hostAliases:
          - ip: 10.0.0.30
            hostnames: [db.local]
          - ip: 10.0.0.30
            hostnames: [cache.local]
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
          hostAliases:
          - ip: 10.0.0.30
            hostnames: [db.local, cache.local]
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    pod = judged_pod(resource, context)
    if pod is None:
        return
    seen: set[str] = set()
    for index, alias in enumerate(pod.spec.get("hostAliases") or ()):
        ip = alias.get("ip") or ""
        if ip in seen:
            message = f"The address {quote(ip)} stands there already; put all its names into one entry."
            yield Problem((*POD, "hostAliases", index, "ip"), message)
        seen.add(ip)


@rule("pod-address-spelling", severity="warning", needs={"dnsConfig", "hostAliases"})
def pod_address_spelling(resource: Resource, context: Context) -> Iterator[Problem]:
    """IP addresses in a pod spec are spelled in their canonical form.

    Other spellings of an IPv6 address (upper case, zeros written out) are taken, but compare as different texts.

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
          hostAliases:
          - ip: "2001:DB8::1"
            hostnames: [db.local]
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
          hostAliases:
          - ip: "2001:db8::1"
            hostnames: [db.local]
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    pod = judged_pod(resource, context)
    if pod is None:
        return
    for path, text in _addresses(pod):
        # An IPv4 address has one spelling, but for leading zeros.
        if ":" not in text and not text.startswith("0") and ".0" not in text:
            continue
        address = parse_ip(text)
        if address is not None and str(address) != text:
            yield Problem(path, f"The address {quote(text)} is better written as `{address}`.")


def _addresses(pod: Pod) -> Iterator[tuple[FieldPath, str]]:
    for index, server in enumerate((pod.spec.get("dnsConfig") or {}).get("nameservers") or ()):
        yield (*POD, "dnsConfig", "nameservers", index), server
    for index, alias in enumerate(pod.spec.get("hostAliases") or ()):
        yield (*POD, "hostAliases", index, "ip"), alias.get("ip") or ""
