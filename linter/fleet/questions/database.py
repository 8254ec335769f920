"""The tables of a fleet as views of a DuckDB database in memory.

Views of the schema `main` are those of the documentation: `findings` and the others, with a column `run`. A question is about one run
and one Kubernetes version, often compared with another of either: it finds the same views, without the column, in the schemas `asked`
and `before`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from linter.errors import InputError, UnreadableError
from linter.fleet.tables import PARTITION, TABLES, columns, folder, view_sql

if TYPE_CHECKING:
    from pathlib import Path

    from duckdb import DuckDBPyConnection

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
"""Nothing is fetched from the network."""
_MACROS = (
    "CREATE MACRO explode(list) AS unnest(list)",
    "CREATE MACRO explode_outer(list) AS unnest(CASE WHEN len(list) = 0 THEN [NULL] ELSE list END)",
)
"""As Spark calls it: a query runs in both."""


class Scope(NamedTuple):
    """What a question is about."""

    run: str
    version: str | None = None
    """A Kubernetes version; None: of each repository the newest that it was judged for."""
    owner: str | None = None
    """Only what this owner has, e.g. "@org/team"."""
    repository: str | None = None
    """Only this repository."""


def connect(out: Path) -> DuckDBPyConnection:
    """Return a database with the views of the schema `main`.

    Args:
        out: The folder of the tables.

    Raises:
        InputError: DuckDB is not installed.
        UnreadableError: There are no tables.
    """
    try:
        import duckdb
    except ImportError as error:
        raise InputError('Questions need the extra `fleet`: pip install "podplan[fleet]".') from error
    if not any(folder(out, "runs").glob(f"{PARTITION}=*/*.parquet")):
        raise UnreadableError(
            f"{out}: no run of `podplan fleet` is there; `podplan fleet SOURCES... --out {out}` makes one"
        )
    connection = duckdb.connect(config=_SETTINGS)
    for macro in _MACROS:
        connection.execute(macro)
    for table in TABLES:
        connection.execute(f"CREATE VIEW stored_{table} AS {_stored(out, table)}")
    for table in TABLES:
        connection.execute(f"CREATE VIEW {table} AS {view_sql(table, 'stored_')}")
    return connection


def _stored(out: Path, table: str) -> str:
    """Return the query for all files of a table, or for none with the same columns."""
    files = sorted(str(each) for each in folder(out, table).glob(f"{PARTITION}=*/*.parquet"))
    if files:
        listed = ", ".join(map(quote, files))
        return (
            f"SELECT * FROM read_parquet([{listed}], hive_partitioning = true, "  # noqa: S608  quoted
            f"hive_types = {{'{PARTITION}': VARCHAR}}, union_by_name = true)"
        )
    types = {str: "VARCHAR", int: "INTEGER", float: "DOUBLE", bool: "BOOLEAN", list: "VARCHAR[]"}
    empty = [f'NULL::{types[each.type]} AS "{each.name}"' for each in columns(table)]
    return f"SELECT {', '.join(empty)}, NULL::VARCHAR AS {PARTITION} WHERE false"


def set_scope(connection: DuckDBPyConnection, schema: str, scope: Scope) -> None:
    """Make the views of a schema, anew for each question: what one run found for one version, without what was asked to be left out.

    Args:
        connection: The database.
        schema: "asked" or "before".
        scope: What the views are about.
    """
    run, version = quote(scope.run), quote(scope.version)
    repository = f"repository = {quote(scope.repository)}" if scope.repository else "true"
    connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
    connection.execute(f"CREATE SCHEMA {schema}")
    # Versions sort as texts: they are 1.30 to 1.99.
    connection.execute(
        f"CREATE TABLE {schema}.repositories AS SELECT * EXCLUDE (run) FROM main.repositories "  # noqa: S608  quoted
        f"WHERE run = {run} AND (status = 'failed' OR {version} IS NULL OR kubernetes_version = {version}) AND {repository} "
        "QUALIFY row_number() OVER (PARTITION BY repository ORDER BY kubernetes_version DESC) = 1"
    )
    for table in TABLES:
        names = {each.name for each in columns(table)}
        if table in {"repositories", "runs"}:
            continue
        owner = (
            f"array_contains(t.owners, {quote(scope.owner)})" if scope.owner and "owners" in names else "true"
        )
        connection.execute(
            f"CREATE VIEW {schema}.{table} AS SELECT t.* EXCLUDE (run) FROM main.{table} t "  # noqa: S608  quoted
            f"SEMI JOIN {schema}.repositories USING (repository, kubernetes_version) WHERE t.run = {run} AND {owner}"
        )


def quote(value: str | None) -> str:
    """Return a text, or NULL, as SQL spells it."""
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"


def rows(connection: DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    """Return all rows of a query."""
    found: list[tuple[Any, ...]] = connection.execute(query).fetchall()
    return found
