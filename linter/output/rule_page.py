"""A rule's page as Markdown that any renderer understands."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.engine.rule import Rule


def markdown(rule: Rule) -> str:
    """Return the page without its summary line, its two kinds of examples under headings of their own."""
    return with_headings(rule.page.partition("\n")[2].strip("\n"))


def with_headings(page: str) -> str:
    """Return a page with its two kinds of examples (`yaml bad`, `yaml good`) under headings of their own."""
    return page.replace("```yaml bad", "Bad:\n\n```yaml").replace("```yaml good", "Good:\n\n```yaml")
