"""The baseline: known findings are silent, new ones are not, and what is fixed is reported."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from linter.cli.main import guarded
from linter.engine.report.baseline import BaselineError, Entry, read

BAD = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  clusterIP: None\n  typo: 1\n"
GOOD = BAD.replace("  typo: 1\n", "")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    write("k8s/a.yaml", BAD)
    write("k8s/b.yaml", BAD.replace("web", "db"))
    return tmp_path


def write(name: str, text: str) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text)


def lint(*arguments: str) -> int:
    return guarded(["lint", "--select", "api", *arguments])


def report(
    capsys: pytest.CaptureFixture[str], *arguments: str
) -> tuple[list[str], list[tuple[str, str]], str]:
    """Return the files with findings, the suppressed ones with what suppressed them, and standard error."""
    capsys.readouterr()
    lint("--format", "json", *arguments)
    captured = capsys.readouterr()
    value = json.loads(captured.out)
    return (
        [finding["file"] for finding in value["findings"]],
        [(finding["file"], finding["suppressed_by"]) for finding in value["suppressed"]],
        captured.err,
    )


def test_what_is_in_the_baseline_is_not_reported(capsys: pytest.CaptureFixture[str]) -> None:
    assert lint("k8s") == 1
    assert lint("k8s", "--write-baseline", "known.json") == 0
    assert "wrote 2 findings to known.json" in capsys.readouterr().err
    assert lint("k8s", "--baseline", "known.json") == 0
    found, suppressed, errors = report(capsys, "k8s", "--baseline", "known.json")
    assert found == []
    assert suppressed == [("k8s/a.yaml", "baseline"), ("k8s/b.yaml", "baseline")]
    assert errors == ""


def test_it_holds_one_entry_a_line_sorted() -> None:
    lint("k8s", "--write-baseline", "known.json")
    lines = Path("known.json").read_text().splitlines()
    assert [json.loads(line.rstrip(","))["file"] for line in lines[1:-1]] == ["k8s/a.yaml", "k8s/b.yaml"]
    entries = list(read(Path("known.json").read_text()).values())
    assert entries[0]._replace(fingerprint="") == Entry(
        "", "unknown-field", "k8s/a.yaml", "Service default/web", "spec.typo"
    )


def test_new_findings_are_reported(capsys: pytest.CaptureFixture[str]) -> None:
    lint("k8s", "--write-baseline", "known.json")
    write("k8s/a.yaml", BAD + "  other: 1\n")
    assert lint("k8s", "--baseline", "known.json") == 1
    assert report(capsys, "k8s", "--baseline", "known.json")[0] == ["k8s/a.yaml"]


@pytest.mark.parametrize(
    "moved",
    [
        "# a comment\n\n" + BAD,
        GOOD.replace("web", "first") + "---\n" + BAD,
        BAD.replace("  clusterIP: None\n  typo: 1\n", "  typo: 1\n  clusterIP: None\n"),
        BAD.replace("typo: 1", "typo: [1, 2]"),
    ],
)
def test_moved_lines_are_still_known(moved: str) -> None:
    lint("k8s", "--write-baseline", "known.json")
    write("k8s/a.yaml", moved)
    assert lint("k8s", "--baseline", "known.json") == 0


def test_another_way_to_name_the_files_is_the_same(folder: Path) -> None:
    lint("k8s", "--write-baseline", "known.json")
    for path in (".", "./k8s", str(folder / "k8s"), "k8s/*.yaml"):
        assert lint(path, "--baseline", "known.json") == 0
    # With a configuration names are relative to it, wherever the run is started.
    write("podplan.yaml", "baseline: known.json\n")
    os.chdir("k8s")
    assert lint(".") == 0
    assert lint("a.yaml") == 0


def test_mended_findings_are_told_so_that_the_baseline_shrinks(capsys: pytest.CaptureFixture[str]) -> None:
    lint("k8s", "--write-baseline", "known.json")
    write("k8s/a.yaml", GOOD)
    told = "1 of 2 entries of the baseline are no longer found; write it anew with --write-baseline"
    assert told in report(capsys, "k8s", "--baseline", "known.json")[2]
    lint("k8s", "--baseline", "known.json", "--write-baseline", "known.json")
    assert len(read(Path("known.json").read_text())) == 1
    assert report(capsys, "k8s", "--baseline", "known.json")[2] == ""


def test_what_a_run_does_not_look_at_is_not_mended(capsys: pytest.CaptureFixture[str]) -> None:
    lint("k8s", "--write-baseline", "known.json")
    assert report(capsys, "k8s/b.yaml", "--baseline", "known.json")[2] == ""
    assert report(capsys, "k8s", "--baseline", "known.json", "--ignore", "unknown-field")[2] == ""


@pytest.mark.parametrize("how", ["file", "rule"])
def test_entries_of_what_is_gone_are_told(how: str, capsys: pytest.CaptureFixture[str]) -> None:
    lint("k8s", "--write-baseline", "known.json")
    if how == "file":
        Path("k8s/a.yaml").unlink()
    else:
        entries = Path("known.json").read_text().replace("unknown-field", "no-such-rule", 1)
        Path("known.json").write_text(entries.replace(next(iter(read(entries))), "0" * 32))
    assert "1 of 2 entries" in report(capsys, "k8s/b.yaml", "--baseline", "known.json")[2]


def test_a_finding_with_a_comment_counts_as_found(capsys: pytest.CaptureFixture[str]) -> None:
    lint("k8s", "--write-baseline", "known.json")
    write("k8s/a.yaml", BAD.replace("typo: 1", "typo: 1  # podplan: ignore[unknown-field]"))
    _, suppressed, errors = report(capsys, "k8s", "--baseline", "known.json")
    assert suppressed == [("k8s/a.yaml", "comment"), ("k8s/b.yaml", "baseline")]
    assert errors == ""


def test_equal_findings_are_counted() -> None:
    write("k8s/b.yaml", BAD)  # the same resource again, in another file: its own entry
    write("k8s/a.yaml", BAD + "---\n" + BAD)
    lint("k8s", "--write-baseline", "known.json")
    assert len(read(Path("known.json").read_text())) == 3
    write("k8s/a.yaml", BAD + "---\n" + BAD + "---\n" + BAD)
    assert lint("k8s", "--baseline", "known.json") == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not JSON"),
        ("[]", "is not a baseline; write one with --write-baseline"),
        ('{"version": 2, "findings": []}', "has version 2; this podplan reads version 1"),
        ('{"version": 1, "findings": [{}]}', "has a malformed entry"),
        ('{"version": 1, "findings": [3]}', "has a malformed entry"),
    ],
)
def test_a_file_that_is_not_a_baseline(text: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(BaselineError, match=message):
        read(text)
    write("known.json", text)
    assert lint("k8s", "--baseline", "known.json") == 2
    assert message in capsys.readouterr().err


def test_an_empty_baseline_is_one() -> None:
    write("k8s/a.yaml", GOOD)
    assert lint("k8s/a.yaml", "--write-baseline", "known.json") == 0
    assert read(Path("known.json").read_text()) == {}
