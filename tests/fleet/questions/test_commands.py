"""The commands that ask about a fleet."""

from __future__ import annotations

import csv
import json
import sys
from typing import TYPE_CHECKING

import pytest

from linter.cli.main import guarded

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("question", ["upgrade", "stuck", "drains", "owners", "trend"])
def test_every_question_in_every_format(
    question: str, tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [f"--format={form}={tmp_path / form}" for form in ("json", "csv", "markdown")]
    assert guarded(["fleet", question, str(tables), "--format=text", *files]) == 0
    assert "run second of 2026-11-08T03:00:00Z" in capsys.readouterr().out
    found = json.loads((tmp_path / "json").read_text("utf-8"))
    assert found["question"] == question
    with (tmp_path / "csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.reader(file))) == 1 + found["total"] == 1 + len(found["rows"])
    assert (tmp_path / "markdown").read_text("utf-8").startswith("### ")


def test_sql(tables: Path, capsys: pytest.CaptureFixture[str]) -> None:
    query = "SELECT run, repositories, failed FROM runs ORDER BY run"
    assert guarded(["fleet", "sql", str(tables), query]) == 0
    assert (
        capsys.readouterr().out
        == "run     repositories  failed\nfirst              6       0\nsecond             7       1\n"
    )
    assert guarded(["fleet", "sql", str(tables), query, "--format=json"]) == 0
    assert json.loads(capsys.readouterr().out)[0] == {"run": "first", "repositories": 6, "failed": 0}


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("sql", "TABLES", "SELECT nonsense FROM nowhere"), 2, "The query cannot be answered"),
        (("stuck", "TABLES", "--run", "never"), 2, "There is no run never"),
        (("stuck", "TABLES", "--kubernetes-version", "new"), 2, "`new` is not a Kubernetes version"),
        (("stuck", "NOWHERE"), 3, "no run of `podplan fleet` is there"),
        (("report", "TABLES", "--link", "javascript:alert(1)"), 2, "begins with https://"),
    ],
)
def test_what_cannot_be_answered(
    arguments: tuple[str, ...],
    status: int,
    message: str,
    tables: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = {"TABLES": str(tables), "NOWHERE": str(tmp_path)}
    assert guarded(["fleet", *(names.get(each, each) for each in arguments)]) == status
    assert message in capsys.readouterr().err


def test_without_duckdb(
    tables: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    assert guarded(["fleet", "stuck", str(tables)]) == 2
    assert 'Questions need the extra `fleet`: pip install "podplan[fleet]".' in capsys.readouterr().err


def test_report(tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "fleet.html"
    assert (
        guarded(
            ["fleet", "report", str(tables), "--out", str(file), "--link", "https://git.example.com/{path}"]
        )
        == 0
    )
    assert capsys.readouterr().out == ""
    found = file.read_text("utf-8")
    assert "<title>podplan fleet: run second</title>" in found
    assert '"link":"https://git.example.com/{path}"' in found
