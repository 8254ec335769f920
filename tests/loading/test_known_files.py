"""Files that an earlier run knew: read again whenever the system says that something has happened to them, or cannot say it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import linter
from linter.engine.config.options import LintOptions
from linter.loading import known_files
from linter.loading.known_files import KnownFiles, KnownSource
from linter.loading.source import read_data

if TYPE_CHECKING:
    from linter.engine.report.finding import Report

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no time of the last change")

GOOD = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}]}\n"
BAD = GOOD.replace("port: 80", "prot: 80")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with two files that are taken for old; the cache is empty."""
    monkeypatch.setattr(known_files, "_SETTLED_NS", -60_000_000_000)
    monkeypatch.setenv("PODPLAN_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "files").mkdir()
    for name in "ab":
        written(tmp_path / "files" / f"{name}.yaml", GOOD)
    return tmp_path / "files"


def written(path: Path, text: str) -> None:
    """Write a file so that its times have a fraction of a second."""
    path.write_text(text)
    while path.stat().st_ctime_ns % 1_000_000_000 == 0:
        path.write_text(text)


def lint() -> Report:
    return linter.lint(["files"], options=LintOptions(cache=True))


def rules(report: Report) -> list[tuple[str, str]]:
    return [(each.file, each.rule) for each in report.findings]


def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that gets the name of each file that is read from now on."""
    names: list[str] = []

    def noted(path: str, *arguments: object, **named: object) -> object:
        names.append(Path(path).name)
        return read_data(path, *arguments, **named)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(known_files, "read_data", noted)
    return names


def test_what_is_as_it_was_is_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = lint()
    names = reads(monkeypatch)
    assert lint() == first
    assert names == []
    written(folder / "b.yaml", BAD)
    assert ("files/b.yaml", "unknown-field") in rules(lint())
    assert "b.yaml" in names


def test_what_has_the_same_size_and_time_of_writing_is_read(folder: Path) -> None:
    path = folder / "a.yaml"
    assert not lint().findings
    before = path.stat()
    path.write_text(BAD)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert ("files/a.yaml", "unknown-field") in rules(lint())
    # Another file in its place, too.
    other = folder / "c.txt"
    other.write_text(GOOD)
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(path)
    assert not lint().findings


def test_what_was_written_lately_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_files, "_SETTLED_NS", 60_000_000_000)
    lint()
    names = reads(monkeypatch)
    lint()
    assert names == ["a.yaml", "b.yaml"]


def test_what_has_times_without_fractions_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_files, "_SECOND_NS", 1)
    lint()
    names = reads(monkeypatch)
    lint()
    assert names == ["a.yaml", "b.yaml"]


def test_what_may_not_be_read_any_more_is_said(folder: Path) -> None:
    lint()
    (folder / "a.yaml").unlink()
    (folder / "a.yaml").symlink_to("nowhere")
    assert [each.name for each in lint().unreadable] == ["files/a.yaml"]


def test_a_file_that_is_written_while_it_is_judged_is_judged_as_it_is_then(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(folder / "a.yaml", BAD)
    assert ("files/a.yaml", "unknown-field") in rules(lint())
    read = KnownFiles.read

    def overtaken(self: KnownFiles, path: str, *arguments: object, **named: object) -> object:
        source = read(self, path, *arguments, **named)  # type: ignore[arg-type]  # as they came
        if path.endswith("a.yaml"):
            assert isinstance(source, KnownSource)
            (folder / "a.yaml").write_text("# one more line\n" + BAD.replace("prot", "pott"))
        return source

    monkeypatch.setattr(KnownFiles, "read", overtaken)
    (finding,) = (each for each in lint().findings if each.rule == "unknown-field")
    assert finding.range.line == 5
    assert "pott" in finding.lines[0]


def test_signs_are_known(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "templates").mkdir()
    (folder / "Chart.yaml").write_text("apiVersion: v2\nname: x\nversion: 1.0.0\n")
    written(folder / "templates" / "a.yaml", "{{ if .Values.x }}\n" + GOOD + "{{ end }}\n")
    written(folder / "ytt.yaml", "#@ load('x')\n" + GOOD)
    first = lint()
    assert {each.name for each in first.skipped} >= {"files/templates/a.yaml", "files/ytt.yaml"}
    assert lint().skipped == first.skipped


def test_the_system_is_asked_once_for_each_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, str]] = []

    def noting(name: str) -> None:
        real = getattr(os, name)

        def noted(path: str, *arguments: object, **named: object) -> object:
            if Path(path).name in {"a.yaml", "b.yaml"}:
                asked.append((name, Path(path).name))
            return real(path, *arguments, **named)

        monkeypatch.setattr(os, name, noted)

    noting("stat")
    noting("open")
    lint()
    assert asked == [("open", "a.yaml"), ("open", "b.yaml")]
    asked.clear()
    lint()
    assert asked == [("stat", "a.yaml"), ("stat", "b.yaml")]
