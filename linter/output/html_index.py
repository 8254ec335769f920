"""The head of the page of a report: what was found where, and choices of what is shown.

The choices are boxes, and a rule of style for each: the page needs no script.
"""

from __future__ import annotations

import re
from itertools import combinations

from linter.light_typing import NamedTuple
from linter.output.page import escape
from linter.output.summary import count

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Final

    from linter.engine.report.finding import Finding

_SEVERITIES: Final = ("error", "warning", "info")
_STYLE: Final = """
.filters { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; margin: .8rem 0; padding: 0; border: 0; }
.filters label { white-space: nowrap; }
.index { border-collapse: collapse; }
.index th, .index td { padding: .2rem 1.2rem .2rem 0; border-top: 1px solid var(--rule); text-align: left; vertical-align: top; overflow-wrap: anywhere; }
.index td:not(:first-child) { white-space: nowrap; font-variant-numeric: tabular-nums; }
.rules { columns: 18rem; padding: 0; list-style: none; }
@media print { .filters, details.by-rule { display: none; } }
"""


class Section(NamedTuple):
    """The findings about one resource, or about a file that holds none.

    Attributes:
        anchor: The id of its element.
        file: The file.
        about: The resource, or "".
        findings: The findings, the worst first.
    """

    anchor: str
    file: str
    about: str
    findings: Sequence[Finding]


def render(sections: Sequence[Section]) -> str:
    """Return the boxes and the tables that stand above the findings."""
    findings = [finding for section in sections for finding in section.findings]
    return (
        f"{_severities(findings)}{_rules(findings)}"
        f"<details open>\n<summary>{count(len(sections), 'place')} with findings</summary>\n"
        '<table class="index">\n<tr><th scope="col">Where</th><th scope="col">What</th></tr>\n'
        f"{''.join(map(_row, sections))}</table>\n</details>\n"
    )


def class_of(finding: Finding) -> str:
    """Return the class that the findings of a rule have."""
    return f"rule-{re.sub(r'[^A-Za-z0-9_-]', '_', finding.rule)}"


def _row(section: Section) -> str:
    name = escape(section.about) if section.about else escape(section.file)
    file = f' <small class="soft">{escape(section.file)}</small>' if section.about else ""
    return f'<tr><td><a href="#{section.anchor}">{name}</a>{file}</td><td>{_counts(section.findings)}</td></tr>\n'


def _counts(findings: Sequence[Finding]) -> str:
    numbers = {each: sum(finding.severity == each for finding in findings) for each in _SEVERITIES}
    return ", ".join(
        f'<span class="{severity}">{count(number, severity)}</span>'
        for severity, number in numbers.items()
        if number
    )


def _severities(findings: Sequence[Finding]) -> str:
    boxes = "".join(
        f'<label class="{severity}"><input type="checkbox" id="show-{severity}" checked> {count(number, severity)}</label>\n'
        for severity in _SEVERITIES
        if (number := sum(finding.severity == severity for finding in findings))
    )
    return f'<fieldset class="filters" aria-label="Severities that are shown">\n{boxes}</fieldset>\n'


def _rules(findings: Sequence[Finding]) -> str:
    """Return a choice of one rule, or all: the most frequent one first."""
    numbers: dict[str, int] = {}
    for finding in findings:
        numbers[finding.rule] = numbers.get(finding.rule, 0) + 1
    names = {finding.rule: class_of(finding) for finding in findings}
    choices = "".join(
        f'<li><label><input type="radio" name="rule" id="only-{names[rule]}"> <code>{escape(rule)}</code> {number}</label></li>\n'
        for rule, number in sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0]))
    )
    return (
        f'<details class="by-rule">\n<summary>{count(len(numbers), "rule")}</summary>\n<ul class="rules">\n'
        f'<li><label><input type="radio" name="rule" checked> all rules</label></li>\n{choices}</ul>\n</details>\n'
    )


def style(findings: Iterable[Finding]) -> str:
    """Return the style of the head, and what the boxes hide."""
    return _STYLE + "".join(_hidden(sorted({class_of(finding) for finding in findings})))


def _hidden(rules: Sequence[str]) -> Iterator[str]:
    for severity in _SEVERITIES:
        yield f"body:has(#show-{severity}:not(:checked)) article.{severity} {{ display: none; }}\n"
    # A resource goes where nothing of it is left.
    for number in range(1, len(_SEVERITIES) + 1):
        for hidden in combinations(_SEVERITIES, number):
            boxes = "".join(f":has(#show-{severity}:not(:checked))" for severity in hidden)
            left = ", ".join(f"article.{severity}" for severity in _SEVERITIES if severity not in hidden)
            kept = f":not(:has({left}))" if left else ""
            yield f"body{boxes} section.resource{kept} {{ display: none; }}\n"
    for rule in rules:
        yield (
            f"body:has(#only-{rule}:checked) :is(article:not(.{rule}), section.resource:not(:has(article.{rule})))"
            " { display: none; }\n"
        )
