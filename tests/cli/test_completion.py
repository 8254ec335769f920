"""What shells are told when Tab is pressed, by the protocol of click and, for bash, in the shell itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.shell_completion import ShellComplete

from linter.cli.app import app

from .calling import call

if TYPE_CHECKING:
    from pathlib import Path

MANIFESTS = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      initContainers: [{name: migrate, image: "registry.example.org:5000/migrate:1"}]
      containers: [{name: app, image: "app:1.4"}, {name: "$(touch x)", image: evil}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec: {replicas: 3, ordinals: {start: 1}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
---
kind: Deployment
spec: [not, an, object]
"""
NODES = """\
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Node, metadata: {name: worker-1}}
- {apiVersion: v1, kind: Node, metadata: {name: worker-2}}
- {apiVersion: v1, kind: Pod, metadata: {name: web-5d4f-x2x}}
"""
FILES = ["<file>"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "web.yaml").write_text(MANIFESTS)
    (tmp_path / "nodes.yaml").write_text(NODES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def offered_at(line: str) -> list[str]:
    """Return what is offered at the end of a line; `<file>` for the shell's own names of files."""
    words, _, incomplete = line.rpartition(" ")
    asked = ShellComplete(app, {}, "podplan", "_PODPLAN_COMPLETE").get_completions(
        words.split()[1:], incomplete
    )
    return ["<file>" if item.type == "file" else item.value for item in asked]


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("podplan lint --format s", ["sarif"]),
        (
            "podplan lint --format ",
            ["text", "json", "sarif", "github", "gitlab", "junit", "markdown", "html"],
        ),
        ("podplan lint --format sarif=", FILES),
        ("podplan plan create web.yaml --format ", ["text", "json", "markdown", "html", "svg"]),
        ("podplan lint --kubernetes-version 1.3", [f"1.{minor}" for minor in range(37, 29, -1)]),
        ("podplan lint --select unset-mem", ["unset-memory-requirements"]),
        ("podplan lint --severity wrong-type=w", ["wrong-type=warning"]),
        ("podplan lint ", FILES),
        ("podplan explain selector-mis", ["selector-mismatch"]),
        ("podplan plan create web.yaml --workload ", ["Deployment/web", "StatefulSet/db"]),
        ("podplan plan create web.yaml --workload=stat", ["StatefulSet/db"]),
        ("podplan plan restart --state web.yaml --workload d", ["Deployment/web"]),
        ("podplan plan restart --workload D", ["Deployment/web"]),
        ("podplan plan set-image web.yaml ", [*FILES, "app=", "migrate="]),
        ("podplan plan set-image web.yaml app=", [*FILES, "app=app:1.4"]),
        ("podplan plan set-image web.yaml app=app:1.5 mi", [*FILES, "migrate="]),
        ("podplan plan set-image nodes.yaml ", FILES),
        ("podplan plan set-image missing.yaml ", FILES),
        ("podplan plan delete-pod web.yaml ", ["db-1", "db-2", "db-3"]),
        ("podplan plan delete-pod --state nodes.yaml web.yaml w", ["web-5d4f-x2x", "worker-1", "worker-2"]),
        ("podplan plan drain --nodes nodes.yaml ", [*FILES, "worker-1", "worker-2"]),
        (
            "podplan plan create web.yaml --feature-gate ",
            ["MaxUnavailableStatefulSet=true", "MaxUnavailableStatefulSet=false"],
        ),
        ("podplan completion ", ["bash", "zsh", "fish"]),
    ],
)
def test_what_is_offered(
    line: str, offered: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert offered_at(line) == offered


def test_git_revisions(folder: Path) -> None:
    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=Test", "-c", "user.email=test@example.invalid"]
        subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)

    assert offered_at("podplan lint --since ") == ["HEAD"]  # no repository
    git("init", "--initial-branch", "main")
    git("commit", "--allow-empty", "--message", "start")
    for arguments in (["branch", "release/1.0"], ["tag", "v1.0"], ["branch", "a;touch${IFS}x"]):
        git(*arguments)
    git("update-ref", "refs/remotes/origin/main", "HEAD")
    offered = offered_at("podplan plan update --since ")
    assert offered[0] == "HEAD"
    assert sorted(offered) == ["HEAD", "main", "origin/main", "release/1.0", "v1.0"]
    assert offered_at("podplan lint --since o") == ["origin/main"]


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here")
def test_bash_replaces_what_stands_behind_an_equals_sign(folder: Path) -> None:
    """readline ends a word at = and :, and replaces the last piece alone."""
    command = folder / "podplan"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m linter "$@"\n')
    command.chmod(0o755)
    cases = {
        ("podplan", "lint", "--severity", "wrong-type", "=", "w"): ["warning"],
        ("podplan", "plan", "set-image", "web.yaml", "m"): ["migrate="],
        ("podplan", "plan", "set-image", "web.yaml", "migrate", "="): ["registry.example.org:5000/migrate:1"],
        ("podplan", "plan", "set-image", "web.yaml", "migrate", "=", "registry.example.org", ":", "50"): [
            "5000/migrate:1"
        ],
    }
    script = ['eval "$(podplan completion bash)"', "compopt() { :; }"]
    for words in cases:
        line = " ".join(words).replace(" = ", "=").replace(" =", "=").replace(" : ", ":")
        listed = " ".join(f"'{word}'" for word in words)
        script += [
            f"COMP_WORDS=({listed}); COMP_CWORD={len(words) - 1}; COMP_LINE='{line}'; COMP_POINT=${{#COMP_LINE}}",
            '_podplan_completion podplan; printf "%s " "${COMPREPLY[@]}"; echo',
        ]
    environment = {
        **os.environ,
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    done = subprocess.run(
        ["bash", "--norc", "-c", "\n".join(script)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert [line.split() for line in done.stdout.splitlines()] == list(cases.values()), done.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_one_that_the_shell_can_read(shell: str, tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_text(call("completion", shell).stdout)
    assert "_PODPLAN_COMPLETE" in script.read_text()
    program = shutil.which(shell)
    if program is not None:  # fish and zsh are rarely installed where tests run
        subprocess.run([program, "-n", script], check=True)
