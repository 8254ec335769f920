"""Texts that are no manifest."""

from __future__ import annotations

import pytest

import linter
from linter.engine.config.options import LintOptions

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


@pytest.mark.parametrize(
    "api_version",
    ["../v1", "10.0.0.0/8", "Example.com/v1", "example.com/1", "example.com/v1/x", "example.com/V1"],
)
def test_what_no_custom_resource_can_have_is_a_slip(api_version: str) -> None:
    text = f"apiVersion: {api_version}\nkind: Service\n"
    [found] = linter.lint((), texts=[("web.yaml", text)], options=LintOptions(select=("api",))).findings
    assert (found.rule, found.field, found.reason) == ("unknown-kind", "apiVersion", "NotFound")
    assert (found.range.line, found.range.column) == (1, 13)


@pytest.mark.parametrize("api_version", ["example.com/v1", "serving.knative.dev/v1", "example.com/anything"])
def test_a_custom_resource_may_be_called_as_one_of_kubernetes(api_version: str) -> None:
    text = f"apiVersion: {api_version}\nkind: Service\n"
    assert not linter.lint((), texts=[("web.yaml", text)], options=LintOptions(select=("api",))).findings
