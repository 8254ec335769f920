"""Kustomize and Helm, by stand-ins on PATH that show how they were called."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from linter.loading.git import find_revision
from linter.loading.render import Chart, Kustomization, RenderError, render

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is PATH, besides what git needs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return folder


def install(programs: Path, name: str, script: str) -> None:
    program = programs / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


@pytest.mark.parametrize(("name", "verb"), [("kustomize", "build"), ("kubectl", "kustomize")])
def test_kustomize(programs: Path, name: str, verb: str) -> None:
    install(programs, name, 'echo "args: $*"')
    source = render(Kustomization("overlay"))
    assert source.name == "kustomize:overlay"
    assert source.text == f"args: {verb} {programs.parent}/work/overlay\n"


def test_helm(programs: Path) -> None:
    install(programs, "helm", 'echo "args: $*"')
    source = render(Chart("-chart", ("v.yaml",)))
    work = programs.parent / "work"
    assert source.text == f"args: template release {work}/-chart --values {work}/v.yaml\n"


def test_what_is_missing_or_fails_is_said(programs: Path) -> None:
    with pytest.raises(RenderError, match="not on PATH"):
        render(Chart("chart"))
    install(programs, "kustomize", "echo 'Error: no such folder' >&2; exit 1")
    with pytest.raises(RenderError, match="no such folder"):
        render(Kustomization("gone"))


def test_an_earlier_revision(programs: Path) -> None:
    install(programs, "kustomize", 'cat "$2/a.yaml"')
    work = programs.parent / "work"
    (work / "overlay").mkdir()
    (work / "overlay/a.yaml").write_text("old: 1\n")
    for command in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "one"],
    ):
        subprocess.run(["git", *command], check=True, capture_output=True)
    (work / "overlay/a.yaml").write_text("new: 1\n")
    revision = find_revision("HEAD")
    assert render(Kustomization("overlay"), at=revision).text == "old: 1\n"
    assert render(Kustomization("overlay")).text == "new: 1\n"
    with pytest.raises(RenderError, match="outside the repository"):
        render(Kustomization("/"), at=revision)
