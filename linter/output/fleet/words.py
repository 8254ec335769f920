"""What answers about a fleet say in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from linter.fleet.questions.answer import Answer

LIMIT = 20
"""How many rows are shown to people where nothing else is asked for."""
TITLES = {
    "upgrade": "What an upgrade refuses, removes and changes",
    "stuck": "Rollouts that would get stuck",
    "drains": "Drains that would be blocked",
    "owners": "Findings by owner",
    "trend": "What came and what went",
}


def heading(answer: Answer) -> str:
    """Return the title of an answer."""
    return TITLES[answer.question]


def about(answer: Answer) -> str:
    """Return what an answer is about: versions, runs, and what else was asked for."""
    facts = answer.facts
    base = f", compared with {facts['from']}" if facts.get("from") else ""
    parts = [f"Kubernetes {facts['kubernetes']}{base}", f"run {facts['run']} of {facts['time']}"]
    if "since" in facts:
        parts.append(f"compared with run {facts['since']} of {facts['since_time']}")
    parts += [f"{name} {facts[name]}" for name in ("owner", "repository") if name in facts]
    return " · ".join(parts)


def rest(answer: Answer, shown: int) -> str:
    """Return how many rows are not shown, in a sentence, or ""."""
    left = answer.total - shown
    return f"{left:,} more: --limit N shows more of them, --format csv=FILE writes all." if left > 0 else ""


def cell(value: Any) -> str:
    """Return a value as it is written in a table."""
    match value:
        case None:
            return "–"
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case float():
            return f"{value:,.1f}"
        case list():
            return " ".join(map(str, value)) or "–"
        case _:
            return str(value)


def is_number(value: Any) -> bool:
    """Tell whether a value is written flush right."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def column_name(column: str) -> str:
    """Return what stands above a column."""
    return column.replace("_", " ")
