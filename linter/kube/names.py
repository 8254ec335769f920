"""The formats of names, labels, keys and small numbers.

The functions that name a format take a text and return its faults, as phrases that follow the text in a sentence
("is longer than 63 bytes"); no faults mean that the text has the format. The `is_…` functions answer yes or no.
Limits count bytes, as the API server does.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ and
https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
"""

from __future__ import annotations

import re
from functools import lru_cache

Faults = tuple[str, ...]

# The characters of each format, and how to name them.
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")
_LOWER = (_LETTERS | frozenset("0123456789-"), "lower-case letters, digits and `-`")
_LOWER_DOTS = (_LOWER[0] | {"."}, "lower-case letters, digits, `-` and `.`")
_LOWER_DOTS_UNDERSCORES = (_LOWER_DOTS[0] | {"_"}, "lower-case letters, digits, `-`, `_` and `.`")
_NAME = (
    _LOWER_DOTS_UNDERSCORES[0] | frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    "letters, digits, `-`, `_` and `.`",
)
_SYSCTL = (
    _LOWER_DOTS_UNDERSCORES[0] | {"/"},
    "lower-case letters, digits, `-` and `_`, in parts joined by `.` or `/`",
)
_Characters = tuple[frozenset[str], str]


def _is_label(text: str) -> bool:
    # No patterns for what every object has: to read one takes longer than to check all names of a file.
    return bool(text) and _LOWER[0].issuperset(text) and text[0] != "-" != text[-1]


def _is_subdomain(text: str) -> bool:
    return all(map(_is_label, text.split(".")))


def _is_name_part(text: str) -> bool:
    return bool(text) and _NAME[0].issuperset(text) and text[0] not in "-_." and text[-1] not in "-_."


@lru_cache(maxsize=1024)
def dns_label(text: str) -> Faults:
    """DNS label (RFC 1123), at most 63 bytes: the name of a StatefulSet, Service, container or volume."""
    if len(text) <= 63 and _is_label(text):
        return ()
    faults = _too_long(text, 63)
    if not _is_label(text):
        faults += (_shape_fault(text, _LOWER),)
    return faults


def dns_label_1035(text: str) -> Faults:
    """DNS label that begins with a letter (RFC 1035), at most 63 bytes: the name of a Service before 1.36."""
    faults = _too_long(text, 63)
    if not _is_label(text):
        return (*faults, _shape_fault(text, _LOWER))
    return faults if text[0].isalpha() else (*faults, "must begin with a letter")


@lru_cache(maxsize=1024)
def dns_subdomain(text: str) -> Faults:
    """DNS subdomain (RFC 1123), at most 253 bytes: the name of most objects. The parts may be longer than 63 bytes."""
    if len(text) <= 253 and _is_subdomain(text):
        return ()
    faults = _too_long(text, 253)
    return faults if _is_subdomain(text) else (*faults, _shape_fault(text, _LOWER_DOTS))


def wildcard_subdomain(text: str) -> Faults:
    """DNS subdomain behind `*.`, at most 253 bytes: a host that stands for every name one level below."""
    faults = _too_long(text, 253)
    if text.startswith("*.") and _is_subdomain(text[2:]):
        return faults
    return (*faults, "must be `*.` and a DNS name such as `*.example.com`")


def dns_subdomain_with_underscore(text: str) -> Faults:
    """DNS subdomain whose parts may hold `_`, at most 253 bytes: an entry of dnsConfig.searches."""
    part = r"_?[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?"
    faults = _too_long(text, 253)
    if re.fullmatch(rf"{part}(?:\.{part})*", text):
        return faults
    return (*faults, _shape_fault(text, _LOWER_DOTS_UNDERSCORES))


