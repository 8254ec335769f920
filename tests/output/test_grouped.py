"""More findings than a person reads are grouped by rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from linter.engine.report.finding import Finding, Report
from linter.loading.place import Range
from linter.loading.source import Source
from linter.output import text
from linter.version import KubeVersion

if TYPE_CHECKING:
    from linter.engine.rule import Severity


def finding(rule: str, severity: Severity, number: int, file: str = "a.yaml") -> Finding:
    source = Source(file, "x: 1\n" * 200)
    return Finding(
        rule, "wiring", severity, f"Fault {number}.", source, Range(number, 1, number, 2), None, None, None,
        fixable=False, fingerprint="0" * 32,
    )  # fmt: skip


def report(*findings: Finding) -> Report:
    return Report(KubeVersion(1, 36), findings, (), (), (), files=3, resources=9)


MANY = (
    finding("wrong-type", "error", 9, "c.yaml"),
    *(finding("few", "warning", number, "b.yaml") for number in (1, 2)),
    *(finding("many", "warning", number, f"{number % 5}.yaml") for number in range(1, 60)),
    finding("wrong-type", "error", 10, "c.yaml"),
    finding("hint", "info", 3),
)


def test_the_first_of_each_rule_and_where_the_others_are() -> None:
    lines = text.render(report(*MANY), grouped=True).splitlines()
    assert [line for line in lines if "yaml" in line] == [
        "c.yaml:9:1: error: Fault 9. [wrong-type]",
        "c.yaml:10:1: error: Fault 10. [wrong-type]",
        "1.yaml:1:1: warning: Fault 1. [many]",
        "   and 58 more of many in 5 files: 2.yaml:2:1, 3.yaml:3:1, 4.yaml:4:1, ...",
        "b.yaml:1:1: warning: Fault 1. [few]",
        "   and 1 more of few in 1 file: b.yaml:2:1",
        "a.yaml:3:1: info: Fault 3. [hint]",
    ]


def test_where_to_start() -> None:
    lines = text.render(report(*MANY), grouped=True).splitlines()
    assert lines[-5:] == [
        "64 findings of 4 rules: the first of each rule is shown; --all prints every one, --format json=FILE writes them into a file.",
        "Start with the 2 errors above: podplan explain RULE tells why it matters, and how to fix it, as do the pages at https://podplan.github.io/podplan/rules/",
        "What is not yours, --exclude PATTERN leaves out; with --write-baseline FILE only what is new is reported from then on.",
        "",
        "2 errors, 61 warnings, 1 info in 9 resources in 3 files",
    ]
    without_errors = report(*(each for each in MANY if each.severity != "error"))
    assert "Start with the first rule above:" in text.render(without_errors, grouped=True)


def test_many_errors_are_grouped_too() -> None:
    errors = report(*(finding("wrong-type", "error", number) for number in range(1, 61)))
    assert "   and 59 more of wrong-type in 1 file: a.yaml:2:1\n" in text.render(errors, grouped=True)


@pytest.mark.parametrize(("number", "grouped"), [(50, True), (60, False)])
def test_few_findings_are_all_shown(number: int, *, grouped: bool) -> None:
    few = report(*(finding("many", "warning", line) for line in range(1, number + 1)))
    shown = text.render(few, grouped=grouped)
    assert shown.count("warning: Fault") == number
    assert "--all" not in shown


def test_quiet_says_findings_alone() -> None:
    assert "--all" not in text.render(report(*MANY), grouped=True, quiet=True)
