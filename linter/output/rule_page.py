"""A rule's page as Markdown that any renderer understands."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linter.engine.rule import Rule


def markdown(rule: Rule) -> str:
    """Return the page without its summary line, its two kinds of examples under headings of their own."""
    body = rule.page.partition("\n")[2].strip("\n")
    return body.replace("```yaml bad", "Bad:\n\n```yaml").replace("```yaml good", "Good:\n\n```yaml")
