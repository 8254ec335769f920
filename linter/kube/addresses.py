"""IP addresses and CIDR blocks, as the API server reads them.

Since 1.36 new values are read strictly; before, and for values that a stored object holds already, leading zeros,
IPv4-mapped IPv6 addresses and bits beyond the prefix were let through, with a warning at most.

Source: https://kubernetes.io/docs/reference/command-line-tools-reference/feature-gates/ (StrictIPCIDRValidation) and
the recorded cases named FMT-14 and FMT-15.
"""

from __future__ import annotations

from linter.light_typing import NamedTuple

_MAPPED = bytes(10) + b"\xff\xff"
_HEX = frozenset("0123456789abcdefABCDEF")


class Address(NamedTuple):
    """An IP address.

    `packed` holds 4 or 16 bytes, `loose` what a strict reader finds wrong with the spelling (None: nothing). An
    IPv4-mapped IPv6 address counts as the IPv4 address.
    """

    packed: bytes
    loose: str | None = None

    @property
    def family(self) -> str:
        """IPv4 or IPv6."""
        return "IPv4" if len(self.packed) == 4 else "IPv6"

    def __str__(self) -> str:
        from ipaddress import ip_address

        return str(ip_address(self.packed))


class Block(NamedTuple):
    """A CIDR block: an address and the length of its prefix; `loose` as for an address."""

    address: Address
    prefix: int
    loose: str | None = None

    @property
    def family(self) -> str:
        """IPv4 or IPv6."""
        return self.address.family

    def __str__(self) -> str:
        return f"{_masked(self.address, self.prefix)}/{self.prefix}"


def parse_ip(text: str) -> Address | None:
    """Read an IP address, loosely. Return None where it is malformed."""
    for character in text:
        if character == ".":
            return _parse_ipv4(text)
        if character == ":":
            return _parse_ipv6(text)
    return None


def parse_cidr(text: str) -> Block | None:
    """Read a CIDR block, loosely. Return None where it is malformed."""
    ip, slash, length = text.partition("/")
    address = parse_ip(ip)
    if not slash or address is None or not (length.isascii() and length.isdigit()):
        return None
    # A mapped address was written with 128 bits in mind.
    mapped = ":" in ip and len(address.packed) == 4
    prefix = int(length) if len(length) < 8 else 999
    if prefix > (128 if ":" in ip else 32):
        return None
    if mapped:
        return Block(address, max(prefix - 96, 0), address.loose)
    loose = address.loose
    if len(length) > 1 and length.startswith("0"):
        loose = loose or "must not have leading zeros in its prefix length"
    if _masked(address, prefix).packed != address.packed:
        loose = loose or f"must not have bits set beyond the prefix of {prefix} bits"
    return Block(address, prefix, loose)


def ip_faults(text: str, *, strict: bool = True) -> tuple[str, ...]:
    """Return the faults of an IP address, as phrases that follow it in a sentence."""
    address = parse_ip(text)
    if address is None:
        return ("is not an IP address",)
    return (address.loose,) if strict and address.loose else ()


def cidr_faults(text: str, *, strict: bool = True) -> tuple[str, ...]:
    """Return the faults of a CIDR block, as phrases that follow it in a sentence."""
    block = parse_cidr(text)
    if block is None:
        return ("is not a CIDR block such as `10.0.0.0/8`",)
    return (block.loose,) if strict and block.loose else ()


def canonical_ip_faults(text: str) -> tuple[str, ...]:
    """Return the faults of an IP address that must be written in its one canonical form, as a name has to be."""
    address = parse_ip(text)
    if address is None:
        return ("is not an IP address",)
    if address.loose:
        return (address.loose,)
    return () if str(address) == text else (f"must be written `{address}`",)


def canonical_cidr_faults(text: str) -> tuple[str, ...]:
    """Return the faults of a CIDR block that must be written in its one canonical form."""
    block = parse_cidr(text)
    if block is None:
        return ("is not a CIDR block such as `10.0.0.0/8`",)
    if block.loose:
        return (block.loose,)
    return () if str(block) == text else (f"must be written `{block}`",)


