"""Words for messages: values cut short, lists of allowed values, and the near miss somebody may have meant."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def quote(value: object) -> str:
    """Put a value between backticks, cut to a length that a message bears and without line breaks."""
    text = str(value)
    if not text.isprintable():
        text = repr(text)[1:-1]
    return f"`{text}`" if len(text) <= 80 else f"`{text[:77]}…`"


def one_of(allowed: Iterable[str]) -> str:
    """List the allowed values: `A`, `B` or `C`."""
    *first, last = (f"`{each}`" for each in allowed)
    return f"{', '.join(first)} or {last}" if first else last


def suggest(value: str, allowed: Iterable[str]) -> str | None:
    """Return the allowed value that the given one resembles, if there is one. Case, dashes and blanks don't count."""
    by_spelling = {_plain(each): each for each in allowed}
    if found := by_spelling.get(_plain(value)):
        return found
    if len(value) > 100:
        return None
    from difflib import get_close_matches

    close = get_close_matches(_plain(value), by_spelling, n=1, cutoff=0.7)
    return by_spelling[close[0]] if close else None


def did_you_mean(value: str, allowed: Iterable[str]) -> str:
    """Return " Did you mean `ClientIP`?" (with a blank before it) or nothing, to be put behind a message."""
    found = suggest(value, allowed)
    return f" Did you mean `{found}`?" if found else ""


def not_supported(what: str, value: str, allowed: Iterable[str]) -> str:
    """Say that a value is not one of the allowed ones."""
    known = tuple(allowed)
    shown = f"is {quote(value)}" if value else "is empty"
    return f"{what} {shown}; it must be {one_of(known)}.{did_you_mean(value, known)}"


def _plain(text: str) -> str:
    return text.lower().replace("-", "").replace("_", "").replace(" ", "")
