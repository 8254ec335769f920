"""An unknown field does not hide what else the API server will say."""

from __future__ import annotations

import pytest

import linter
from linter.engine.config.options import LintOptions

JOB = "spec:\n  template:\n    spec:\n      %s\n      containers: [{name: a, image: 'a:1'}]\n"
HEADS = {
    "Job": "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\n" + JOB,
    "CronJob": "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec:\n  schedule: '* * * * *'\n  jobTemplate:\n    "
    + JOB.replace("\n", "\n    ").rstrip()
    + "\n",
}


def errors(text: str) -> list[tuple[str, str | None]]:
    report = linter.lint((), texts=[("a.yaml", text)], options=LintOptions(select=("api",)))
    return [(each.rule, each.field) for each in report.findings if each.severity == "error"]


@pytest.mark.parametrize("kind", HEADS)
def test_a_restart_policy_is_missed_beside_an_unknown_field(kind: str) -> None:
    path = "spec.template.spec" if kind == "Job" else "spec.jobTemplate.spec.template.spec"
    assert sorted(errors(HEADS[kind] % "imagePullPolicy: Always")) == [
        ("job-restart-policy", f"{path}.restartPolicy"),
        ("unknown-field", f"{path}.imagePullPolicy"),
    ]
    assert errors(HEADS[kind] % "restartPolicy: Never") == []


@pytest.mark.parametrize("kind", HEADS)
@pytest.mark.parametrize("line", ["restartPolcy: Never", "restartpolicy: Never", "RestartPolicy: OnFailure"])
def test_what_only_follows_from_it_is_not_said(kind: str, line: str) -> None:
    assert [rule for rule, _ in errors(HEADS[kind] % line)] == ["unknown-field"]


def test_a_map_that_stands_elsewhere_hides_the_rest() -> None:
    text = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  selector: {matchLabels: {app: a}}\n"
        "template:\n  metadata: {labels: {app: a}}\n  spec: {containers: [{name: a, image: 'a:1'}]}\n"
    )
    assert [rule for rule, _ in errors(text)] == ["unknown-field"]


def test_a_wrong_type_hides_the_rest() -> None:
    text = HEADS["Job"] % "imagePullPolicy: Always\n      hostNetwork: 5"
    assert {rule for rule, _ in errors(text)} == {"unknown-field", "wrong-type"}


def test_the_place_of_what_is_left() -> None:
    text = HEADS["Job"] % "imagePullPolicy: Always\n      dnsPolicy: Never\n      restartPolicy: Never"
    report = linter.lint((), texts=[("a.yaml", text)], options=LintOptions(select=("api",)))
    assert [(each.rule, each.range.line) for each in report.findings] == [
        ("unknown-field", 7),
        ("pod-policies", 8),
    ]
