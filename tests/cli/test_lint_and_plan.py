"""What `podplan lint` and `podplan plan` make of one text: the same refusal, the same suppression."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import linter
from linter.engine.config.options import LintOptions
from linter.engine.registry import all_rules
from linter.loading.source import decode
from linter.loading.yaml.reader import read_documents

from .calling import call

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: two\n"
POD = f"{HEAD}spec:\n  containers:\n  - &web\n    name: web\n    image: example.org/web:1.4\n"
TWICE = f"{POD}    image: example.org/web:1.5\n"
ANNOTATED = TWICE.replace("two\n", "two\n  annotations: {podplan/ignore: duplicate-key}\n")
TAKEN = {
    "plain": POD,
    "overridden merge": f"{POD}  - <<: *web\n    name: worker\n",
    "explicit merge": f"{POD}  - !!merge <<: *web\n    name: worker\n",
    "merge behind a key": f"{POD}  - image: none\n    <<: *web\n    name: worker\n",
    "duplicate, ignored on its line": TWICE.replace("1.5\n", "1.5 # podplan: ignore[duplicate-key] both are fine\n"),
    "duplicate, ignored above the document": f"# podplan: ignore[duplicate-key]\n{TWICE}",
    "duplicate, ignored by annotation": ANNOTATED,
    "text behind the document": f"{POD}...\nmore\n",
    "empty document": f"{POD}---\n---\n{POD.replace('two', 'three')}",
}  # fmt: skip
REFUSED = {
    "duplicate": TWICE,
    "duplicate, another rule ignored": f"# podplan: ignore[container-name]\n{TWICE}",
    "duplicate, ignored on another line": TWICE.replace("two\n", "two # podplan: ignore[duplicate-key]\n"),
    "key above a merge written again": f"{POD}  - name: a\n    <<: *web\n    name: worker\n",
    "duplicate in an object of a List, ignored by its annotation": "apiVersion: v1\nkind: List\nitems:\n- "
    + ANNOTATED.rstrip().replace("\n", "\n  ")
    + "\n",
    "broken": f"{POD}  - [\n",
    "nothing": "# nothing\n",
}


def errors_of(text: str) -> set[str]:
    report = linter.lint((), texts=[("a.yaml", text)], options=LintOptions(select=("api",)))
    return {each.rule for each in report.findings if each.severity == "error"}


@pytest.mark.parametrize("text", TAKEN.values(), ids=TAKEN)
def test_taken_by_both(text: str, tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(text)
    assert errors_of(text) == set()
    done = call("plan", "create", str(file))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_refused_by_both(text: str, tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(text)
    rules = errors_of(text)
    assert rules
    done = call("plan", "create", str(file))
    assert done.returncode == 3
    problems = [
        each for document in read_documents(decode(text.encode(), "a.yaml")) for each in document.problems
    ]
    assert any(each.message in done.stderr for each in problems if each.rule in rules)


def test_what_has_no_value_cannot_be_planned_whatever_is_ignored(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(f"# podplan: ignore[yaml-syntax]\n{POD}  - [\n")
    assert errors_of(file.read_text()) == set()
    assert call("plan", "create", str(file)).returncode == 3


def test_what_a_plan_refuses_is_an_error_of_lint() -> None:
    """A problem of the reader has a reason where its rule is an error, and only there."""
    rules = {rule.id: rule for rule in all_rules().values()}
    for text in (*TAKEN.values(), *REFUSED.values()):
        for document in read_documents(decode(text.encode(), "a.yaml")):
            for problem in document.problems:
                assert (problem.reason is not None) == (rules[problem.rule].severity == "error"), problem.rule
