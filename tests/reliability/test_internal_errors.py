"""A rule that fails is told with its name, and takes neither the run nor the other rules with it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from .running import FIXABLE, FIXED, SERVICE, podplan

if TYPE_CHECKING:
    from pathlib import Path

RULES = '''
from linter.engine.rule import Problem, rule

@rule("fails-at-once", kinds={"Service"})
def fails_at_once(resource, context):
    """Fails."""
    raise {error}

@rule("fails-late", kinds={"Service"})
def fails_late(resource, context):
    """Finds something before it fails."""
    yield Problem(("spec",), "found before it failed")
    raise {error}

@rule("fails-on-documents", scope="document")
def fails_on_documents(document, context):
    """Fails."""
    raise {error}

@rule("works", kinds={"Service"})
def works(resource, context):
    """Works."""
    yield Problem(("spec",), "found")
'''
ERRORS = ["KeyError('x')", "RecursionError", "MemoryError"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "c.yaml").write_text("python-rules: [mine.py]\n")
    for name in ("a", "b", "d"):
        (tmp_path / f"{name}.yaml").write_text(SERVICE)
    (tmp_path / "list.yaml").write_text("kind: List\napiVersion: v1\nitems: []\n")
    return tmp_path


@pytest.mark.parametrize("error", ERRORS)
def test_the_other_rules_and_files_are_told(error: str, folder: Path) -> None:
    (folder / "mine.py").write_text(RULES.replace("{error}", error))
    reports = []
    for jobs in ("1", "2"):
        done = podplan(
            "lint", "--config", "c.yaml", "--no-cache", "--jobs", jobs, "--format", "json", ".", cwd=folder
        )
        assert done.returncode == 70
        assert b"please report it" in done.stderr
        reports.append(done.stdout)
    assert reports[0] == reports[1]
    findings = json.loads(reports[0])["findings"]
    for file in ("a.yaml", "b.yaml", "d.yaml"):
        here = [each for each in findings if each["file"] == file]
        assert [each["rule"] for each in here].count("works") == 1
        failed = [each["message"] for each in here if each["rule"] == "internal-error"]
        assert {
            name for name in ("fails-at-once", "fails-late") if any(f"`{name}`" in text for text in failed)
        } == {
            "fails-at-once",
            "fails-late",
        }
    assert any("`fails-on-documents`" in each["message"] for each in findings if each["file"] == "list.yaml")


def test_what_failed_is_not_kept_for_the_next_run(folder: Path) -> None:
    env = {"PODPLAN_CACHE_DIR": str(folder / "cache")}
    (folder / "mine.py").write_text(RULES.replace("{error}", ERRORS[0]))
    for _ in range(2):
        done = podplan("lint", "--config", "c.yaml", "--format", "json", "a.yaml", cwd=folder, env=env)
        assert done.returncode == 70
    (folder / "mine.py").write_text(RULES.replace("raise {error}", "yield from ()"))
    done = podplan("lint", "--config", "c.yaml", "--format", "json", "a.yaml", cwd=folder, env=env)
    assert done.returncode == 1
    assert {each["rule"] for each in json.loads(done.stdout)["findings"]} == {"fails-late", "works"}


def test_fixes_are_made_all_the_same(folder: Path) -> None:
    (folder / "mine.py").write_text(RULES.replace("{error}", ERRORS[0]))
    (folder / "a.yaml").write_text(FIXABLE)
    assert podplan("lint", "--config", "c.yaml", "--fix", ".", cwd=folder).returncode == 70
    assert (folder / "a.yaml").read_text() == FIXED
