"""Glob patterns over paths, as `.gitignore` users know them."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str]:
    """Return the regular expression of a pattern, for paths with forward slashes; its `match` tells whether a path fits.

    `*` and `?` stay within one folder, `**` crosses folders, `[…]` is a set of characters. A pattern that has no slash, but
    perhaps at its end, fits at any depth; another one starts at the root. What fits a folder fits everything below it.

    A pattern may be a stranger's, so that no path may take for ever: what stands behind a `*` or `**` is looked for once, and where it
    is first found decides (`(?>…)` never goes back into what it has matched). Nothing is lost by that: whatever a later place would
    leave to the rest of the pattern, an earlier one leaves, too.
    """
    body = pattern.removeprefix("./").rstrip("/")
    if "/" not in body:
        body = f"**/{body}"
    # Between the gaps that `**` leaves stand parts that start at the place where they are first found whole.
    tokens = _tokens(body.lstrip("/"))
    parts: list[tuple[str, list[str]]] = [("", [""])]
    for token in tokens:
        if token in _GAPS:
            parts.append((_GAPS[token], [""]))
        elif token == "*":  # noqa: S105  a sign of the pattern
            parts[-1][1].append("")
        else:
            parts[-1][1][-1] += token
    # What fits a folder fits all below it: the end is that of a name.
    parts[-1][1][-1] += r"(?=/|\Z)"
    expression = "".join(
        f"(?>{gap}{first}{''.join(f'(?>[^/]*?{piece})' for piece in pieces)})"
        for gap, (first, *pieces) in parts
    )
    return re.compile(expression, re.DOTALL)


def fits(path: str, pattern: str) -> bool:
    """Tell whether a path, relative to where the pattern is written, fits it."""
    return compiled(pattern).match(path) is not None


_GAPS = {"**": ".*?", "**/": "(?:|.*?/)"}
"""What `**` stands for: anything; before a slash, at the start of a name: any folders, or none."""


def _tokens(body: str) -> list[str]:
    """Cut a pattern into `*`, `**`, `**/` and the expressions of single characters."""
    tokens: list[str] = []
    index = 0
    while index < len(body):
        char = body[index]
        stars = len(body) - index - len(body[index:].lstrip("*"))
        if stars > 1:
            at_start = not tokens or tokens[-1] in {"/", "**/"}
            folders = at_start and body[index + stars : index + stars + 1] == "/"
            tokens.append("**/" if folders else "**")
            index += stars + folders
        elif char == "*":
            tokens.append("*")
            index += 1
        elif char == "?":
            tokens.append("[^/]")
            index += 1
        else:
            closing = body.find("]", index + 2) if char == "[" else -1
            chosen = _set(body[index + 1 : closing]) if closing > 0 else None
            tokens.append(chosen or ("/" if char == "/" else re.escape(char)))
            index = closing + 1 if chosen else index + 1
    return tokens


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
