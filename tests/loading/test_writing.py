"""Files are written as a whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from linter.loading.writing import write_whole


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
