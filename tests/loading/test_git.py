"""Manifests of a git revision."""

from __future__ import annotations

import subprocess
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from linter.loading.default_excludes import Search
from linter.loading.discovery import Skipped
from linter.loading.git import find_revision, read_revision, renamed, unpack
from linter.loading.git_objects import GitError, Objects, list_tree, sizes
from linter.loading.limits import DEFAULT
from linter.loading.source import Source

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


def test_folders_that_are_left_out_by_default(repository: Path) -> None:
    for name in (
        "test/x.yaml",
        "k8s/overlays/test/x.yaml",
        "k8s/vendor/x.yaml",
        "k8s/qa/x.yaml",
        "k8s/test/x.yaml",
    ):
        path = repository / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"name: {name}\n")
    git("add", "-A")
    git("commit", "-qm", "two")
    stages = ["k8s/overlays/test/x.yaml", "k8s/qa/x.yaml", "k8s/test/x.yaml"]
    assert names("HEAD") == ["a.yaml", "k8s/b.yml", *stages, "über.yaml"]
    assert names("HEAD", "test") == ["test/x.yaml"]
    every = Search(default_excludes=False)
    included = Search(include=("/test",), root=repository)
    found = [
        {each.name for each in read_revision(find_revision("HEAD"), ["."], search=search)}
        for search in (every, included)
    ]
    assert found[0] - found[1] == {"k8s/vendor/x.yaml"}
    assert found[1] - set(names("HEAD")) == {"test/x.yaml"}


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


def test_renames_that_are_staged(repository: Path) -> None:
    git("mv", "a.yaml", "z.yaml")
    (repository / "z.yaml").write_text("something else entirely\n")
    assert renamed(find_revision("HEAD")) == {"z.yaml": "a.yaml"}


def test_unpacked_are_the_files_as_they_are_stored(
    repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (repository / "run.sh").write_bytes(b"#!/bin/sh\r\n")
    (repository / "run.sh").chmod(0o755)
    (repository / "k8s" / "up.yaml").symlink_to("../über.yaml")
    (repository / "out.yaml").symlink_to("../outside.yaml")
    (repository / "passwd").symlink_to("/etc/passwd")
    (repository / ".gitattributes").write_text("*.sh text eol=lf\n*.yml export-ignore\n* export-subst\n")
    (repository / "subst.yaml").write_text("$Format:%H$\n")
    git("-c", "core.autocrlf=false", "add", "-A")
    git("commit", "-qm", "two")
    folder = tmp_path_factory.mktemp("unpacked")
    unpack(find_revision("HEAD"), folder)
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()) == [
        ".gitattributes", "a.yaml", "k8s/.hidden/c.yaml", "k8s/b.yml", "k8s/d.txt", "k8s/up.yaml", "link.yaml", "run.sh",
        "subst.yaml", "über.yaml",
    ]  # fmt: skip
    assert (folder / "link.yaml").read_text() == "name: a.yaml\n"
    assert (folder / "k8s/up.yaml").read_text() == "name: über.yaml\n"
    assert (folder / "subst.yaml").read_text() == "$Format:%H$\n"
    assert (folder / "run.sh").stat().st_mode & 0o777 == 0o755
    assert (folder / "a.yaml").stat().st_mode & 0o111 == 0


def test_links_that_lead_out_through_others_are_not_unpacked(
    repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    # Alone, each but the last leads to something inside.
    (repository / "a").mkdir()
    (repository / "a" / "here").symlink_to("..")
    (repository / "a" / "up").symlink_to("here/..")
    (repository / "first").symlink_to("a/here/../outside")
    git("add", "-A")
    git("commit", "-qm", "two")
    folder = tmp_path_factory.mktemp("unpacked") / "inner"
    folder.mkdir()
    (folder.parent / "outside").write_text("secret")
    unpack(find_revision("HEAD"), folder)
    assert (folder / "a" / "here").is_symlink()
    assert not (folder / "a" / "up").is_symlink()
    assert not (folder / "first").is_symlink()


@pytest.mark.parametrize("name", ["..", ".git", ".GIT", "."])
def test_names_that_no_checkout_may_have_are_not_unpacked(
    name: str, repository: Path, tmp_path: Path
) -> None:
    blob = (
        subprocess.run(["git", "hash-object", "-w", "a.yaml"], check=True, capture_output=True)
        .stdout.decode()
        .strip()
    )
    entry = f"100644 {name}\0".encode() + bytes.fromhex(blob)
    tree = subprocess.run(
        ["git", "hash-object", "-t", "tree", "-w", "--literally", "--stdin"], input=entry, check=True, capture_output=True
    ).stdout.decode().strip()  # fmt: skip
    commit = subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@t", "commit-tree", "-m", "x", tree], check=True, capture_output=True
    ).stdout.decode().strip()  # fmt: skip
    with pytest.raises(GitError, match="no checkout may have"):
        unpack(find_revision(commit), tmp_path / "unpacked")
    assert not (tmp_path / "unpacked").exists()


def test_large_files_are_not_read(repository: Path) -> None:
    (repository / "bomb.yaml").write_bytes(b"a" * 50_000_000)
    git("add", "-A")
    git("commit", "-qm", "two")
    revision = find_revision("HEAD")
    tracemalloc.start()
    try:
        found = {
            each.name: each
            for each in read_revision(revision, ["."], limits=DEFAULT._replace(file_bytes=1000))
        }
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5_000_000
    bomb = found["bomb.yaml"]
    assert isinstance(bomb, Source)
    assert (bomb.text, [each.rule for each in bomb.problems]) == ("", ["yaml-limits"])
    small = found["a.yaml"]
    assert isinstance(small, Source)
    assert small.text == "name: a.yaml\n"


def test_objects_are_read_one_by_one_and_many_at_once(repository: Path) -> None:
    for number in range(450):
        (repository / f"{number}.txt").write_bytes(b"%d\n" % number * (number % 7))
    (repository / "large").write_bytes(bytes(range(256)) * 10_000)
    git("add", "-A")
    git("commit", "-qm", "two")
    entries = [entry for entry in list_tree(repository, "HEAD") if entry.is_file]
    expected = [(repository / entry.path).read_bytes() for entry in entries]
    ids = [entry.object_id for entry in entries]
    assert sizes(repository, ids) == [len(data) for data in expected]
    with Objects(repository) as objects:
        assert list(objects.read_all(ids)) == expected
        assert objects.read(ids[-1]) == expected[-1]
        for number, entry in enumerate(entries):
            if entry.path in {"large", "0.txt", "1.txt"}:
                objects.write(entry.object_id, repository / f"copy-{number}")
                assert (repository / f"copy-{number}").read_bytes() == expected[number]
        with pytest.raises(GitError, match="partial clone"):
            objects.read("0" * 40)
        assert objects.read(ids[0]) == expected[0]


def test_what_is_listed_below_a_path(repository: Path) -> None:
    assert [entry.path for entry in list_tree(repository, "HEAD", "k8s")] == [
        "k8s/.hidden/c.yaml",
        "k8s/b.yml",
        "k8s/d.txt",
    ]
    assert [entry.path for entry in list_tree(repository, "HEAD") if entry.is_link] == ["link.yaml"]
    assert list(list_tree(repository, "HEAD", "gone")) == []


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
