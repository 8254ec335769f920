"""Manifests of a git revision."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from linter.loading.discovery import Skipped
from linter.loading.git import GitError, find_revision, read_revision, renamed

if TYPE_CHECKING:
    from pathlib import Path


def git(*arguments: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@t", *arguments], check=True, capture_output=True
    )


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    git("init", "-q", "-b", "main")
    for name in ("a.yaml", "k8s/b.yml", "k8s/.hidden/c.yaml", "k8s/d.txt", "über.yaml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"name: {name}\n")
    (tmp_path / "link.yaml").symlink_to("a.yaml")
    git("add", "-A")
    git("commit", "-qm", "one")
    return tmp_path


def names(revision: str, *paths: str) -> list[str]:
    return [each.name for each in read_revision(find_revision(revision), paths or (".",))]


def test_files_at_a_revision(repository: Path) -> None:
    (repository / "a.yaml").write_text("name: changed\n")
    (repository / "new.yaml").write_text("name: new\n")
    assert names("HEAD") == ["a.yaml", "k8s/b.yml", "über.yaml"]
    (source,) = read_revision(find_revision("HEAD"), ["a.yaml"])
    assert not isinstance(source, Skipped)
    assert source.text == "name: a.yaml\n"


def test_paths_are_relative_to_the_current_folder(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository / "k8s")
    assert names("HEAD") == ["b.yml"]
    assert names("HEAD", "../a.yaml", "/", "gone.yaml", "d.txt") == ["../a.yaml", "d.txt"]


def test_renames(repository: Path) -> None:
    (repository / "moved").mkdir()
    git("mv", "a.yaml", "moved/z.yaml")
    assert renamed(find_revision("HEAD")) == {"moved/z.yaml": "a.yaml"}


@pytest.mark.parametrize("name", ["nope", "--output=x", "-h", "", "HEAD:a.yaml", "a b"])
def test_revisions_that_do_not_exist(repository: Path, name: str) -> None:
    with pytest.raises(GitError, match="no revision"):
        find_revision(name)


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(GitError, match="not a git repository"):
        find_revision("HEAD")


def test_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitError, match="not found"):
        find_revision("HEAD")


def test_nothing_of_the_repository_is_run(repository: Path) -> None:
    marker = repository / "ran"
    hook = repository / ".git/hooks/post-checkout"
    hook.write_text(f"#!/bin/sh\ntouch {marker}\n")
    hook.chmod(0o755)
    git("config", "core.fsmonitor", f"touch {marker}")
    git("config", "diff.external", f"touch {marker}")
    git("config", "filter.x.smudge", f"touch {marker}")
    (repository / ".gitattributes").write_text("*.yaml filter=x diff=x\n")
    names("HEAD")
    renamed(find_revision("HEAD"))
    assert not marker.exists()
