"""Writes docs/rules.md from the rules' docstrings and docs/index.md from the README; with --check, only compares."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linter.engine.rule import Rule

DOCS = Path(__file__).parent
REPOSITORY = "https://github.com/podplan/podplan/blob/main/"
GROUPS = {
    "api": "What the API server would refuse, or warn about. On by default.",
    "wiring": "Objects that do not fit together. On by default.",
    "rollout": "Updates, scales and drains that will hurt. On by default.",
    "practice": "Advice. Off unless selected: `--select practice`, or a rule by name.",
    "podplan": "What podplan says about its own run. Always on.",
}


def render() -> str:
    """Return the page."""
    from linter.engine.registry import all_rules

    rules = all_rules().values()
    parts = [
        "# Rules\n",
        f"{len(rules)} rules. `podplan explain RULE` prints the same text on the command line.\n",
        "This page is made by `python docs/generate.py`.\n",
    ]
    for group, words in GROUPS.items():
        members = [rule for rule in rules if rule.group == group]
        parts += [f"## Group {group}\n", f"{words}\n", "| rule | severity | what it finds |", "|---|---|---|"]
        parts += [f"| [{rule.id}](#{rule.id}) | {rule.severity} | {cell(rule.summary)} |" for rule in members]
        parts.append("")
        parts += [section(rule) for rule in members]
    return "\n".join(parts)


def section(rule: Rule) -> str:
    """Return the part of one rule."""
    kinds = ", ".join(sorted(rule.kinds)) if rule.kinds is not None else "every kind"
    body = re.sub(
        r"^```yaml (bad|good)$", lambda m: f"{m[1].capitalize()}:\n\n```yaml", rule.page, flags=re.MULTILINE
    )
    lines = [f"### {rule.id}\n", f"*{rule.severity}* · {kinds}\n", body, ""]
    if rule.options:
        lines += [
            "Options:\n",
            *(f"- `{name}`: {default!r} by default" for name, default in rule.options.items()),
            "",
        ]
    return "\n".join(lines)


def cell(text: str) -> str:
    """Return the text for a table."""
    return text.replace("|", "\\|")


def index() -> str:
    """Return the README as the site's first page: its links lead to pages of the site, or into the repository."""
    readme = (DOCS.parent / "README.md").read_text("utf-8")
    inside = re.sub(r"\]\(docs/", "](", readme)
    return re.sub(r"\]\((?!https?:|#)([^)]*/[^)]*|[A-Z][^)]*)\)", rf"]({REPOSITORY}\1)", inside)


def main() -> None:
    """Write or check the pages."""
    pages = {"rules.md": render(), "index.md": index()}
    stale = [
        name
        for name, text in pages.items()
        if not (DOCS / name).exists() or (DOCS / name).read_text("utf-8") != text
    ]
    if "--check" in sys.argv:
        if stale:
            sys.exit(f"out of date: {', '.join(stale)}; run `python docs/generate.py`")
        return
    for name in stale:
        (DOCS / name).write_text(pages[name], "utf-8")


if __name__ == "__main__":
    main()
