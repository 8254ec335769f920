"""`"%s".format([…])`.

Source: https://pkg.go.dev/github.com/google/cel-go/ext#hdr-Strings-String_Format
"""

from __future__ import annotations

import re
from typing import Any

from linter.cel.errors import EvaluationError
from linter.cel.functions.conversions import format_double, format_timestamp
from linter.cel.values import Duration, Timestamp, TypeValue
from linter.kube.durations import format_duration

_CLAUSE = re.compile(r"%(?:(%)|(?:\.([0-9]{1,3}))?([a-zA-Z]))")


def quoted(value: str) -> str:
    """Return a text between double quotes, with escapes."""
    escapes = {
        "\a": "\\a",
        "\b": "\\b",
        "\f": "\\f",
        "\n": "\\n",
        "\r": "\\r",
        "\t": "\\t",
        "\v": "\\v",
        "\\": "\\\\",
        '"': '\\"',
    }
    return f'"{"".join(escapes.get(letter, letter) for letter in value)}"'


def formatted(pattern: str, arguments: Any) -> str:
    """Fill a pattern.

    Raises:
        EvaluationError: The pattern asks for what is not there, or for another type.
    """
    if not isinstance(arguments, list):
        raise EvaluationError("no such overload")
    left = iter(arguments)

    def clause(found: re.Match[str]) -> str:
        if found[1]:
            return "%"
        value = next(left, left)
        if value is left:
            raise EvaluationError(f"index {len(arguments)} out of range")
        return _clause(found[3], int(found[2]) if found[2] else None, value)

    return _CLAUSE.sub(clause, pattern)


def _clause(verb: str, precision: int | None, value: Any) -> str:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    match verb:
        case "s":
            return printed(value)
        case "d" if is_whole:
            return str(int(value))
        case "d" if isinstance(value, float):
            return format_double(value)
        case "f" if isinstance(value, float) or is_whole:
            return f"{float(value):.{6 if precision is None else precision}f}"
        case "e" if isinstance(value, float) or is_whole:
            return f"{float(value):.{6 if precision is None else precision}e}"
        case "b" if isinstance(value, int):
            return f"{int(value):b}"
        case "o" if is_whole:
            return f"{int(value):o}"
        case "x" | "X" if is_whole or isinstance(value, (str, bytes)):
            data = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
            text = data.hex() if isinstance(data, bytes) else f"{int(data):x}"
            return text.upper() if verb == "X" else text
        case "d" | "f" | "e" | "b" | "o" | "x" | "X":
            raise EvaluationError(f"error during formatting: %{verb} does not take such a value")
        case _:
            raise EvaluationError(
                f'could not parse formatting clause: unrecognized formatting clause "{verb}"'
            )


def printed(value: Any) -> str:
    """Return a value as `%s` prints it."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int():
            return str(int(value))
        case float():
            return format_double(value)
        case bytes():
            return value.decode("utf-8", "replace")
        case Timestamp():
            return format_timestamp(value)
        case Duration():
            return format_duration(value.nanos)
        case TypeValue():
            return value.name
        case list():
            return f"[{', '.join(map(printed, value))}]"
        case dict():
            entries = sorted(f"{printed(key)}: {printed(each)}" for key, each in value.items())
            return f"{{{', '.join(entries)}}}"
        case _:
            raise EvaluationError("error during formatting: %s does not take such a value")