@lru_cache(maxsize=4096)
def qualified_name(text: str) -> Faults:
    """Qualified name, e.g. `app` or `example.com/app`: a label key, a finalizer, an appProtocol."""
    prefix, slash, name = text.partition("/")
    if not slash:
        name = prefix
    elif "/" in name:
        return ("must not have more than one `/`",)
    faults: Faults = ()
    if slash:
        if not prefix:
            faults = ("has nothing before the `/`",)
        elif prefix_faults := dns_subdomain(prefix):
            faults = tuple(f"has a prefix (before `/`) that {fault}" for fault in prefix_faults)
    if not name:
        return (*faults, "has nothing behind the `/`" if slash else "is empty")
    if len(name) > 63 or not name.isascii():
        faults += _too_long(name, 63, "has a name part longer than 63 bytes")
    return faults if _is_name_part(name) else (*faults, _shape_fault(name, _NAME))


@lru_cache(maxsize=4096)
def label_value(text: str) -> Faults:
    """Value of a label: empty, or at most 63 bytes that begin and end with a letter or digit."""
    if not text or (len(text) <= 63 and _is_name_part(text)):
        return ()
    faults = _too_long(text, 63)
    return faults if _is_name_part(text) else (*faults, _shape_fault(text, _NAME))


@lru_cache(maxsize=1024)
def port_name(text: str) -> Faults:
    """Name of a container port, or of the container port that a Service or probe targets (IANA service name)."""
    faults = _too_long(text, 15)
    if not text or not _LOWER[0].issuperset(text):
        faults += ("holds other characters than lower-case letters, digits and `-`",)
    if _LETTERS.isdisjoint(text):
        faults += ("holds no lower-case letter",)
    if "--" in text:
        faults += ("holds `--`",)
    if text.startswith("-") or text.endswith("-"):
        faults += ("begins or ends with `-`",)
    return faults


@lru_cache(maxsize=1024)
def environment_name(text: str) -> Faults:
    """Name of an environment variable since 1.32: printable ASCII characters, but no `=`."""
    if not text:
        return ("is empty",)
    if not text.isascii() or not text.isprintable() or "=" in text:
        return ("holds other characters than printable ASCII, or `=`",)
    return ()


def environment_name_before_relaxation(text: str) -> Faults:
    """Name of an environment variable up to 1.31: letters, digits, `-`, `_` and `.`, not beginning with a digit."""
    faults: Faults = ()
    if not re.fullmatch(r"[-._a-zA-Z][-._a-zA-Z0-9]*", text):
        faults = ("is not made of letters, digits, `-`, `_` and `.`, or begins with a digit",)
    return faults + _dots(text)


def config_key(text: str) -> Faults:
    """Key of a ConfigMap or Secret, at most 253 bytes."""
    faults = _too_long(text, 253)
    if not re.fullmatch(r"[-._a-zA-Z0-9]+", text):
        faults += ("is not made of letters, digits, `-`, `_` and `.`",)
    return faults + _dots(text)


def http_header_name(text: str) -> Faults:
    """Name of an HTTP header of a probe or hook."""
    if re.fullmatch(r"[-A-Za-z0-9]+", text):
        return ()
    return ("is not made of letters, digits and `-`",)


def path_segment(text: str) -> Faults:
    """Segment of a URL path: what every object name has to be."""
    if text in (".", ".."):
        return (f"must not be `{text}`",)
    return tuple(f"must not contain `{bad}`" for bad in "/%" if bad in text)


def domain_prefixed_path(text: str) -> Faults:
    """Domain and path, e.g. `example.com/ingress-controller`: the name of a controller."""
    domain, _, path = text.partition("/")
    if not domain or not path:
        return ("must be a domain and a path such as `example.com/name`",)
    faults = tuple(f"has a domain (before `/`) that {fault}" for fault in dns_subdomain(domain))
    if re.fullmatch(r"[A-Za-z0-9/\-._~%!$&'()*+,;=:]+", path):
        return faults
    return (*faults, "has a path (behind `/`) with characters that no URL path has")


def relative_path(text: str) -> Faults:
    """Path inside a volume: not absolute, and no `..` element."""
    faults: Faults = ()
    if text.startswith("/"):
        faults = ("must be a relative path",)
    if ".." in text.split("/"):
        faults += ("must not have `..` as an element",)
    return faults


