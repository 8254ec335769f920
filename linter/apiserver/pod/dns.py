"""Name resolution inside the pod: dnsConfig and hostAliases.

Source: https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
"""

from __future__ import annotations

from linter.kube import names
from linter.kube.addresses import ip_faults, parse_ip
from linter.kube.suggest import quote
from linter.path import FieldPath, format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object

_STRICT_ADDRESSES_SINCE = (1, 36)


def validate_dns_config(config: Object | None, path: FieldPath, errors: Errors, *, policy: str) -> None:
    """Judge the DNS settings of a pod.

    Args:
        config: The dnsConfig; None where there is none.
        path: Where it stands.
        errors: Gets what is wrong.
        policy: The pod's dnsPolicy.
    """
    rule = "dns-config"
    if policy == "None":
        if config is None:
            message = "With `dnsPolicy: None` a dnsConfig is needed; it says which name servers to ask."
            errors.required(path, message, rule=rule)
            return
        if not config.get("nameservers"):
            message = "With `dnsPolicy: None` at least one name server is needed."
            errors.required((*path, "nameservers"), message, rule=rule)
            return
    if not config:
        return
    servers = config.get("nameservers") or ()
    if len(servers) > 3:
        message = f"There are {len(servers)} name servers; at most 3 are allowed."
        errors.invalid((*path, "nameservers"), message, rule=rule)
    strict = errors.version >= _STRICT_ADDRESSES_SINCE
    for index, server in enumerate(servers):
        faults = ip_faults(server, strict=strict)
        errors.faults((*path, "nameservers", index), "The name server", server, faults, rule=rule)
    if searches := config.get("searches"):
        _validate_searches(searches, (*path, "searches"), errors)
    for index, option in enumerate(config.get("options") or ()):
        if not option.get("name"):
            # The API server leaves `name` out of this path.
            field = format_path((*path, "options", index))
            option_path = (*path, "options", index, "name")
            errors.required(option_path, "The DNS option has no name.", rule=rule, field=field)


def validate_host_aliases(aliases: list[Object], path: FieldPath, errors: Errors) -> None:
    """Judge the host aliases of a pod."""
    rule = "host-aliases"
    strict = errors.version >= _STRICT_ADDRESSES_SINCE
    for index, alias in enumerate(aliases):
        ip = alias.get("ip") or ""
        errors.faults((*path, index, "ip"), "The address", ip, ip_faults(ip, strict=strict), rule=rule)
        for number, name in enumerate(alias.get("hostnames") or ()):
            name_path = (*path, index, "hostnames", number)
            errors.faults(name_path, "The host name", name, names.dns_subdomain(name), rule=rule)


def warn_of_dns(spec: Object, path: FieldPath, errors: Errors) -> None:
    """Warn of repeated host aliases, and of addresses that are not in their canonical form.

    Args:
        spec: The pod spec.
        path: Where it stands.
        errors: Gets the warnings.
    """
    for index, server in enumerate((spec.get("dnsConfig") or {}).get("nameservers") or ()):
        _warn_of_spelling(server, (*path, "dnsConfig", "nameservers", index), errors)
    seen: set[str] = set()
    for index, alias in enumerate(spec.get("hostAliases") or ()):
        ip = alias.get("ip") or ""
        ip_path = (*path, "hostAliases", index, "ip")
        _warn_of_spelling(ip, ip_path, errors)
        if ip in seen:
            message = f"The address {quote(ip)} stands there already; put all its names into one entry."
            errors.warn(ip_path, message, rule="repeated-host-alias")
        seen.add(ip)


def _validate_searches(searches: list[str], path: FieldPath, errors: Errors) -> None:
    rule = "dns-config"
    if len(searches) > 32:
        message = f"There are {len(searches)} search domains; at most 32 are allowed."
        errors.invalid(path, message, rule=rule)
    if names.byte_length(" ".join(searches)) > 2048:
        errors.invalid(path, "The search domains are longer than 2048 bytes in all.", rule=rule)
    for index, search in enumerate(searches):
        if errors.version < (1, 32):
            faults = names.dns_subdomain(search.removesuffix("."))
        elif search == ".":
            continue
        else:
            faults = names.dns_subdomain_with_underscore(search.removesuffix("."))
        errors.faults((*path, index), "The search domain", search, faults, rule=rule)


def _warn_of_spelling(text: str, path: FieldPath, errors: Errors) -> None:
    # An IPv4 address has one spelling, but for leading zeros.
    if ":" not in text and not text.startswith("0") and ".0" not in text:
        return
    address = parse_ip(text)
    if address is not None and str(address) != text:
        message = f"The address {quote(text)} is better written as `{address}`."
        errors.warn(path, message, rule="pod-address-spelling")
