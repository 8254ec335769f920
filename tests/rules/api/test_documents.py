"""Texts that are no manifest."""

from __future__ import annotations

import pytest

import linter
from linter.engine.options import LintOptions

SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {clusterIP: None}\n"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (SERVICE, []),
        (f"{SERVICE}---\n", []),
        (f"{SERVICE}---", []),
        (f"{SERVICE}---\n# the end\n\n", []),
        (f"{SERVICE}---\n---\n{SERVICE.replace('web', 'db')}", [5]),
        (f"{SERVICE}---\n# nothing\n---\n", [5]),
    ],
)
def test_an_empty_document_counts_but_at_the_end(text: str, lines: list[int]) -> None:
    report = linter.lint((), texts=[("web.yaml", text)], options=LintOptions(select=("empty-document",)))
    assert [finding.range.line for finding in report.findings] == lines
