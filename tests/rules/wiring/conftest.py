"""What the tests of group wiring share: lint texts, look at one rule's findings."""

from __future__ import annotations

from typing import Any, Protocol

import pytest

import linter
from linter.engine.config.options import LintOptions


class Check(Protocol):
    """Lint texts (files `0.yaml`, `1.yaml` …, or pairs of name and text) and return one rule's findings."""

    def __call__(self, rule: str, *texts: str | tuple[str, str]) -> list[Any]: ...


def _lint(rule: str, *texts: str | tuple[str, str]) -> list[Any]:
    named = [each if isinstance(each, tuple) else (f"{index}.yaml", each) for index, each in enumerate(texts)]
    report = linter.lint((), texts=named, options=LintOptions(select=("wiring",)))
    assert [each.message for each in report.findings if each.rule == "internal-error"] == []
    return [each for each in report.findings if each.rule == rule]


@pytest.fixture
def found() -> Check:
    return _lint


@pytest.fixture
def places() -> Check:
    def check(rule: str, *texts: str | tuple[str, str]) -> list[Any]:
        return [(each.range.line, each.range.column, each.field) for each in _lint(rule, *texts)]

    return check


@pytest.fixture
def messages() -> Check:
    def check(rule: str, *texts: str | tuple[str, str]) -> list[Any]:
        return [each.message for each in _lint(rule, *texts)]

    return check
