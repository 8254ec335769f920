"""URLs of webhooks, as Go's net/url reads them."""

from __future__ import annotations

import pytest

from linter.apiserver.client_config import parse_url


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://a.example.com:8443/x", ("https", "a.example.com:8443", None, "", "")),
        ("HTTPS://a.com", ("https", "a.com", None, "", "")),
        ("https://u:p@a.com/x", ("https", "a.com", "u:p", "", "")),
        ("https://a.com/?q=1#f", ("https", "a.com", None, "q=1", "f")),
        ("https:///x", ("https", "", None, "", "")),
        ("https://[::1]:443/", ("https", "[::1]:443", None, "", "")),
        ("a.example.com", ("", "", None, "", "")),
        ("ftp:x", ("ftp", "", None, "", "")),
        ("", ("", "", None, "", "")),
    ],
)
def test_parts(text: str, url: tuple[str, str, str | None, str, str]) -> None:
    assert parse_url(text) == url


@pytest.mark.parametrize(
    "text", ["https://a b", "https://a:x/", "://a", "1a:b/", "https://a/%zz", "https://a\n"]
)
def test_what_cannot_be_read(text: str) -> None:
    assert parse_url(text) is None
