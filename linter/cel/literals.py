"""Literals: texts, bytes and numbers as expressions spell them."""

from __future__ import annotations

import re

from linter.cel.nodes import Uint

_INTS = range(-(2**63), 2**63)
_UINTS = range(2**64)
_ESCAPE = re.compile(
    r"\\(?:(?P<plain>[abfnrtv\"'\\?`])|[xX](?P<byte>[0-9a-fA-F]{2})|u(?P<four>[0-9a-fA-F]{4})|U(?P<eight>[0-9a-fA-F]{8})"
    r"|(?P<octal>[0-3][0-7]{2}))"
)
_PLAIN = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def int_literal(text: str, *, is_negative: bool) -> int:
    """Return the number of an int literal.

    Raises:
        ValueError: It is too large.
    """
    value = _number(text) * (-1 if is_negative else 1)
    if value not in _INTS:
        raise ValueError("invalid int literal")
    return value


def uint_literal(text: str) -> Uint:
    """Return the number of a uint literal, whose last character is a `u`.

    Raises:
        ValueError: It is too large.
    """
    value = _number(text[:-1])
    if value not in _UINTS:
        raise ValueError("invalid uint literal")
    return Uint(value)


def double_literal(text: str, *, is_negative: bool) -> float:
    """Return the number of a double literal.

    Raises:
        ValueError: It is too large.
    """
    value = float(text)
    if value == float("inf"):
        raise ValueError("invalid double literal")
    return -value if is_negative else value


def string_literal(text: str) -> str:
    """Return the text of a string literal.

    Raises:
        ValueError: It has an escape that stands for no character.
    """
    is_raw, inner = _unquoted(text)
    return inner if is_raw else _ESCAPE.sub(_character, inner)


def bytes_literal(text: str) -> bytes:
    """Return the bytes of a literal such as `b"…"`.

    Raises:
        ValueError: It has an escape that is for texts alone.
    """
    is_raw, inner = _unquoted(text[1:])
    if is_raw:
        return inner.encode("utf-8", "surrogatepass")
    result, end = b"", 0
    for found in _ESCAPE.finditer(inner):
        result += inner[end : found.start()].encode("utf-8", "surrogatepass")
        if found["four"] or found["eight"]:
            raise ValueError("unable to unescape string")
        code = int(found["byte"], 16) if found["byte"] else int(found["octal"], 8) if found["octal"] else None
        result += _character(found).encode() if code is None else bytes([code])
        end = found.end()
    return result + inner[end:].encode("utf-8", "surrogatepass")


def _number(text: str) -> int:
    digits = text.removeprefix("0x")
    # No number that fits has more digits than these; Python refuses to read very long ones.
    if len(digits.lstrip("0")) > len(str(2**64)):
        return 2**64
    return int(digits, 10 if digits == text else 16)


def _unquoted(text: str) -> tuple[bool, str]:
    """Return whether a literal is raw, and what is between its quotes."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    is_raw = text[0] in "rR"
    if is_raw:
        text = text[1:]
    width = 3 if text[:3] in {"'''", '"""'} and len(text) >= 6 else 1
    return is_raw, text[width:-width]


def _character(found: re.Match[str]) -> str:
    if plain := found["plain"]:
        return _PLAIN.get(plain, plain)
    code = found["byte"] or found["four"] or found["eight"]
    value = int(code, 16) if code else int(found["octal"], 8)
    if value > 0x10FFFF or 0xD800 <= value <= 0xDFFF:
        raise ValueError("invalid unicode code point")
    return chr(value)
