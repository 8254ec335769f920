"""What is said of a text that YAML does not allow, or reads otherwise than its writer means."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final


_MOST_SHOWN: Final = 40
"""Longer values are not shown in messages."""


def overwritten_message(lost: list[str], above: dict[str, Any], result: dict[str, Any]) -> str:
    """Say which keys a merge overwrote, from what to what where both are short.

    Args:
        lost: The keys.
        above: What was written for them.
        result: The mapping with what was merged.
    """
    import json

    def shown(key: str) -> str:
        before, after = above[key], result[key]
        if any(isinstance(value, (dict, list)) or len(str(value)) > _MOST_SHOWN for value in (before, after)):
            return f"`{key}`"
        return f"`{key}: {spelled(before)}`, which becomes `{spelled(after)}`"

    def spelled(value: Any) -> str:
        return value if isinstance(value, str) else json.dumps(value)

    named = ", ".join(map(shown, sorted(lost)[:3])) + (" and more" if len(lost) > 3 else "")
    return (
        f"kubectl applies a merge where it stands: this one overwrites what is written above it, {named}. "
        "Put `<<` first in the mapping; what stands below it is kept."
    )


def key_message(raw: Any) -> str:
    """Say why a value cannot be a key."""
    if raw is None:
        return "This key is empty (null). Write a name before the colon, or quote the key."
    if isinstance(raw, dict):
        return "A mapping cannot be a key. Quote the text if braces are meant (a template must be rendered first)."
    if isinstance(raw, int):
        return "A number so big cannot be a key; quote it."
    return "A list cannot be a key. Quote the text if brackets are meant."


_HINTS = {
    "mapping values are not allowed": "A colon with a blank behind it makes a mapping, which cannot stand here: "
    "check the indentation of this line and of the one above, or quote the value.",
    "did not find expected key": "This line does not fit the mapping it stands in: check its indentation, and the quotes "
    "and brackets above it.",
    "did not find expected '-' indicator": "This line does not fit the list it stands in: check its indentation.",
    "could not find expected ':'": "A key needs a colon and a blank behind it: check this line and the one above.",
    "did not find expected ',' or ']'": "A list in brackets is not closed or lacks a comma.",
    "did not find expected ',' or '}'": "A mapping in braces is not closed or lacks a comma.",
    "found unexpected end of stream": "A quoted text is not closed.",
    "did not find expected <document start>": "Text cannot stand here: a directive (%) must be followed by ---, "
    "which kubectl does not read together.",
    "found incompatible YAML document": "The %YAML directive names a version that kubectl does not read; drop it.",
    "block sequence entries are not allowed": "A list item (-) cannot stand here: check the indentation.",
    "found undefined tag handle": "This tag is not known; drop it, or quote the text.",
}


def syntax_message(error: Any, text: str, mark: Any) -> str:
    """Say what is broken, and what may be meant.

    Args:
        error: ruamel.yaml's MarkedYAMLError.
        text: The text of the document.
        mark: Where it is broken; lines and columns count from 0.
    """
    problem = str(error.problem or error.context or "broken YAML")
    if "tab character" in problem:
        return "Tabs cannot indent YAML; use spaces."
    if "cannot start any token" in problem:
        line = text.split("\n")[mark.line : mark.line + 1]
        if line and line[0][mark.column : mark.column + 1] == "\t":
            return "Tabs cannot indent YAML; use spaces."
        return "This character cannot begin a value; quote the text."
    for start, hint in _HINTS.items():
        if start in problem:
            return f"{hint} (YAML: {problem})"
    return f"This is not YAML: {problem}."


def reader_message(error: Any) -> str:
    """Say why the characters of a text cannot be YAML; the error is ruamel.yaml's ReaderError or the like."""
    reason = getattr(error, "reason", None) or str(error)
    if "special characters" in reason or "control characters" in reason:
        return "A control character stands here, which YAML does not allow; remove it."
    return f"This is not YAML: {reason}."