def non_reserved_path(text: str) -> Faults:
    """Path inside a volume whose first element does not begin with `..`: the kubelet keeps such names for itself."""
    faults = relative_path(text)
    if text.startswith("..") and not text.startswith("../"):
        faults += ("must not begin with `..`",)
    return faults


def sysctl_name(text: str) -> Faults:
    """Name of a sysctl, e.g. `net.ipv4.tcp_syncookies`, with `.` or `/` between its parts, at most 253 bytes."""
    part = r"[a-z0-9](?:[-_a-z0-9]*[a-z0-9])?"
    faults = _too_long(text, 253)
    if not re.fullmatch(rf"(?:{part}[./])*{part}", text):
        faults += (_shape_fault(text, _SYSCTL),)
    return faults


def container_resource(text: str) -> Faults:
    """Name of a resource that containers ask for: cpu, memory …, or the qualified name of an extended resource."""
    faults = qualified_name(text)
    if faults:
        return faults
    domain, slash, _ = text.partition("/")
    if not slash:
        if text in ("cpu", "memory", "ephemeral-storage") or text.startswith("hugepages-"):
            return ()
        return (
            "is not a resource of containers: cpu, memory, ephemeral-storage, hugepages-…, or a name with a domain",
        )
    if "kubernetes.io/" in text:
        return ()
    # Quotas count the resource as `requests.` and its name, which therefore has to be well formed as well.
    if domain.startswith("requests.") or qualified_name(f"requests.{text}"):
        return ("is not the name of an extended resource",)
    return ()


def extended_resource(text: str) -> Faults:
    """Name of an extended resource, with a domain that is not Kubernetes' own: `example.com/gpu`."""
    if "/" not in text or "kubernetes.io/" in text or text.startswith("requests."):
        return ("must have a domain of its own, such as `example.com/gpu`",)
    # Quotas count the resource as `requests.` and its name, which therefore has to be well formed.
    return qualified_name(f"requests.{text}")


def without_trailing_dash(prefix: str) -> str:
    """Return what the API server checks for a prefix of names (generateName, the prefix of envFrom).

    Something will follow the prefix, so that it may end with `-`: the last two bytes then count as one letter.
    """
    if len(prefix) > 1 and prefix.endswith("-") and prefix.isascii():
        return f"{prefix[:-2]}a"
    return prefix


def is_port_number(number: int) -> bool:
    """Tell whether a number is a port: 1 to 65535."""
    return 1 <= number <= 65535


@lru_cache(maxsize=1024)
def is_percent(text: str) -> bool:
    """Tell whether a text is a percentage, e.g. `25%`: no sign, no decimals, no spaces."""
    return text.endswith("%") and text.isascii() and text[:-1].isdigit()


def is_user_id(number: int) -> bool:
    """Tell whether a number is a user or group id: 0 to 2147483647."""
    return 0 <= number <= 2147483647


def byte_length(text: str) -> int:
    """Return the length of a text in bytes, as the API server counts."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def _shape_fault(text: str, characters: _Characters) -> str:
    """Say why a text of the wrong shape has it: a wrong character, or something else than a letter at an end."""
    if not text:
        return "is empty"
    allowed, described = characters
    for character in text:
        if character not in allowed:
            shown = (
                "blanks"
                if character == " "
                else f"`{character}`"
                if character.isprintable()
                else repr(character)
            )
            return f"must not contain {shown}: only {described} are allowed"
    ends = (
        "each part of it"
        if "." in allowed and ("." in text or "/" in text) and characters is not _NAME
        else "it"
    )
    return f"is malformed: {ends} must begin and end with a letter or digit"


def _too_long(text: str, limit: int, fault: str = "") -> Faults:
    if byte_length(text) <= limit:
        return ()
    return (fault or f"is longer than {limit} bytes",)


def _dots(text: str) -> Faults:
    if text in (".", ".."):
        return (f"must not be `{text}`",)
    return ("must not begin with `..`",) if text.startswith("..") else ()
