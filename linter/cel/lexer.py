"""Takes an expression apart into tokens: https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from linter.cel.errors import SyntaxFaultError

END = "<EOF>"


class Token(NamedTuple):
    """A token."""

    kind: str
    """`name`, `escaped`, `int`, `uint`, `double`, `string`, `bytes`, or the token itself for operators and words of the language."""
    text: str
    offset: int
    """Where it begins: so many characters from the start of the expression."""


_ESCAPE = r"\\(?:[abfnrtv\"'\\?`]|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2})"
_STRING = "|".join(
    (
        r"[rR]\"\"\"(?s:.*?)\"\"\"",
        r"[rR]'''(?s:.*?)'''",
        r"[rR]\"[^\"\n\r]*\"",
        r"[rR]'[^'\n\r]*'",
        rf"\"\"\"(?:{_ESCAPE}|[^\\])*?\"\"\"",
        rf"'''(?:{_ESCAPE}|[^\\])*?'''",
        rf"\"(?:{_ESCAPE}|[^\\\"\n\r])*\"",
        rf"'(?:{_ESCAPE}|[^\\'\n\r])*'",
    )
)
_WORDS = frozenset({"in", "true", "false", "null"})
_TOKENS = (
    ("space", r"[\t \r\n\f]+|//[^\n]*"),
    ("bytes", rf"[bB](?:{_STRING})"),
    ("string", _STRING),
    ("uint", "(?:0x[0-9a-fA-F]+|[0-9]+)[uU]"),
    ("double", r"[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+|\.[0-9]+(?:[eE][+-]?[0-9]+)?"),
    ("int", "0x[0-9a-fA-F]+|[0-9]+"),
    ("name", "[A-Za-z_][A-Za-z0-9_]*"),
    ("escaped", "`[A-Za-z0-9_./ -]+`"),
    ("operator", r"==|!=|<=|>=|&&|\|\||[-<>\[\]{}().,!?:+*/%]"),
)


def tokens(text: str) -> list[Token]:
    """Return the tokens of an expression; the last one is of kind END.

    Raises:
        SyntaxFaultError: There is something that is no token.
    """
    result = []
    offset = 0
    pattern = _pattern()
    while offset < len(text):
        found = pattern.match(text, offset)
        if found is None or found.lastgroup is None:
            raise SyntaxFaultError(
                f"{position(text, offset)}: Syntax error: token recognition error at: '{text[offset : offset + 20]}'"
            )
        kind, token = found.lastgroup, found[0]
        if kind != "space":
            is_itself = kind == "operator" or (kind == "name" and token in _WORDS)
            result.append(Token(token if is_itself else kind, token, offset))
        offset = found.end()
    result.append(Token(END, END, offset))
    return result


def position(text: str, offset: int) -> str:
    """Return a place in an expression as `line:column`, both counted from 1."""
    line = text.count("\n", 0, offset)
    return f"{line + 1}:{offset - (text.rfind(chr(10), 0, offset) + 1) + 1}"


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _TOKENS))
