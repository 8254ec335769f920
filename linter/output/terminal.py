"""What every terminal output needs: harmless text, and colour where it is wanted."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from re import Match
    from typing import Any, Final


# Control characters, and the marks that turn the direction of writing: with them a manifest could repaint the terminal.
_TURNING: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
# What nobody sees: with it two names look alike, and tag characters carry whole texts.
_INVISIBLE: Final = (
    "\u00ad\u180e\u200b-\u200d\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
)
_UNSAFE: Final = f"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029{_TURNING}{_INVISIBLE}\ud800-\udfff]"
_UNSAFE_IN_JSON: Final = f"[\x7f-\x9f\u2028\u2029{_TURNING}{_INVISIBLE}\ud800-\udfff]"
# What GitHub Actions and Azure Pipelines take for a command wherever it stands in a log, e.g. ##[error] and ##vso[...].
_COMMAND: Final = r"(?<=#)#(?=\w*\[)"
# And what GitHub Actions takes for one at the beginning of a line, blanks and colours before it left out.
_COMMAND_LINE: Final = r"(?m)^((?:[^\S\n]|\x1b\[[0-9;]*m)*):(?=:)"
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
    """Return the text with everything that steers a terminal made visible, e.g. an escape as backslash-x1b. Tabs stay.

    So is what steers the job of a CI service, wherever it stands in a line.
    """
    # None of them is printable, and nearly all that is shown is.
    shown = text if text.isprintable() else _replaced(_UNSAFE, _escape, text)
    return _replaced(_COMMAND, _escape, shown) if "##" in shown else shown


def sanitize_lines(text: str) -> str:
    """Sanitize a text of several lines, which stay lines."""
    return without_commands("\n".join(map(sanitize, text.split("\n"))))


def without_commands(text: str) -> str:
    """Return sanitized lines with none that GitHub Actions would take for a command: `::` at its beginning is made visible."""
    return _replaced(_COMMAND_LINE, r"\1\\x3a", text) if "::" in text else text


def _replaced(pattern: str, new: str | Callable[[Match[str]], str], text: str) -> str:
    # Hardly any text needs it, and `re` takes longer to load than all else that prints a report.
    import re

    return re.sub(pattern, new, text)


def _escape(match: Match[str]) -> str:
    code = ord(match[0])
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


_PLAIN_SIGNS: Final = str.maketrans(
    {"→": "->", "…": "...", "·": "-", "–": "-", "—": "-", "×": "x", "≥": ">=", "≤": "<=", "⋮": ":"}
)


def ascii_only(text: str) -> str:
    """Return the text in ASCII: signs that have a plain form in it, everything else as escapes."""
    if text.isascii():
        return text
    return text.translate(_PLAIN_SIGNS).encode("ascii", "backslashreplace").decode()


def json_text(value: Any) -> str:
    """Return a value as indented JSON with a line end, and with nothing in it that steers a terminal or a CI service."""
    from linter.output.indented_json import indented

    return escape_in_json(indented(value)) + "\n"


def escape_in_json(text: str) -> str:
    """Escape in a text of JSON what `sanitize` makes visible in others: it stands in strings alone, and stays the same value."""
    is_plain = text.isascii() and "\x7f" not in text
    shown = text if is_plain else _replaced(_UNSAFE_IN_JSON, _escape_in_json, text)
    return _replaced(_COMMAND, _escape_in_json, shown) if "##" in shown else shown


def _escape_in_json(match: Match[str]) -> str:
    # What lies beyond U+FFFF is a pair of surrogates in JSON.
    units = match[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[index : index + 2].hex()}" for index in range(0, len(units), 2))


def paint(text: str, *styles: str, color: bool) -> str:
    """Return the text in colours (names as in ANSI: red, dim, bold …), or as it is where colour is off."""
    if not color or not text:
        return text
    return f"\x1b[{';'.join(_CODES[style] for style in styles)}m{text}\x1b[0m"
