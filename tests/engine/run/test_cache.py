"""The cache: who may read it, and what of it is believed."""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from linter.engine.config.options import LintOptions
from linter.engine.registry import choose
from linter.engine.report import records
from linter.engine.report.record_shape import are_files, is_report
from linter.engine.rule_set import RuleSet
from linter.engine.run import code_digest as code
from linter.engine.run.cache import Cache
from linter.engine.run.code_digest import code_digest
from linter.engine.run.run import run
from linter.loading.source import Source
from linter.release import __version__

from .damage import damaged

if TYPE_CHECKING:
    from pathlib import Path

    from linter.engine.report.finding import Report

TEXT = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {typo: 1}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: b}\ndata: {a: '%%'}\n"
KEY = b"k" * 16


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PODPLAN_CACHE_DIR", str(tmp_path / "a" / "cache"))
    return tmp_path / "a" / "cache"


def report_of(text: str) -> Report:
    return run([Source("a.yaml", text)], LintOptions(cache=True))


@pytest.mark.skipif(sys.platform == "win32", reason="modes of files are those of Unix")
def test_it_is_closed_to_others(folder: Path) -> None:
    old = os.umask(0)
    try:
        report_of(TEXT)
        assert folder.stat().st_mode & 0o777 == 0o700
        assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
        # One of an earlier version is closed, too.
        (folder / "cache.sqlite3").chmod(0o644)
        report_of(TEXT)
        assert (folder / "cache.sqlite3").stat().st_mode & 0o777 == 0o600
    finally:
        os.umask(old)


def test_a_cache_of_somebody_else_is_not_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Cache()
    store.put({KEY: "mine"})
    store.close()
    mine = Cache()
    assert mine.get([KEY]) == {KEY: "mine"}
    mine.close()
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert Cache().get([KEY]) == {}


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER t AFTER UPDATE ON entries BEGIN DELETE FROM entries; END",
        "CREATE VIEW other AS SELECT 1",
        "DROP TABLE entries; CREATE VIEW entries AS SELECT x'6b' AS key, x'00' AS value, 0 AS used",
        "CREATE TABLE other (a)",
        "CREATE INDEX i ON entries (used)",
    ],
)
def test_what_podplan_has_not_put_there_is_not_honored(statement: str, folder: Path) -> None:
    first = Cache()
    first.put({KEY: "text"})
    first.close()
    database = sqlite3.connect(folder / "cache.sqlite3")
    database.executescript(statement)
    database.close()
    assert Cache().get([KEY]) == {}
    # It is made anew.
    again = Cache()
    again.put({KEY: "new"})
    assert again.get([KEY]) == {KEY: "new"}
    again.close()


def test_versions_of_what_podplan_needs_are_part_of_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = code_digest()
    (tmp_path / "jsonschema_rs-99.0.0.dist-info").mkdir()
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    assert code_digest() != before
    assert any(name.startswith(b"jsonschema_rs-") for name in code._dependencies())


def test_an_installed_podplan_is_told_by_the_installers_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "linter"
    package.mkdir()
    (package / "a.py").write_text("1")
    monkeypatch.setattr(code, "_PACKAGE", str(package))
    digests = {code_digest()}
    (package / "a.py").write_text("12")
    digests.add(code_digest())
    info = tmp_path / f"podplan-{__version__}.dist-info"
    info.mkdir()
    for record in ("linter/a.py,sha256=1,2\n", "linter/a.py,sha256=2,2\n"):
        (info / "RECORD").write_text(record)
        digests.add(code_digest())
    assert len(digests) == 4
    (package / "a.py").write_text("123")
    assert code_digest() in digests


def test_a_damaged_entry_is_never_a_failure_and_a_whole_one_is_used(folder: Path) -> None:
    source = Source("a.yaml", TEXT)
    report = run([source], LintOptions())
    record = records.from_text(records.to_text(records.pack_report(report, [source])))
    assert is_report(record)
    for each in filter(is_report, damaged(record)):
        # What no shape can tell, such as the number of a source that is not there, is told when it is used.
        with suppress(LookupError, TypeError, ValueError):
            records.unpack_report(each, [source])


def test_files_of_every_kind_have_the_shape_that_is_believed(folder: Path) -> None:
    from functools import partial

    from linter.apiserver.server import Server
    from linter.engine.run.files import check_file
    from linter.engine.run.run import context_of

    options = LintOptions()
    rules = RuleSet(choose((), (), ()))
    check = partial(
        check_file,
        rules=rules,
        server=Server(options.version),
        context=context_of(options),
        limits=options.limits,
    )
    texts = [
        TEXT,
        "a: [",
        "",
        "# only\n",
        "kind: List\napiVersion: v1\nitems: [{apiVersion: v1, kind: Pod, metadata: {name: a}}]\n",
        "\ufeffa: 1\n---\n\n---\n",
    ]
    for text in texts:
        source = Source("a.yaml", text)
        record = records.from_text(records.to_text(records.pack_file(check(source), source)))
        assert are_files([record, record]), text
        again = records.unpack_file(record, source, rules)
        assert [document.text for document in again.documents] == [
            document.text for document in check(source).documents
        ]
        for each in damaged(record):
            if not are_files([each]):
                assert not are_files([record, each])
                continue
            with suppress(LookupError, TypeError, ValueError):
                records.unpack_file(each, source, rules)


def test_a_second_run_is_taken_from_the_cache(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = report_of(TEXT)

    def fail(*_arguments: object) -> None:
        raise AssertionError("it is checked again")

    monkeypatch.setattr("linter.engine.run.run.check", fail)
    assert report_of(TEXT).findings == first.findings


def test_an_object_whose_kind_has_the_wrong_capitals_is_kept_as_it_was_meant(folder: Path) -> None:
    source = Source("a.yaml", "apiVersion: apps/v1\nkind: deployment\nmetadata: {name: web}\n")
    expected = run([source], LintOptions())
    assert {str(each.resource) for each in expected.findings} == {
        "deployment default/web",
        "Deployment default/web",
    }
    assert run([source], LintOptions(cache=True)).findings == expected.findings
    # With another severity the run is another, and the file is the same.
    again = run([source], LintOptions(cache=True, severity={"unknown-kind": "info"}))
    assert [each.resource for each in again.findings] == [each.resource for each in expected.findings]


def test_the_day_of_use_is_written_once_a_day(folder: Path) -> None:
    store = Cache()
    store.put({KEY: "text"})
    assert store._database is not None
    with store._database:
        store._database.execute("UPDATE entries SET used = 1")
    statements: list[str] = []
    store._database.set_trace_callback(statements.append)
    assert store.get([KEY]) == store.get([KEY]) == {KEY: "text"}
    assert sum(statement.startswith("UPDATE") for statement in statements) == 1
    assert store._database.execute("SELECT used FROM entries").fetchone()[0] > 1
    store.close()


def test_a_file_is_digested_once_for_all_keys(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digested: list[str] = []

    def note(text: str) -> str:
        digested.append(text)
        return text

    monkeypatch.setattr("linter.engine.run.stored._text_digest", note)
    texts = [TEXT, f"{TEXT}# b\n"]
    run([Source("a.yaml", texts[0]), Source("b.yaml", texts[1])], LintOptions(cache=True))
    assert digested == texts
