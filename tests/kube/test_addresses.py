"""IP addresses and CIDR blocks."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.kube import addresses


@pytest.mark.parametrize(
    "text",
    ["10.0.0.1", "0.0.0.1", "255.255.255.255", "::", "::1", "2001:db8::1", "1:2:3:4:5:6:7:8", "::1.2.3.4"],
)
def test_takes_addresses(text: str) -> None:
    assert addresses.ip_faults(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "", "localhost", "10.0.0", "10.0.0.256", "10.0.0.0.1", "10.0.0.1 ", "10.0.0.0/8", "10..0.1", "1:2:3", ":::",
        "1::2::3", ":1", "1:", "1:2:3:4:5:6:7::8", "12345::", "fe80::1%eth0", "1.2.3.4::", "::1.2.3", "g::", "٣.0.0.1",
    ],
)  # fmt: skip
@pytest.mark.parametrize("strict", [True, False])
def test_refuses_what_is_no_address(text: str, strict: bool) -> None:  # noqa: FBT001  both ways of reading
    assert addresses.ip_faults(text, strict=strict) == ("is not an IP address",)


@pytest.mark.parametrize(
    ("text", "usual"),
    [
        ("010.0.0.1", "10.0.0.1"),
        ("10.0.0.00", "10.0.0.0"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("::ffff:0a00:1", "10.0.0.1"),
        ("00001::", "1::"),
    ],
)
def test_loose_addresses_were_taken_once(text: str, usual: str) -> None:
    assert addresses.ip_faults(text, strict=False) == ()
    assert len(addresses.ip_faults(text)) == 1
    assert f"`{usual}`" in (addresses.ip_spelling_fault(text) or "")


@pytest.mark.parametrize("text", ["10.0.0.0/8", "0.0.0.0/0", "10.0.0.1/32", "2001:db8::/32", "::/0"])
def test_takes_blocks(text: str) -> None:
    assert addresses.cidr_faults(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "all",
        "10.0.0.0",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/",
        "10/8",
        "10.0.0.0/255.0.0.0",
        "::/129",
    ],
)
def test_refuses_what_is_no_block(text: str) -> None:
    assert addresses.cidr_faults(text, strict=False) == ("is not a CIDR block such as `10.0.0.0/8`",)


@pytest.mark.parametrize(
    ("text", "usual"),
    [
        ("10.1.2.3/8", "10.0.0.0/8"),
        ("010.0.0.0/8", "10.0.0.0/8"),
        ("10.0.0.0/08", "10.0.0.0/8"),
        ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
    ],
)
def test_loose_blocks_were_taken_once(text: str, usual: str) -> None:
    assert addresses.cidr_faults(text, strict=False) == ()
    assert len(addresses.cidr_faults(text)) == 1
    assert f"`{usual}`" in (addresses.cidr_spelling_fault(text) or "")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("2001:db8:0:0::1", "`2001:db8::1`"),
        ("2001:DB8::1", "`2001:db8::1`"),
        ("2001:db8::1", None),
        ("10.0.0.1", None),
        ("nonsense", None),
    ],
)
def test_the_usual_spelling(text: str, fault: str | None) -> None:
    found = addresses.ip_spelling_fault(text)
    assert found is None if fault is None else fault in (found or "")


@pytest.mark.parametrize(
    ("text", "special"),
    [
        ("0.0.0.0", "unspecified"), ("::", "unspecified"),  # noqa: S104  nothing is bound here
        ("127.0.0.1", "loopback"), ("127.255.255.255", "loopback"), ("::1", "loopback"),
        ("169.254.10.1", "link-local range"), ("fe80::1", "link-local range"), ("febf::", "link-local range"),
        ("224.0.0.5", "multicast"), ("ff02::1", "multicast"),
        ("0.0.0.1", None), ("224.0.1.1", None), ("ff05::1", None), ("fec0::1", None), ("10.0.0.1", None),
    ],
)  # fmt: skip
def test_special_ranges(text: str, special: str | None) -> None:
    address = addresses.parse_ip(text)
    assert address is not None
    found = addresses.special_range(address)
    assert found is None if special is None else special in (found or "")


@given(st.ip_addresses())
def test_reads_every_address(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    read = addresses.parse_ip(str(address))
    assert read is not None
    mapped = getattr(address, "ipv4_mapped", None)
    assert read.packed == (mapped or address).packed
    assert (read.loose is None) is (mapped is None)
    if mapped is None:
        assert addresses.ip_spelling_fault(str(address)) is None
        assert addresses.ip_faults(getattr(address, "exploded", str(address))) == ()


@given(st.text(alphabet="0123456789abcf:./", max_size=20))
def test_agrees_with_the_standard_library(text: str) -> None:
    try:
        known: object = ipaddress.ip_address(text)
    except ValueError:
        known = None
    read = addresses.parse_ip(text)
    if known is None:
        assert read is None or read.loose
    else:
        assert read is not None
        if read.loose is None:
            assert str(read) == str(known)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("10.0.0.1", None),
        ("2001:db8::1", None),
        ("2001:DB8::1", "must be written `2001:db8::1`"),
        ("010.0.0.1", "must not have leading zeros"),
        ("web", "is not an IP address"),
    ],
)
def test_a_name_is_the_canonical_address(text: str, fault: str | None) -> None:
    assert addresses.canonical_ip_faults(text) == (() if fault is None else (fault,))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("10.0.0.0/8", None),
        ("2001:db8::/32", None),
        ("2001:DB8::/32", "must be written `2001:db8::/32`"),
        ("10.0.0.1/8", "must not have bits set beyond the prefix of 8 bits"),
        ("10.0.0.0", "is not a CIDR block such as `10.0.0.0/8`"),
    ],
)
def test_the_canonical_block(text: str, fault: str | None) -> None:
    assert addresses.canonical_cidr_faults(text) == (() if fault is None else (fault,))


@pytest.mark.parametrize(
    ("block", "address", "inside"),
    [
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.0.0.0/8", "11.0.0.0", False),
        ("10.0.0.1/8", "10.1.2.3", True),
        ("::/0", "10.0.0.1", False),
        ("2001:db8::/32", "2001:db8:1::", True),
    ],
)
def test_what_lies_in_a_block(block: str, address: str, inside: bool) -> None:  # noqa: FBT001  a column of the table
    whole, part = addresses.parse_cidr(block), addresses.parse_ip(address)
    assert whole is not None
    assert part is not None
    assert addresses.contains(whole, part) is inside
