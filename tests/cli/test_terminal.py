"""Completion, the cache command, statistics, quiet, progress."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

BAD = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {clusterIP: None, typo: 1}\n"
STATEFUL = """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "db:1"}]}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    (tmp_path / "a.yaml").write_text(BAD)
    (tmp_path / "db.yaml").write_text(STATEFUL)
    return tmp_path


def podplan(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "linter", *arguments]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_for_a_shell(shell: str) -> None:
    done = podplan("completion", shell)
    assert done.returncode == 0
    assert "_PODPLAN_COMPLETE" in done.stdout


@pytest.mark.parametrize(
    ("words", "suggestion"),
    [
        ("podplan li", "lint"),
        ("podplan lint --sel", "--select"),
        ("podplan lint --select selector-m", "selector-mismatch"),
        ("podplan lint --ignore api,wir", "api,wiring"),
        ("podplan lint --severity selector-mismatch=w", "selector-mismatch=warning"),
        ("podplan explain duplicate-k", "duplicate-key"),
        ("podplan ren", "render"),
        ("podplan render --s", "--source"),
        ("podplan plan res", "restart"),
        ("podplan plan restart db.yaml --workload stat", "StatefulSet/db"),
    ],
)
def test_what_is_completed(words: str, suggestion: str) -> None:
    count = len(words.split()) - 1
    done = podplan(_PODPLAN_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=str(count))
    assert suggestion in [line.partition(",")[2] for line in done.stdout.splitlines()], (
        done.stdout + done.stderr
    )


def test_the_cache_is_shown_and_cleared(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    assert podplan("cache", "path", PODPLAN_CACHE_DIR=str(cache)).stdout == f"{cache}\n"
    podplan("lint", "a.yaml", PODPLAN_CACHE_DIR=str(cache))
    assert (cache / "cache.sqlite3").exists()
    done = podplan("cache", "clear", PODPLAN_CACHE_DIR=str(cache))
    assert (done.returncode, "removed" in done.stderr) == (0, True)
    assert list(cache.iterdir()) == []
    podplan("lint", "a.yaml", "--no-cache", PODPLAN_CACHE_DIR=str(cache))
    assert list(cache.iterdir()) == []


def test_statistics() -> None:
    out = podplan("lint", "a.yaml", "--statistics").stdout
    assert "       1           0  unknown-field" in out
    assert "time in rules:" in out
    assert " ms  what the API server says of " in out


def test_quiet_says_findings_alone() -> None:
    out = podplan("lint", "a.yaml", "--quiet").stdout
    assert "unknown-field" in out
    assert "1 error" not in out
    done = podplan("lint", "gone/", "--quiet")
    assert done.returncode == 3


def test_manifests_only_leaves_other_yaml_alone(folder: Path) -> None:
    (folder / "compose.yaml").write_text("services: {}\n")
    assert podplan("lint", "compose.yaml").returncode == 1
    done = podplan("lint", "compose.yaml", "db.yaml", "--manifests-only", "--select", "api")
    assert (done.returncode, done.stdout) == (
        0,
        "nothing found: 1 resource in 1 file checked (1 file skipped)\n",
    )


def test_folders_of_tests_are_left_out_and_listed(folder: Path) -> None:
    (folder / "testdata").mkdir()
    (folder / "testdata/bad.yaml").write_text(BAD)
    (folder / "a.yaml").unlink()
    options = ("--select", "api", "--verbose")
    done = podplan("lint", *options)
    assert (done.returncode, done.stdout.splitlines()) == (
        0,
        [
            "testdata/: skipped: fixtures of tests, left out by default (name the folder, or --include it)",
            "nothing found: 1 resource in 1 file checked (1 folder skipped)",
        ],
    )
    assert podplan("lint", "testdata", *options).returncode == 1
    assert podplan("lint", "--include", "testdata/", *options).returncode == 1
    assert podplan("lint", "--include", "testdata/", "--exclude", "bad.yaml", *options).returncode == 0
    (folder / "podplan.yaml").write_text("default-excludes: false\n")
    assert podplan("lint", *options).returncode == 1
    (folder / "podplan.yaml").write_text("default-excludes: 'no'\n")
    assert podplan("lint").stderr == (
        "podplan: podplan.yaml:1:1: `default-excludes` must be true or false.\n"
    )


def test_a_long_run_shows_its_progress_on_a_terminal(folder: Path) -> None:
    (folder / "many").mkdir()
    for number in range(30):
        (folder / f"many/{number}.yaml").write_text(BAD)
    terminal, other = pty.openpty()
    code = (
        "import linter.cli.lint.progress as p; p._AFTER_SECONDS = 0; import sys; sys.argv = ['podplan', 'lint', 'many', '--no-cache'];"
        "from linter.cli.main import main; main()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.DEVNULL, stderr=other, stdin=subprocess.DEVNULL
    ) as process:
        process.wait()
    shown = os.read(terminal, 10_000).decode()
    os.close(terminal)
    os.close(other)
    assert "of 30 files" in shown
    assert shown.endswith("\r\x1b[K")
