"""Files are written as a whole or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from linter.loading.writing import write_whole

if TYPE_CHECKING:
    from pathlib import Path


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
