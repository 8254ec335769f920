"""URLs, as Go's net/url reads them."""

from __future__ import annotations

import pytest

from linter.kube.urls import host_and_port, parse_request_uri, parse_url


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://a.example.com:8443/x", ("https", "a.example.com:8443", None, "", "", "/x")),
        ("HTTPS://a.com", ("https", "a.com", None, "", "", "")),
        ("https://u:p@a.com/x", ("https", "a.com", "u:p", "", "", "/x")),
        ("https://a.com/?q=1#f", ("https", "a.com", None, "q=1", "f", "/")),
        ("https:///x", ("https", "", None, "", "", "/x")),
        ("https://[::1]:443/", ("https", "[::1]:443", None, "", "", "/")),
        ("a.example.com", ("", "", None, "", "", "a.example.com")),
        ("ftp:x", ("ftp", "", None, "", "", "")),
        ("", ("", "", None, "", "", "")),
    ],
)
def test_parts(text: str, url: tuple[str, str, str | None, str, str, str]) -> None:
    assert parse_url(text) == url


@pytest.mark.parametrize(
    "text", ["https://a b", "https://a:x/", "://a", "1a:b/", "https://a/%zz", "https://a\n"]
)
def test_what_cannot_be_read(text: str) -> None:
    assert parse_url(text) is None


@pytest.mark.parametrize("text", ["/path", "*", "https://a.example.com", "mailto:x", "/a b", "/a#b"])
def test_uris_of_requests(text: str) -> None:
    assert parse_request_uri(text) is not None


@pytest.mark.parametrize("text", ["", "relative", "a/b", "https://a b/", " /path", "http://[fe80::1"])
def test_what_is_no_uri_of_a_request(text: str) -> None:
    assert parse_request_uri(text) is None


@pytest.mark.parametrize(
    ("host", "parts"),
    [
        ("a.com:80", ("a.com", "80")),
        ("a.com", ("a.com", "")),
        ("[::1]:443", ("::1", "443")),
        ("[::1]", ("::1", "")),
    ],
)
def test_hosts_and_ports(host: str, parts: tuple[str, str]) -> None:
    assert host_and_port(host) == parts
