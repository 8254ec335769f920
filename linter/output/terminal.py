"""What every terminal output needs: harmless text, and colour where it is wanted."""

from __future__ import annotations

import re
from typing import Final

# Control characters, and the marks that turn the direction of writing: with them a manifest could repaint the terminal.
_UNSAFE: Final = "[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
_UNSAFE_IN_JSON: Final = "[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
_CODES: Final = {
    "bold": "1",
    "dim": "2",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "magenta": "35",
    "cyan": "36",
}


def sanitize(text: str) -> str:
    """Return the text with everything that steers a terminal made visible, e.g. an escape as backslash-x1b. Tabs stay."""
    # None of them is printable, and nearly all that is shown is.
    return text if text.isprintable() else re.sub(_UNSAFE, _escape, text)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def escape_in_json(text: str) -> str:
    """Escape in a text of JSON what `sanitize` makes visible in others: it stands in strings alone, and stays the same value."""
    return re.sub(_UNSAFE_IN_JSON, lambda match: f"\\u{ord(match[0]):04x}", text)


def paint(text: str, *styles: str, color: bool) -> str:
    """Return the text in colours (names as in ANSI: red, dim, bold …), or as it is where colour is off."""
    if not color or not text:
        return text
    return f"\x1b[{';'.join(_CODES[style] for style in styles)}m{text}\x1b[0m"
