"""Where repositories come from, and that a stranger's lead nowhere."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
from typing import TYPE_CHECKING, Any

import pytest

from linter.errors import UnreadableError
from linter.fleet.sources import tree
from linter.fleet.sources.content import ArchiveContent, FolderContent, TableContent, base_of, content_of
from linter.fleet.sources.find import find_units
from linter.fleet.sources.tree import File, Left, Link, TreeError, write_tree
from linter.fleet.sources.unit import Unit
from linter.loading.git_objects import GitError

from .conftest import WEB, commit, write

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from linter.fleet.sources.content import Content
    from linter.fleet.sources.unit import UnitType

LIMIT = 1000


def unit(path: Path, type_: UnitType = "folder") -> Unit:
    return Unit(path.name, type_, str(path), str(path), 0)


def laid_out(content: Content, scratch: Path) -> tuple[dict[str, str], list[Left]]:
    """Return the files of a repository as a folder, and what was left."""
    scratch.mkdir()
    checkout = content.lay_out(scratch, LIMIT)
    files = {
        path.relative_to(checkout.folder).as_posix(): path.read_text()
        for path in sorted(checkout.folder.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(checkout.folder).parts
    }
    return files, list(checkout.left)


def tar(path: Path, members: Iterable[tuple[tarfile.TarInfo, bytes]], mode: Any = "w:gz") -> Path:
    with tarfile.open(path, mode) as archive:
        for member, data in members:
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return path


def member(name: str, type_: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = type_, target
    return info


def test_sources_by_what_they_are(tmp_path: Path) -> None:
    commit(write(tmp_path / "all/org/web", {"a.yaml": WEB}))
    subprocess.run(
        ["git", "clone", "--quiet", "--bare", tmp_path / "all/org/web", tmp_path / "all/m/web.git"],
        check=True,
    )
    commit(write(tmp_path / "all/org/web/vendored", {"a.yaml": WEB}))
    write(
        tmp_path,
        {
            "all/x.tar.gz": "",
            "all/org/x.tgz": "",
            "plain/a.yaml": WEB,
            "plain/c/chart.tgz": "",
            "dump.json": "{}",
        },
    )
    write(tmp_path, {"t.parquet": "", "u/part-0.parquet": ""})
    names = ["all", "plain", "dump.json", "t.parquet", "u"]
    found = find_units([str(tmp_path / each) for each in names])
    assert [(each.name, each.type) for each in found.units] == [
        ("m/web", "mirror"), ("org/web", "folder"), ("x", "archive"), ("plain", "folder"), ("dump", "dump"),
    ]  # fmt: skip
    assert [each.name for each in found.tables] == ["t.parquet", "u"]


def test_names_differ_and_nothing_is_twice(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write(tmp_path / name / "web", {"a.yaml": WEB})
    paths = [str(tmp_path / each / "web") for each in ("a", "b", "a")]
    names = [each.name for each in find_units(paths).units]
    assert names == [path.lstrip("/") for path in paths[:2]]


@pytest.mark.parametrize(("name", "message"), [("absent", "does not exist"), ("a.txt", "none of the files")])
def test_no_source(name: str, message: str, tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": ""})
    with pytest.raises(UnreadableError, match=message):
        find_units([str(tmp_path / name)])


def test_a_mirror_is_read_without_its_filters(tmp_path: Path) -> None:
    work = write(
        tmp_path / "work", {"a.yaml": "a: 1\n", ".gitattributes": "* filter=evil\n", "big": "x" * 2000}
    )
    commit(work)
    mirror = tmp_path / "web.git"
    subprocess.run(["git", "clone", "--quiet", "--bare", work, mirror], check=True)
    ran = tmp_path / "ran"
    with (mirror / "config").open("a") as config:
        config.write(
            f'[filter "evil"]\nsmudge = touch {ran}\nclean = touch {ran}\n[core]\nfsmonitor = touch {ran}\n'
        )
    content = content_of(unit(mirror, "mirror"), None)
    files, left = laid_out(content, tmp_path / "out")
    assert (files["a.yaml"], len(files["big"]), left) == ("a: 1\n", LIMIT + 1, [])
    assert not ran.exists()
    first = content.digest(LIMIT)
    write(work, {"a.yaml": "a: 2\n"})
    commit(work)
    assert content_of(unit(work), "main").digest(LIMIT) != first
    assert base_of(unit(work), "main~1").digest(LIMIT) == first
    for broken in (unit(mirror, "mirror"), unit(work)):
        with pytest.raises(GitError, match="no revision `absent`"):
            content_of(broken, "absent")


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_an_archive(mode: str, tmp_path: Path) -> None:
    path = tar(
        tmp_path / "x.tar", [(member("./web-1/a.yaml"), b"a: 1\n"), (member("./web-1/b/c"), b"c")], mode
    )
    assert laid_out(ArchiveContent(path), tmp_path / "out") == ({"a.yaml": "a: 1\n", "b/c": "c"}, [])


def test_a_hostile_archive(tmp_path: Path) -> None:
    outside = write(tmp_path, {"secret": "s"}) / "secret"
    path = tar(tmp_path / "x.tar.gz", [
        (member("../evil"), b"x"),
        (member(f"{tmp_path}/evil"), b"x"),
        (member("a/../../evil"), b"x"),
        (member(".git/config"), b"x"),
        (member("sub/.GIT/config"), b"x"),
        (member("out", tarfile.SYMTYPE, str(outside)), b""),
        (member("up", tarfile.SYMTYPE, ".."), b""),
        (member("up/evil"), b"x"),
        (member("here", tarfile.SYMTYPE, "fine.yaml"), b""),
        (member("hard", tarfile.LNKTYPE, "/etc/passwd"), b""),
        (member("pipe", tarfile.FIFOTYPE), b""),
        (member("fine.yaml"), b"a: 1\n"),
        (member("fine.yaml/x"), b"x"),
        (member("x" * 300), b"x"),
    ])  # fmt: skip
    files, left = laid_out(ArchiveContent(path), tmp_path / "out")
    assert files == {"fine.yaml": "a: 1\n", "here": "a: 1\n", "up/evil": "x"}
    assert {each.path: each.reason for each in left} == {
        "../evil": "its name leads out of the repository",
        f"{tmp_path}/evil": "its name leads out of the repository",
        "a/../../evil": "its name leads out of the repository",
        ".git/config": "its name leads out of the repository",
        "sub/.GIT/config": "its name leads out of the repository",
        "out": "is a link that leads out of the repository",
        "up": "cannot be made as a link",
        "fine.yaml/x": "a file has the name of its folder",
        "x" * 300: "its name is not one of a file",
    }
    assert sorted(each.name for each in tmp_path.iterdir()) == ["out", "secret", "x.tar.gz"]


def test_links_behind_links(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    out = tmp_path / "out"
    out.mkdir()
    left = write_tree(
        [Link("a", "../outside"), Link("a/b/c", "x"), File("f", 1, (b"x",)), Link("l/m", "../f")], out, LIMIT
    )
    assert [each.path for each in left] == ["a/b/c", "a"]
    assert list((tmp_path / "outside").iterdir()) == []
    assert (out / "l/m").read_text() == "x"


def test_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "MOST_FILES", 2)
    monkeypatch.setattr(tree, "MOST_BYTES", 10)
    for number, (count, content) in enumerate([(3, b""), (2, b"123456")]):
        with pytest.raises(TreeError, match="more than"):
            laid_out(TableContent([(str(each), content) for each in range(count)]), tmp_path / str(number))


def test_an_archive_that_unpacks_to_too_much(tmp_path: Path) -> None:
    long = member("x")
    long.pax_headers = {"comment": "x" * (17 * 1024 * 1024)}
    path = tmp_path / "x.tar.gz"
    with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT, compresslevel=1) as archive:
        archive.addfile(long)
    with pytest.raises(TreeError, match="a header is too long"):
        laid_out(ArchiveContent(path), tmp_path / "out")


@pytest.mark.parametrize("data", [b"", b"no archive", b"\x1f\x8bbroken", b"BZhbroken"])
def test_no_archive(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.tar.gz"
    path.write_bytes(data)
    with pytest.raises(TreeError, match="not a tar archive"):
        laid_out(ArchiveContent(path), tmp_path / "out")


def test_an_archive_that_ends_too_early(tmp_path: Path) -> None:
    whole = tar(tmp_path / "x.tar.gz", [(member("a"), os.urandom(900)), (member("b"), os.urandom(900))])
    whole.write_bytes(whole.read_bytes()[:1500])
    with pytest.raises(TreeError, match="not a tar archive"):
        laid_out(ArchiveContent(whole), tmp_path / "out")


def test_rows_that_no_file_can_be_made_of(tmp_path: Path) -> None:
    files = [
        ("a.yaml", b"1"),
        ("a.yaml", b"2"),
        ("", b"x"),
        ("b\0", b"x"),
        ("c\ud800", b"x"),
        ("/etc/x", b"x"),
    ]
    written, left = laid_out(TableContent(files), tmp_path / "out")
    assert written == {"a.yaml": "1"}
    assert len(left) == 5


def test_the_digest_of_a_folder(tmp_path: Path) -> None:
    folder = write(tmp_path / "x", {"a/b.yaml": "1", "c": "2", ".git/HEAD": "x"})
    digests = [FolderContent(folder).digest(LIMIT)]
    write(folder, {".git/HEAD": "y", "node_modules/x": "y"})
    assert FolderContent(folder).digest(LIMIT) == digests[0]
    for name in ("a/b.yaml", "c", "d"):
        write(folder, {name: "3"})
        digests.append(FolderContent(folder).digest(LIMIT))
    (folder / "d").unlink()
    (folder / "d").symlink_to("c")
    digests.append(FolderContent(folder).digest(LIMIT))
    assert len(set(digests)) == 5
