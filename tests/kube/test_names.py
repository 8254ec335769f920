"""The formats of names and small numbers."""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.kube import names

if TYPE_CHECKING:
    from collections.abc import Callable

GOOD: dict[Callable[[str], names.Faults], list[str]] = {
    names.dns_label: ["a", "1", "my-web", "1-2", "a" * 63],
    names.dns_label_1035: ["a", "my-web1", "a" * 63],
    names.dns_subdomain: ["a", "web.v1", "1.2.3", "a" * 253, "a" * 100 + "." + "b" * 100],
    names.dns_subdomain_with_underscore: ["a", "_tcp.example.com", "a_b.c", "a" * 253],
    names.qualified_name: ["a", "A", "a_b.c", "app.kubernetes.io/name", "x/y", "a" * 63, "x.io/" + "a" * 63],
    names.label_value: ["", "a", "A_b.c", "0.1.2", "a--b", "a" * 63],
    names.port_name: ["http", "a1", "1a", "this-name-is-15"],
    names.environment_name: ["A", "my var", "1.x-y", " ", "~"],
    names.environment_name_before_relaxation: ["A", "_", "-a.b"],
    names.config_key: ["a", "A_b-c.d", ".env", "a" * 253],
    names.http_header_name: ["X-Request-Id", "-"],
    names.path_segment: ["", "Any Name", "...", "a:b"],
    names.relative_path: ["a", "a/b", "a..b", "..data", ""],
    names.non_reserved_path: ["a", "a/..b", ".a"],
    names.sysctl_name: ["net.ipv4.tcp_syncookies", "net/core/x", "a"],
    names.container_resource: ["cpu", "memory", "ephemeral-storage", "hugepages-2Mi", "example.com/gpu"],
    names.extended_resource: ["example.com/gpu", "a/b"],
    names.wildcard_subdomain: ["*.example.com", "*.com", "*." + "a" * 251],
    names.domain_prefixed_path: ["a/b", "example.com/ingress-controller", "a/b/c", "a/~:x"],
}
BAD: dict[Callable[[str], names.Faults], list[str]] = {
    names.dns_label: ["", "Web", "web_1", "-a", "a-", "a.b", "a" * 64, "é", "a\n"],
    names.dns_label_1035: ["", "1web", "Web", "a.b", "a" * 64],
    names.dns_subdomain: ["", "Web", "a..b", ".a", "a.", "-a", "a-.b", "a" * 254, "a b"],
    names.dns_subdomain_with_underscore: ["", "a_", "__a", "A", "a" * 254],
    names.qualified_name: ["", "a b", "-a", "a-", "/x", "x/", "a/b/c", "Foo.IO/x", "a_b/c", "a" * 64, "é"],
    names.label_value: ["a b", "-a", "a-", "a/b", "v1+x", "a" * 64],
    names.port_name: ["", "HTTP", "8080", "a--b", "-http", "http-", "http_alt", "this-name-is-16b"],
    names.environment_name: ["", "A=B", "É", "A\nB", "\x7f"],
    names.environment_name_before_relaxation: ["", "1a", "my var", ".", "..", "..a"],
    names.config_key: ["", "a/b", ".", "..", "..a", "é", "a" * 254],
    names.http_header_name: ["", "X_Foo", "X Foo", "X:"],
    names.path_segment: [".", "..", "a/b", "50%"],
    names.relative_path: ["/abs", "..", "../x", "a/../b", "a/.."],
    names.non_reserved_path: ["..data", "..", "...", "/abs"],
    names.sysctl_name: ["", "net..x", "Net.x", "net.", "-net", "_net.x", "a" * 254],
    names.container_resource: ["gpu", "a b", "CPU", "storage", "requests.example.com/gpu"],
    names.extended_resource: ["", "gpu", "kubernetes.io/gpu", "requests.a/b", "a/b c", "a/b/c"],
    names.wildcard_subdomain: ["", "*", "*example.com", "a.*.com", "*.*.com", "*.", "*." + "a" * 252],
    names.domain_prefixed_path: ["", "a", "/a", "a/", "A/b", "a/b c", "a/b?c"],
}