def contains(block: Block, address: Address) -> bool:
    """Tell whether an address lies in a block."""
    return (
        block.family == address.family
        and _masked(address, block.prefix).packed == _masked(block.address, block.prefix).packed
    )


def ip_spelling_fault(text: str) -> str | None:
    """Return what the API server warns of in an address that it takes, as a phrase; None where nothing is."""
    address = parse_ip(text)
    if address is None:
        return None
    if address.loose:
        return f"{address.loose}: write `{address}`"
    if address.family == "IPv6" and str(address) != text:
        return f"is not the usual spelling: write `{address}`"
    return None


def cidr_spelling_fault(text: str) -> str | None:
    """Return what the API server warns of in a CIDR block that it takes, as a phrase; None where nothing is."""
    block = parse_cidr(text)
    if block is None:
        return None
    if block.loose:
        return f"{block.loose}: write `{block}`"
    if block.family == "IPv6" and str(block) != text:
        return f"is not the usual spelling: write `{block}`"
    return None


def special_range(address: Address) -> str | None:
    """Name the special range that an address lies in and that no traffic from outside reaches; None where in none."""
    packed = address.packed
    if not any(packed):
        return "the unspecified address"
    if len(packed) == 4:
        if packed[0] == 127:
            return "the loopback range"
        if packed[:2] == b"\xa9\xfe":
            return "the link-local range"
        return "the link-local multicast range" if packed[:3] == b"\xe0\x00\x00" else None
    if packed == bytes(15) + b"\x01":
        return "the loopback range"
    if packed[0] == 0xFE and packed[1] & 0xC0 == 0x80:
        return "the link-local range"
    return "the link-local multicast range" if packed[0] == 0xFF and packed[1] & 0x0F == 2 else None


def _parse_ipv4(text: str) -> Address | None:
    parts = text.split(".")
    if len(parts) != 4:
        return None
    loose = None
    numbers = []
    for part in parts:
        if not (part.isascii() and part.isdigit()):
            return None
        digits = part.lstrip("0")
        if len(digits) > 3 or int(digits or "0") > 255:
            return None
        if len(part) > 1 and part.startswith("0"):
            loose = "must not have leading zeros"
        numbers.append(int(digits or "0"))
    return Address(bytes(numbers), loose)


def _parse_ipv6(text: str) -> Address | None:
    loose = None
    head, gap, tail = text.partition("::")
    if gap and ("::" in tail or tail.startswith(":")):
        return None
    halves = [half.split(":") if half else [] for half in ((head, tail) if gap else (head,))]
    packed = [b"", b""]
    for number, half in enumerate(halves):
        for index, group in enumerate(half):
            if "." in group:
                # An IPv4 address may stand at the very end.
                if (
                    number != len(halves) - 1
                    or index != len(half) - 1
                    or (ipv4 := _parse_ipv4(group)) is None
                ):
                    return None
                loose = loose or ipv4.loose
                packed[number] += ipv4.packed
                continue
            digits = group.lstrip("0")
            if not group or not _HEX.issuperset(group) or len(digits) > 4:
                return None
            if len(group) > 4:
                loose = "must not have leading zeros"
            packed[number] += int(group, 16).to_bytes(2, "big")
    missing = 16 - len(packed[0]) - len(packed[1])
    if missing < (2 if gap else 0) or (missing and not gap):
        return None
    whole = packed[0] + bytes(missing) + packed[1]
    if whole.startswith(_MAPPED):
        return Address(whole[12:], loose or "must not be an IPv4-mapped IPv6 address")
    return Address(whole, loose)


def _masked(address: Address, prefix: int) -> Address:
    bits = len(address.packed) * 8
    kept = int.from_bytes(address.packed, "big") >> (bits - prefix) << (bits - prefix)
    return Address(kept.to_bytes(bits // 8, "big"))
