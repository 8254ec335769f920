"""URLs, read as Go's net/url reads them, on which the API server relies."""

from __future__ import annotations

import re

from linter.light_typing import NamedTuple


class Url(NamedTuple):
    """The parts of a URL, as they are written."""

    scheme: str
    host: str
    """With the port, where one is written."""
    user: str | None
    query: str
    fragment: str
    path: str = ""


def parse_url(text: str) -> Url | None:
    """Split a URL; None where it can't be read."""
    rest, _, fragment = text.partition("#")
    url = _parse(rest)
    if url is None or re.search(r"%(?![0-9A-Fa-f]{2})", fragment) or _has_control(fragment):
        return None
    return url._replace(fragment=fragment)


def parse_request_uri(text: str) -> Url | None:
    """Split a URL as it stands in a request (url.ParseRequestURI): absolute, or a path from the root; None where it is neither.

    A `#` is a character like any other there.
    """
    if text == "*":
        return Url("", "", None, "", "", "*")
    url = _parse(text)
    return url if url is not None and (url.scheme or text.startswith("/")) else None


def host_and_port(host: str) -> tuple[str, str]:
    """Take the host of a URL apart: the name or address without brackets, and the port, "" where there is none."""
    name, port = host, ""
    if found := re.search(r":([0-9]*)$", host):
        name, port = host[: found.start()], found[1]
    if name.startswith("[") and name.endswith("]"):
        name = name[1:-1]
    return name, port


def _has_control(text: str) -> bool:
    return re.search(r"[\x00-\x1f\x7f]", text) is not None


def _parse(text: str) -> Url | None:
    if _has_control(text) or text.startswith(":"):
        return None
    found = re.match(r"([A-Za-z][-+.A-Za-z0-9]*):", text)
    scheme = found[1].lower() if found else ""
    rest, _, query = (text[found.end() :] if found else text).partition("?")
    if not rest.startswith("/"):
        # Opaque behind a scheme; without one, a colon in the first segment of a path is refused.
        if not scheme and ":" in rest.partition("/")[0]:
            return None
        return Url(scheme, "", None, query, "", rest if not scheme else "")
    host, user = "", None
    if rest.startswith("//") and (scheme or not rest.startswith("///")):
        authority, slash, path = rest[2:].partition("/")
        rest = slash + path
        before, at, host = authority.rpartition("@")
        user = before if at else None
        if not _is_host(host) or (user is not None and re.search(r"[^-A-Za-z0-9._:~!$&'()*+,;=%@]", user)):
            return None
    if re.search(r"%(?![0-9A-Fa-f]{2})", rest):
        return None
    return Url(scheme, host, user, query, "", rest)


def _is_host(host: str) -> bool:
    name, _, port = host.rpartition(":") if re.search(r":[^\]]*$", host) else (host, "", "")
    if host.startswith("["):
        return re.fullmatch(r"\[[^\]]*\](?::[0-9]*)?", host) is not None
    if re.search(r"[\s<>\"{}|\\^`%\[\]/?#@]", name.replace("%", "") if _escapes_fit(name) else name):
        return False
    return re.fullmatch("[0-9]*", port) is not None


def _escapes_fit(name: str) -> bool:
    """Tell whether every escape in a host is one that Go takes there: of bytes beyond ASCII."""
    return "%" in name and re.search(r"%(?![89A-Fa-f][0-9A-Fa-f])", name) is None
