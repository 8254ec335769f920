"""Files are written as a whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from linter.loading.writing import replace_file, write_whole


def test_new_files_and_folders(tmp_path: Path) -> None:
    write_whole(tmp_path / "a/b.txt", "x\r\ny\n")
    assert (tmp_path / "a/b.txt").read_bytes() == b"x\r\ny\n"
    assert [each.name for each in (tmp_path / "a").iterdir()] == ["b.txt"]


def test_mode_and_links_stay(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("old")
    file.chmod(0o640)
    link = tmp_path / "link"
    link.symlink_to(file)
    write_whole(link, "new")
    assert link.is_symlink()
    assert file.read_text() == "new"
    assert file.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("name", ["out", "folder/out", "new", "config"])
def test_nothing_is_written_through_a_link_that_leads_out_of_the_repository(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "repository"
    (root / ".git").mkdir(parents=True)
    (root / ".git/config").write_text("old")
    (tmp_path / "out").write_text("old")
    (root / "out").symlink_to(tmp_path / "out")
    (root / "folder").symlink_to(tmp_path)
    (root / "new").symlink_to(tmp_path / "missing")
    (root / "config").symlink_to(".git/config")
    for path in (root / name, os.path.relpath(root / name)):
        with pytest.raises(OSError, match="leads out of the repository"):
            write_whole(Path(path), "new")
    monkeypatch.chdir(root)
    with pytest.raises(OSError, match="leads out of the repository"):
        write_whole(Path(name), "new")
    assert (tmp_path / "out").read_text() == (root / ".git/config").read_text() == "old"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["out", "repository"]
    # What is named as lying elsewhere is meant to.
    write_whole(tmp_path / "out", "new")
    assert (tmp_path / "out").read_text() == "new"


def test_the_old_file_stays_where_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.write_text("old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(file, "new")
    assert file.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def test_what_is_no_regular_file_is_written_to_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_whole(pipe, "text")
    assert os.read(reader, 10) == b"text"
    os.close(reader)
    with pytest.raises(OSError, match="space"):
        write_whole(pipe.parent.parent / "../../../../../../../dev/full", "text")
    assert not os.path.isfile("/dev/full")  # noqa: PTH113  a device stays a device


def test_what_a_killed_run_has_left_is_removed_by_the_next(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("old")
    program = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from linter.loading.writing import write_whole\n"
        "write_whole(Path(sys.argv[1]), 'half')\n"
    )
    for _ in range(2):
        assert (
            subprocess.run([sys.executable, "-c", program, str(file)], check=False).returncode
            == -signal.SIGKILL
        )
    assert [each.name for each in sorted(tmp_path.iterdir())] == [".a.yaml.podplan-0.tmp", "a.yaml"]
    write_whole(file, "new")
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("a.yaml", "new")]


def test_what_another_run_is_writing_is_left_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.yaml"
    started: list[bool] = []
    sync = os.fsync

    def write_meanwhile(descriptor: int) -> None:
        if not started:
            started.append(True)
            write_whole(file, "second")
            assert (tmp_path / ".a.yaml.podplan-0.tmp").exists()
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", write_meanwhile)
    write_whole(file, "first")
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("a.yaml", "first")]


def test_long_names(tmp_path: Path) -> None:
    file = tmp_path / ("é" * 125 + ".yml")
    write_whole(file, "new")
    assert [each.name for each in tmp_path.iterdir()] == [file.name]


def test_other_names_of_a_file_keep_it_from_being_replaced(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("old")
    os.link(file, tmp_path / "b.yaml")
    with pytest.raises(OSError, match="has 2 names"):
        replace_file(file, "new")
    assert file.read_text() == "old"
    assert file.samefile(tmp_path / "b.yaml")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_owner_and_group_stay(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("old")
    file.chmod(0o640)
    os.chown(file, 12345, 23456)
    replace_file(file, "new")
    status = file.stat()
    assert (file.read_text(), status.st_uid, status.st_gid, status.st_mode & 0o777) == (
        "new",
        12345,
        23456,
        0o640,
    )


def test_a_file_that_cannot_be_given_back_to_its_owner_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("old")
    monkeypatch.setattr(os, "geteuid", lambda: file.stat().st_uid + 1)
    with pytest.raises(OSError, match="belongs to somebody else"):
        replace_file(file, "new")
    assert file.read_text() == "old"
