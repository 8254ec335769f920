"""Functions that Kubernetes adds: quantities, addresses, URLs, versions, formats and kubernetes.authorization.

The notation and the source are in `linter.cel.check.signatures`.
"""

from __future__ import annotations

SIGNATURES = {
    "add": (
        "quantity_add: kubernetes.Quantity.(kubernetes.Quantity) -> kubernetes.Quantity",
        "quantity_add_int: kubernetes.Quantity.(int) -> kubernetes.Quantity",
    ),
    "allowed": ("decision_allowed: kubernetes.authorization.Decision.() -> bool",),
    "asApproximateFloat": ("quantity_get_float: kubernetes.Quantity.() -> double",),
    "asInteger": ("quantity_get_int: kubernetes.Quantity.() -> int",),
    "check": (
        "pathcheck_check: kubernetes.authorization.PathCheck.(string) -> kubernetes.authorization.Decision",
        "resourcecheck_check: kubernetes.authorization.ResourceCheck.(string) -> kubernetes.authorization.Decision",
    ),
    "cidr": ("string_to_cidr: (string) -> net.CIDR @31",),
    "compareTo": (
        "quantity_compare_to: kubernetes.Quantity.(kubernetes.Quantity) -> int",
        "semver_compare_to: kubernetes.Semver.(kubernetes.Semver) -> int @34",
    ),
    "containsCIDR": (
        "cidr_contains_cidr_string: net.CIDR.(string) -> bool @31",
        "cidr_contains_cidr: net.CIDR.(net.CIDR) -> bool @31",
    ),
    "containsIP": (
        "cidr_contains_ip_string: net.CIDR.(string) -> bool @31",
        "cidr_contains_ip_ip: net.CIDR.(net.IP) -> bool @31",
    ),
    "error": ("decision_error: kubernetes.authorization.Decision.() -> string",),
    "errored": ("decision_errored: kubernetes.authorization.Decision.() -> bool",),
    "family": ("ip_family: net.IP.() -> int @31",),
    "fieldSelector": (
        "authorizer_fieldselector: kubernetes.authorization.ResourceCheck.(string) -> kubernetes.authorization.ResourceCheck @32",
    ),
    "format.byte": ("format.byte: () -> kubernetes.NamedFormat @32",),
    "format.date": ("format.date: () -> kubernetes.NamedFormat @32",),
    "format.datetime": ("format.datetime: () -> kubernetes.NamedFormat @32",),
    "format.dns1035Label": ("format.dns1035Label: () -> kubernetes.NamedFormat @32",),
    "format.dns1035LabelPrefix": ("format.dns1035LabelPrefix: () -> kubernetes.NamedFormat @32",),
    "format.dns1123Label": ("format.dns1123Label: () -> kubernetes.NamedFormat @32",),
    "format.dns1123LabelPrefix": ("format.dns1123LabelPrefix: () -> kubernetes.NamedFormat @32",),
    "format.dns1123Subdomain": ("format.dns1123Subdomain: () -> kubernetes.NamedFormat @32",),
    "format.dns1123SubdomainPrefix": ("format.dns1123SubdomainPrefix: () -> kubernetes.NamedFormat @32",),
    "format.labelValue": ("format.labelValue: () -> kubernetes.NamedFormat @32",),
    "format.named": ("format-named: (string) -> optional_type(kubernetes.NamedFormat) @32",),
    "format.qualifiedName": ("format.qualifiedName: () -> kubernetes.NamedFormat @32",),
    "format.uri": ("format.uri: () -> kubernetes.NamedFormat @32",),
    "format.uuid": ("format.uuid: () -> kubernetes.NamedFormat @32",),
    "getEscapedPath": ("url_get_escaped_path: kubernetes.URL.() -> string",),
    "getHost": ("url_get_host: kubernetes.URL.() -> string",),
    "getHostname": ("url_get_hostname: kubernetes.URL.() -> string",),
    "getPort": ("url_get_port: kubernetes.URL.() -> string",),
    "getQuery": ("url_get_query: kubernetes.URL.() -> map(string, list(string))",),
    "getScheme": ("url_get_scheme: kubernetes.URL.() -> string",),
    "group": (
        "authorizer_group: kubernetes.authorization.Authorizer.(string) -> kubernetes.authorization.GroupCheck",
    ),
    "ip": (
        "string_to_ip: (string) -> net.IP @31",
        "cidr_ip: net.CIDR.() -> net.IP @31",
    ),
    "ip.isCanonical": ("ip_is_canonical: (string) -> bool @31",),
    "isCIDR": ("is_cidr: (string) -> bool @31",),
    "isGlobalUnicast": ("ip_is_global_unicast: net.IP.() -> bool @31",),
    "isGreaterThan": (
        "quantity_is_greater_than: kubernetes.Quantity.(kubernetes.Quantity) -> bool",
        "semver_is_greater_than: kubernetes.Semver.(kubernetes.Semver) -> bool @34",
    ),
    "isIP": ("is_ip: (string) -> bool @31",),
    "isInteger": ("quantity_is_integer: kubernetes.Quantity.() -> bool",),
    "isLessThan": (
        "quantity_is_less_than: kubernetes.Quantity.(kubernetes.Quantity) -> bool",
        "semver_is_less_than: kubernetes.Semver.(kubernetes.Semver) -> bool @34",
    ),
    "isLinkLocalMulticast": ("ip_is_link_local_multicast: net.IP.() -> bool @31",),
    "isLinkLocalUnicast": ("ip_is_link_local_unicast: net.IP.() -> bool @31",),
    "isLoopback": ("ip_is_loopback: net.IP.() -> bool @31",),
    "isQuantity": ("is_quantity_string: (string) -> bool",),
    "isSemver": (
        "is_semver_string: (string) -> bool @34",
        "is_semver_string_bool: (string, bool) -> bool @34",
    ),
    "isURL": ("is_url_string: (string) -> bool",),
    "isUnspecified": ("ip_is_unspecified: net.IP.() -> bool @31",),
    "jsonpatch.escapeKey": ("jsonpatch_escapeKey: (string) -> string",),
    "labelSelector": (
        "authorizer_labelselector: kubernetes.authorization.ResourceCheck.(string) -> kubernetes.authorization.ResourceCheck @32",
    ),
    "major": ("semver_major: kubernetes.Semver.() -> int @34",),
    "masked": ("cidr_masked: net.CIDR.() -> net.CIDR @31",),
    "minor": ("semver_minor: kubernetes.Semver.() -> int @34",),
    "name": (
        "resourcecheck_name: kubernetes.authorization.ResourceCheck.(string) -> kubernetes.authorization.ResourceCheck",
    ),
    "namespace": (
        "resourcecheck_namespace: kubernetes.authorization.ResourceCheck.(string) -> kubernetes.authorization.ResourceCheck",
    ),
    "patch": ("semver_patch: kubernetes.Semver.() -> int @34",),
    "path": (
        "authorizer_path: kubernetes.authorization.Authorizer.(string) -> kubernetes.authorization.PathCheck",
    ),
    "prefixLength": ("cidr_prefix_length: net.CIDR.() -> int @31",),
    "quantity": ("string_to_quantity: (string) -> kubernetes.Quantity",),
    "reason": ("decision_reason: kubernetes.authorization.Decision.() -> string",),
    "resource": (
        "groupcheck_resource: kubernetes.authorization.GroupCheck.(string) -> kubernetes.authorization.ResourceCheck",
    ),
    "semver": (
        "string_to_semver: (string) -> kubernetes.Semver @34",
        "string_bool_to_semver: (string, bool) -> kubernetes.Semver @34",
    ),
    "serviceAccount": (
        "authorizer_serviceaccount: kubernetes.authorization.Authorizer.(string, string) -> kubernetes.authorization.Authorizer",
    ),
    "sign": ("quantity_sign: (kubernetes.Quantity) -> int",),
    "sub": (
        "quantity_sub: kubernetes.Quantity.(kubernetes.Quantity) -> kubernetes.Quantity",
        "quantity_sub_int: kubernetes.Quantity.(int) -> kubernetes.Quantity",
    ),
    "subresource": (
        "resourcecheck_subresource: kubernetes.authorization.ResourceCheck.(string) -> kubernetes.authorization.ResourceCheck",
    ),
    "url": ("string_to_url: (string) -> kubernetes.URL",),
    "validate": ("format-validate: kubernetes.NamedFormat.(string) -> optional_type(list(string)) @32",),
}
