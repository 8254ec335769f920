"""The SQL of the documentation runs as it stands there, and says what the commands say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from linter.fleet.questions.ask import run_query
from linter.fleet.questions.database import connect

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

DOCUMENTATION = (Path(__file__).parents[3] / "docs/fleet.md").read_text("utf-8")
QUERIES = re.findall(r"```sql\n(.*?)```", DOCUMENTATION, re.DOTALL)


@pytest.fixture(scope="module")
def connection(tables: Path) -> DuckDBPyConnection:
    return connect(tables)


def first_columns(connection: DuckDBPyConnection, beginning: str, number: int) -> list[tuple[Any, ...]]:
    (query,) = [each for each in QUERIES if each.startswith(beginning)]
    return [row[:number] for row in run_query(connection, query).rows]


@pytest.mark.parametrize("number", range(len(QUERIES)))
def test_every_query_finds_something(connection: DuckDBPyConnection, number: int) -> None:
    assert list(run_query(connection, QUERIES[number]).rows)


def test_what_they_find(connection: DuckDBPyConnection) -> None:
    assert first_columns(connection, "SELECT f.repository, f.path, f.line", 3) == [
        ("team/network", "cidr.yaml", 1)
    ]
    assert first_columns(connection, "SELECT owner", 2) == [("@acme/web", 2), ("@acme/sre", 1)]
    assert {row[0] for row in first_columns(connection, "SELECT hazard", 1)} == {"drain", "rollout"}
    assert first_columns(connection, "SELECT judged", 1)[0] == ("full",)