@pytest.mark.parametrize(
    ("check", "text"), [(check, text) for check, texts in GOOD.items() for text in texts]
)
def test_takes(check: Callable[[str], names.Faults], text: str) -> None:
    assert check(text) == ()


@pytest.mark.parametrize(("check", "text"), [(check, text) for check, texts in BAD.items() for text in texts])
def test_refuses(check: Callable[[str], names.Faults], text: str) -> None:
    assert check(text)


@pytest.mark.parametrize(
    ("check", "text", "faults"),
    [
        (
            names.dns_label,
            "a.b",
            ("must not contain `.`: only lower-case letters, digits and `-` are allowed",),
        ),
        (names.dns_label, "", ("is empty",)),
        (names.dns_label, "-a", ("is malformed: it must begin and end with a letter or digit",)),
        (names.dns_label_1035, "1a", ("must begin with a letter",)),
        (
            names.dns_subdomain,
            "a..b",
            ("is malformed: each part of it must begin and end with a letter or digit",),
        ),
        (
            names.label_value,
            "a b",
            ("must not contain blanks: only letters, digits, `-`, `_` and `.` are allowed",),
        ),
        (names.dns_label, "é" * 32, 2),
        (names.qualified_name, "a/b/c", 1),
        (names.qualified_name, "", ("is empty",)),
        (names.qualified_name, "/", 2),
        (names.port_name, "--HTTP----------", 5),
        (names.path_segment, "a/b%", 2),
        (names.relative_path, "/..", 2),
    ],
)
def test_each_fault_is_named(
    check: Callable[[str], names.Faults], text: str, faults: int | tuple[str, ...]
) -> None:
    assert check(text) == faults if isinstance(faults, tuple) else len(check(text)) == faults


def test_lengths_count_bytes() -> None:
    assert names.label_value("é" * 31 + "a") != names.label_value("é" * 32)
    assert names.byte_length("é") == 2
    assert names.byte_length("\ud800") == 3


@pytest.mark.parametrize(
    ("prefix", "judged"),
    [
        ("web-", "wea"),
        ("a--", "aa"),
        ("A-", "a"),
        ("-", "-"),
        ("web", "web"),
        ("", ""),
        ("é-", "é-"),
    ],
)
def test_a_prefix_may_end_with_a_dash(prefix: str, judged: str) -> None:
    assert names.without_trailing_dash(prefix) == judged


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("25%", True),
        ("0%", True),
        ("1000%", True),
        ("%", False),
        ("-5%", False),
        ("5 %", False),
        ("٥%", False),
    ],
)
def test_percent(text: str, percent: bool) -> None:  # noqa: FBT001  a column of the table
    assert names.is_percent(text) is percent


def test_ranges() -> None:
    assert [number for number in (-1, 0, 1, 65535, 65536) if names.is_port_number(number)] == [1, 65535]
    assert [number for number in (-1, 0, 2147483647, 2147483648) if names.is_user_id(number)] == [
        0,
        2147483647,
    ]


SHORT = st.text(alphabet=string.ascii_letters + string.digits + "-._/é ", max_size=8)


@given(SHORT)
def test_a_label_is_a_subdomain_and_a_subdomain_a_path_segment(text: str) -> None:
    if not names.dns_label(text):
        assert not names.dns_subdomain(text)
        assert not names.label_value(text)
        assert not names.qualified_name(text)
    if not names.dns_subdomain(text):
        assert not names.path_segment(text)


@given(SHORT)
def test_a_qualified_name_is_a_name_with_at_most_one_prefix(text: str) -> None:
    prefix, slash, name = text.rpartition("/")
    good = re.fullmatch(r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?", name) is not None
    if slash:
        good = good and not names.dns_subdomain(prefix)
    assert (names.qualified_name(text) == ()) is good


@given(st.text(max_size=100))
def test_faults_are_phrases_that_follow_the_value(text: str) -> None:
    for check in GOOD:
        for fault in check(text):
            assert re.match(r"(is|must|has|holds|begins) ", fault)
