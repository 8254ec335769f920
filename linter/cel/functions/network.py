"""URLs, IP addresses and CIDR blocks.

Source: https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-url-library
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any, ClassVar, Final

from linter.cel.errors import NO_OVERLOAD, EvaluationError
from linter.kube import addresses
from linter.kube.urls import Url, host_and_port, parse_request_uri

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Uri:
    """A URL, or the path of one."""

    cel_type: ClassVar = "kubernetes.URL"
    url: Url


@dataclass(frozen=True)
class Ip:
    """An address."""

    cel_type: ClassVar = "net.IP"
    packed: bytes

    @property
    def byte_length(self) -> int:
        """What counts for the cost of calls."""
        return len(self.packed)

    @property
    def cel_text(self) -> str:
        """The canonical spelling."""
        return str(ip_address(self.packed))


@dataclass(frozen=True)
class Cidr:
    """A block, with the bits beyond its prefix."""

    cel_type: ClassVar = "net.CIDR"
    packed: bytes
    prefix: int

    @property
    def byte_length(self) -> int:
        """What counts for the cost of calls."""
        return len(self.packed)

    @property
    def cel_text(self) -> str:
        """The canonical spelling."""
        return f"{ip_address(self.packed)}/{self.prefix}"


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise EvaluationError(NO_OVERLOAD)
    return value


def _parse_ip(text: str) -> Ip | None:
    """Read an address strictly: without leading zeros, zones, or IPv4 in IPv6."""
    address = addresses.parse_ip(text)
    return Ip(address.packed) if address is not None and address.loose is None else None


def _parse_cidr(text: str) -> Cidr | None:
    block = addresses.parse_cidr(text)
    if block is None or block.address.loose is not None:
        return None
    length = text.rpartition("/")[2]
    return Cidr(block.address.packed, block.prefix) if length == str(block.prefix) else None


def ip(value: Any) -> Ip:
    """Return the address that a text spells, or that a block begins with."""
    if isinstance(value, Cidr):
        return Ip(value.packed)
    address = _parse_ip(_text(value))
    if address is None:
        raise EvaluationError(f'IP Address "{value}" parse error during conversion from string')
    return address


def _cidr(value: Any) -> Cidr:
    block = _parse_cidr(_text(value))
    if block is None:
        raise EvaluationError(f'network address parse error during conversion from string: "{value}"')
    return block


def _url(value: Any) -> Uri:
    url = parse_request_uri(_text(value))
    if url is None or value == "":
        raise EvaluationError("URL parse error during conversion from string")
    return Uri(url)


def _is_canonical(value: Any) -> bool:
    return ip(_text(value)).cel_text == _text(value)


def _network(block: Cidr) -> Any:
    return ip_network((block.packed, block.prefix), strict=False)


def _block(value: Any) -> Cidr:
    if not isinstance(value, Cidr):
        raise EvaluationError(NO_OVERLOAD)
    return value


def _contains_ip(block: Any, value: Any) -> bool:
    address = ip(value)
    network = _network(_block(block))
    return len(address.packed) == len(block.packed) and ip_address(address.packed) in network


def _contains_cidr(block: Any, value: Any) -> bool:
    other = value if isinstance(value, Cidr) else _cidr(value)
    network = _network(_block(block))
    return (
        len(other.packed) == len(block.packed)
        and other.prefix >= block.prefix
        and ip_address(other.packed) in network
    )


def _masked(block: Any) -> Cidr:
    return Cidr(_network(_block(block)).network_address.packed, block.prefix)


def _of_address(of: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def function(value: Any) -> Any:
        if not isinstance(value, Ip):
            raise EvaluationError(NO_OVERLOAD)
        return of(ip_address(value.packed))

    return function


def _is_link_local_multicast(address: Any) -> bool:
    packed = address.packed
    return bool(
        packed[:3] == b"\xe0\x00\x00" if len(packed) == 4 else packed[0] == 0xFF and packed[1] & 0x0F == 2
    )


def _is_global_unicast(address: Any) -> bool:
    """Tell so as Go does: private addresses count, too."""
    return not (
        address.is_unspecified
        or address.is_loopback
        or address.is_multicast
        or address.is_link_local
        or str(address) == "255.255.255.255"
    )


def _of_url(of: Callable[[Url], Any]) -> Callable[[Any], Any]:
    def function(value: Any) -> Any:
        if not isinstance(value, Uri):
            raise EvaluationError(NO_OVERLOAD)
        return of(value.url)

    return function


def _query(url: Url) -> dict[str, list[str]]:
    result: dict[str, list[str]] = {}
    for pair in url.query.split("&"):
        key, _, value = pair.partition("=")
        # Go drops what can't be read, and pairs with a semicolon.
        if (
            pair
            and ";" not in pair
            and (name := _unescaped(key)) is not None
            and (text := _unescaped(value)) is not None
        ):
            result.setdefault(name, []).append(text)
    return result


def _unescaped(text: str) -> str | None:
    """Return a part of a query without its escapes; None where one of them is malformed."""
    if re.search(r"%(?![0-9A-Fa-f]{2})", text):
        return None
    data = re.sub(
        rb"%(..)",
        lambda found: bytes.fromhex(str(found[1], "ascii")),
        text.replace("+", " ").encode("utf-8", "replace"),
    )
    return data.decode("utf-8", "replace")


def _escaped_path(url: Url) -> str:
    """Return the path with escapes: as it is written, if it has any."""
    if "%" in url.path:
        return url.path
    plain = "-_.~$&+,/:;=@!'()*[]"
    return "".join(
        letter
        if letter.isascii() and (letter.isalnum() or letter in plain)
        else "".join(f"%{byte:02X}" for byte in letter.encode("utf-8", "replace"))
        for letter in url.path
    )


FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "url": _url,
    "isURL": lambda value: parse_request_uri(_text(value)) is not None and value != "",
    "getScheme": _of_url(lambda url: url.scheme),
    "getHost": _of_url(lambda url: url.host),
    "getHostname": _of_url(lambda url: host_and_port(url.host)[0]),
    "getPort": _of_url(lambda url: host_and_port(url.host)[1]),
    "getEscapedPath": _of_url(_escaped_path),
    "getQuery": _of_url(_query),
    "isIP": lambda value: _parse_ip(_text(value)) is not None,
    "ip.isCanonical": _is_canonical,
    "family": _of_address(lambda address: address.version),
    "isUnspecified": _of_address(lambda address: address.is_unspecified),
    "isLoopback": _of_address(lambda address: address.is_loopback),
    "isLinkLocalMulticast": _of_address(_is_link_local_multicast),
    "isLinkLocalUnicast": _of_address(lambda address: address.is_link_local),
    "isGlobalUnicast": _of_address(_is_global_unicast),
    "cidr": _cidr,
    "isCIDR": lambda value: _parse_cidr(_text(value)) is not None,
    "containsIP": _contains_ip,
    "containsCIDR": _contains_cidr,
    "prefixLength": lambda block: _block(block).prefix,
    "masked": _masked,
}
