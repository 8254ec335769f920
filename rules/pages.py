"""The pages of group api: one Markdown file for each kind of error that the API server's validation (linter.apiserver) names.

A page begins with two lines between `---`: the severity, and the kinds that it is about, by name or as one of the words `all`,
`validated` (each kind in linter.apiserver.kinds), `workloads` and `pods` (each kind that holds a pod spec). Then it reads like the
docstring of any other rule: a line that says what is wrong, why and how to fix it, examples.
"""

from __future__ import annotations

from pathlib import Path

from linter.light_typing import NamedTuple

FOLDER = Path(__file__).with_name("api")
_FENCE = "---\n"


class Page(NamedTuple):
    """A page: what stands between the fences, and the text below."""

    id: str
    severity: str
    kinds: str
    text: str


def read_page(rule_id: str) -> Page:
    """Read the page of a rule.

    Raises:
        ValueError: Its head is malformed.
        OSError: There is none.
    """
    raw = (FOLDER / f"{rule_id}.md").read_text(encoding="utf-8")
    empty, fence, rest = raw.partition(_FENCE)
    head, second_fence, text = rest.partition(_FENCE)
    fields = dict(line.split(": ", 1) for line in head.splitlines())
    if empty or not fence or not second_fence or fields.keys() != {"severity", "kinds"}:
        raise ValueError(f"{rule_id}.md must begin with `severity` and `kinds` between two lines of ---")
    return Page(rule_id, fields["severity"], fields["kinds"], text)


def page_ids() -> list[str]:
    """Return the ids of all pages, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.md"))
