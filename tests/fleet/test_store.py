"""The tables on disk: a run is there as a whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from linter.errors import InputError
from linter.fleet import parquet, store, tables

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("pyarrow", reason="the tables need the extra fleet")

FINDING = tables.FindingRow(
    "web", "1.37", ["a"], "a.yaml", 1, 2, 3, 4, "r", "api", "error", None, "Pod", "", "p", None, None, "m\ud800", "f", None, ["@x"],
)  # fmt: skip
REPOSITORY = tables.RepositoryRow(
    "web", "1.37", "there", "folder", None, "judged", "one", "abc", None, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0.5
)
RUN = tables.RunRow("2026-11-26T20:30:00Z", "0.1.0", ["1.37"], ["x"], None, None, "{}", 1, 1, 0, 0, 1.5)


def add(out: Path, run: str, *rows: tables.RepositoryRow, file: str = "a.parquet") -> list[str]:
    with parquet.Writer(tables.staging(out, run), file) as writer:
        for row in rows:
            writer.add("findings", FINDING)
            writer.add("repositories", row)
        return writer.finish()


def test_a_run(tmp_path: Path) -> None:
    store.begin(tmp_path, "one")
    files = add(tmp_path, "one", REPOSITORY)
    add(tmp_path, "one", REPOSITORY, file="killed.parquet")
    assert (store.runs(tmp_path), store.earlier(tmp_path)) == ([], {})
    store.commit(tmp_path, "one", files, RUN)
    assert store.runs(tmp_path) == ["one"]
    assert store.earlier(tmp_path) == {("web", "abc"): REPOSITORY}
    assert list(parquet.read(tables.folder(tmp_path, "findings", "one"), tables.FindingRow)) == [
        FINDING._replace(message="m\\ud800")
    ]
    assert list(parquet.read(tables.folder(tmp_path, "runs", "one"), tables.RunRow)) == [RUN]
    for table in tables.TABLES:
        assert tables.folder(tmp_path, table, "one").is_dir()
    assert not tables.staging(tmp_path, "one").exists()


def test_the_newest_run_counts_and_what_failed_does_not(tmp_path: Path) -> None:
    for run, row in (("one", REPOSITORY), ("two", REPOSITORY._replace(status="unchanged"))):
        store.begin(tmp_path, run)
        store.commit(
            tmp_path, run, add(tmp_path, run, row, REPOSITORY._replace(repository="x", status="failed")), RUN
        )
    assert store.earlier(tmp_path) == {("web", "abc"): REPOSITORY._replace(status="unchanged")}


def test_what_a_killed_run_has_left_goes(tmp_path: Path) -> None:
    store.begin(tmp_path, "one")
    add(tmp_path, "one", REPOSITORY)
    half = tables.folder(tmp_path, "findings", "one")
    half.mkdir(parents=True)
    assert store.runs(tmp_path) == []
    store.begin(tmp_path, "one")
    assert not half.exists()
    assert list(tables.staging(tmp_path, "one").iterdir()) == []


@pytest.mark.parametrize("name", ["", "a/b", "..", "_x", "a b", "one"])
def test_names_that_no_run_may_have(name: str, tmp_path: Path) -> None:
    store.begin(tmp_path, "one")
    store.commit(tmp_path, "one", add(tmp_path, "one", REPOSITORY), RUN)
    with pytest.raises(InputError, match="--run"):
        store.begin(tmp_path, name)


def test_many_rows_are_written_in_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "ROWS_AT_ONCE", 2)
    store.begin(tmp_path, "one")
    add(tmp_path, "one", *[REPOSITORY._replace(repository=str(number)) for number in range(5)])
    found = parquet.read(tables.staging(tmp_path, "one") / "repositories", tables.RepositoryRow)
    assert [each.repository for each in found] == list("01234")
