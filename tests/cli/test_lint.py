"""`podplan lint`, `rules` and `explain` as a user calls them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from .calling import call

if TYPE_CHECKING:
    from pathlib import Path

GOOD = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {clusterIP: None}\n"
BAD = GOOD.replace("clusterIP: None", "clusterIP: None, typo: 1")
WARNING = GOOD.replace("clusterIP: None", "type: ExternalName, externalName: a.b, externalIPs: [1.2.3.4]")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for variable in ("GITHUB_ACTIONS", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(variable, raising=False)
    return tmp_path


def podplan(*arguments: str, stdin: str | bytes = "", **environment: str) -> subprocess.CompletedProcess[str]:
    data = stdin.encode() if isinstance(stdin, str) else stdin
    if not environment:
        return call(*arguments, stdin=data)
    done = subprocess.run(
        [sys.executable, "-m", "linter", *arguments],
        input=data,
        capture_output=True,
        env={**os.environ, **environment},
        check=False,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.mark.parametrize(
    ("text", "arguments", "status"),
    [
        (GOOD, (), 0),
        (BAD, (), 1),
        (BAD, ("--fail-on", "never"), 0),
        (BAD, ("--ignore", "unknown-field"), 0),
        (BAD, ("--ignore", "api"), 0),
        (BAD, ("--select", "wiring"), 0),
        (BAD, ("--severity", "unknown-field=warning"), 0),
        (BAD, ("--severity", "unknown-field=warning", "--fail-on", "warning"), 1),
        (WARNING, (), 0),
        (WARNING, ("--fail-on", "warning"), 1),
        (BAD, ("--select", "unknwon-field"), 2),
        (BAD, ("--severity", "unknown-field=high"), 2),
        (BAD, ("--kubernetes-version", "1.12"), 2),
        (BAD, ("--format", "yaml"), 2),
        (BAD, ("--nodes", "gone.yaml"), 3),
        (BAD, ("--nodes", "a.yaml"), 2),
        (BAD, ("--since", "HEAD"), 2),
        ("", (), 1),
        ("# nothing", ("--select", "wiring"), 0),
        ("# nothing", ("--select", "wiring", "--fail-on-empty"), 1),
    ],
)
def test_exit_status(folder: Path, text: str, arguments: tuple[str, ...], status: int) -> None:
    (folder / "a.yaml").write_text(text)
    done = podplan("lint", "a.yaml", *arguments)
    assert done.returncode == status, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    if status >= 2:
        assert done.stderr


def test_an_unreadable_path_does_not_hide_the_others(folder: Path) -> None:
    (folder / "a.yaml").write_text(BAD)
    done = podplan("lint", "gone.yaml", "a.yaml")
    assert done.returncode == 3
    assert "unknown-field" in done.stdout
    assert "gone.yaml: does not exist" in done.stderr


def test_nothing_to_check_is_said(folder: Path) -> None:
    (folder / "values.yaml").write_text("a: 1\n")
    done = podplan("lint")
    assert (done.returncode, "nothing to check" in done.stderr) == (0, True)


def test_standard_input_and_json_contract() -> None:
    done = podplan("lint", "-", "--format", "json", stdin=BAD)
    report = json.loads(done.stdout)
    assert report["tool"]["name"] == "podplan"
    assert report["kubernetes"] == "1.37"
    assert report["summary"] == {
        "files": 1,
        "resources": 1,
        "skipped": 0,
        "errors": 1,
        "warnings": 0,
        "infos": 0,
    }
    (finding,) = report["findings"]
    assert {
        key: finding[key]
        for key in ("rule", "group", "severity", "file", "line", "column", "end_line", "end_column")
    } == {
        "rule": "unknown-field",
        "group": "api",
        "severity": "error",
        "file": "-",
        "line": 4,
        "column": 25,
        "end_line": 4,
        "end_column": 29,
    }
    assert finding["resource"] == {
        "apiVersion": "v1",
        "kind": "Service",
        "namespace": "default",
        "name": "web",
    }
    assert (finding["field"], finding["reason"], finding["fixable"]) == ("spec.typo", "UnknownField", False)
    assert finding["fingerprint"]
    assert finding["docs"].endswith("unknown-field.md")


def test_text_shows_the_line() -> None:
    lines = podplan("lint", "-", stdin=BAD).stdout.splitlines()
    assert lines[0].startswith("-:4:25: error: ")
    assert lines[0].endswith("[unknown-field]")
    assert lines[1:4] == [
        " 4 | spec: {clusterIP: None, typo: 1}",
        "   |                         ^^^^",
        "     = Service default/web, spec.typo",
    ]
    assert lines[-1] == "1 error in 1 resource in 1 file"


def test_a_report_into_a_file(folder: Path) -> None:
    done = podplan("lint", "-", "--format", "json=out/report.json", "--format", "text", stdin=BAD)
    assert "unknown-field" in done.stdout
    assert json.loads((folder / "out/report.json").read_text())["summary"]["errors"] == 1
    assert list((folder / "out").iterdir()) == [folder / "out/report.json"]


@pytest.mark.parametrize("target", ["/dev/full", "/proc/none/report.json"])
def test_a_report_that_cannot_be_written(target: str) -> None:
    done = podplan("lint", "-", "--format", f"json={target}", "--format", "text", stdin=BAD)
    assert done.returncode == 3
    assert "Traceback" not in done.stderr


def test_color(folder: Path) -> None:
    (folder / "a.yaml").write_text(BAD)
    assert "\x1b[" not in podplan("lint", "a.yaml").stdout
    assert "\x1b[" in podplan("lint", "a.yaml", "--color", "always").stdout


def test_hostile_text_does_not_reach_the_terminal() -> None:
    evil = 'apiVersion: v1\nkind: Service\nmetadata: {name: "\\e]0;x\\a"}\nspec: {"\\e[31m": 1, clusterIP: None}\n'
    done = podplan("lint", "-", stdin=evil)
    assert "\x1b" not in done.stdout
    assert "\x07" not in done.stdout


def test_a_closed_pipe_is_fine(folder: Path) -> None:
    (folder / "a.yaml").write_text("\n---\n".join([BAD] * 2000))
    command = f"{sys.executable} -m linter lint a.yaml | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("a.yaml:")
    assert done.stderr == ""


def test_output_that_cannot_show_unicode() -> None:
    done = podplan(
        "lint", "-", stdin=BAD.replace("typo", "tüpo"), PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C"
    )
    assert done.returncode == 1
    assert "\\xfc" in done.stdout


def test_only_what_is_new(folder: Path) -> None:
    def git(*arguments: str) -> None:
        command = ["git", "-c", "user.name=t", "-c", "user.email=t@t", *arguments]
        subprocess.run(command, check=True, capture_output=True)

    (folder / "a.yaml").write_text(BAD)
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "one")
    (folder / "a.yaml").write_text("# moved\n\n" + BAD)
    assert podplan("lint", "--since", "HEAD").returncode == 0
    git("mv", "a.yaml", "b.yaml")
    assert podplan("lint", "--since", "HEAD").returncode == 0
    (folder / "c.yaml").write_text(BAD.replace("web", "new"))
    done = podplan("lint", "--since", "HEAD", "--format", "json")
    assert [each["file"] for each in json.loads(done.stdout)["findings"]] == ["c.yaml"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--version",), "podplan, version"),
        (("--version", "--verbose"), "YAML is read by"),
        (("--help",), "Commands"),
        (("lint", "--help"), "Examples:"),
        (("rules",), "selector-mismatch"),
        (("rules", "--group", "wiring"), "service-selects-nothing"),
        (("explain", "selector-mismatch"), "Bad:"),
    ],
)
def test_help(arguments: tuple[str, ...], words: str) -> None:
    done = podplan(*arguments)
    assert done.returncode == 0
    assert words in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("lnt",), "`lint`"),
        (("explain", "selector-mismach"), "`selector-mismatch`"),
        (("lint", "--formt", "x"), "--format"),
    ],
)
def test_near_misses(arguments: tuple[str, ...], words: str) -> None:
    done = podplan(*arguments)
    assert done.returncode == 2
    assert words in done.stderr


def test_rules_as_json() -> None:
    rules: list[dict[str, Any]] = json.loads(podplan("rules", "--format", "json").stdout)
    by_id = {rule["id"]: rule for rule in rules}
    assert by_id["selector-mismatch"]["group"] == "api"
    assert all(rule["summary"] for rule in rules)
