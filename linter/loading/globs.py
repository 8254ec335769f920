"""Glob patterns over paths, as `.gitignore` users know them."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str]:
    """Return the regular expression of a pattern, for paths with forward slashes.

    `*` and `?` stay within one folder, `**` crosses folders, `[…]` is a set of characters. A pattern that has no slash, but
    perhaps at its end, fits at any depth; another one starts at the root. What fits a folder fits everything below it.
    """
    body = pattern.removeprefix("./").rstrip("/")
    anchored = "/" in body
    expression = _translate(body.lstrip("/"))
    return re.compile(f"{'' if anchored else '(?:.*/)?'}{expression}(?:/.*)?", re.DOTALL)


def fits(path: str, pattern: str) -> bool:
    """Tell whether a path, relative to where the pattern is written, fits it."""
    return compiled(pattern).fullmatch(path) is not None


def _translate(body: str) -> str:
    result = ""
    index = 0
    while index < len(body):
        rest = body[index:]
        char = body[index]
        closing = body.find("]", index + 2)
        if rest.startswith("**/"):
            result += "(?:.*/)?"
            index += 3
        elif rest.startswith("**"):
            result += ".*"
            index += 2
        elif char == "*":
            result += "[^/]*"
            index += 1
        elif char == "?":
            result += "[^/]"
            index += 1
        elif char == "[" and closing > 0 and (chosen := _set(body[index + 1 : closing])):
            result += chosen
            index = closing + 1
        else:
            result += re.escape(char)
            index += 1
    return result


def _set(inside: str) -> str | None:
    """Return the expression of a set of characters, or None for an impossible one, such as `[z-a]`."""
    chosen = inside.removeprefix("!")
    expression = ""
    index = 0
    while index < len(chosen):
        if chosen[index + 1 : index + 2] == "-" and index + 2 < len(chosen):
            first, last = chosen[index], chosen[index + 2]
            if first > last:
                return None
            expression += f"{re.escape(first)}-{re.escape(last)}"
            index += 3
        else:
            expression += re.escape(chosen[index])
            index += 1
    return f"(?!/)[{'^' if inside.startswith('!') else ''}{expression}]" if expression else None
