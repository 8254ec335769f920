"""The tables of a fleet: their columns, and the queries that show a run."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from linter.fleet import tables


@pytest.mark.parametrize("table", tables.TABLES)
def test_every_column_has_a_type_of_sql(table: str) -> None:
    names = [each.name for each in tables.columns(table)]
    assert names == list(tables.TABLES[table]._fields)
    assert tables.PARTITION not in names
    spelled = tables.schema_sql(table).split(", ")
    assert [each.split("`")[1] for each in spelled] == [*names, "run"]


def test_every_row_belongs_to_a_table() -> None:
    assert set(get_args(tables.Row)) == set(tables.TABLES.values())


def test_columns() -> None:
    found = {each.name: each for each in tables.columns("findings")}
    assert found["line"] == tables.Column("line", int, nullable=False)
    assert found["kind"] == tables.Column("kind", str, nullable=True)
    assert found["owners"] == tables.Column("owners", list, nullable=False)
    assert found["owners"].sql_type == "ARRAY<STRING>"
    assert {each.name: each.sql_type for each in tables.columns("plans")}["completes"] == "BOOLEAN"


@pytest.mark.parametrize("table", tables.RESULTS)
def test_what_judged_in_joins_is_in_every_result(table: str) -> None:
    assert tables.TABLES[table]._fields[:2] == ("repository", "kubernetes_version")


def test_folders() -> None:
    assert tables.folder(Path("out"), "findings", "a") == Path("out/findings/run=a")
    assert tables.folder(Path("out"), "findings") == Path("out/findings")
    assert tables.staging(Path("out"), "a") == Path("out/_staging/a")
