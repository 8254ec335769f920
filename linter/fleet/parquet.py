"""Rows → Parquet files and back, by way of Arrow's columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

from linter.fleet.tables import TABLES, columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from types import TracebackType

    import pyarrow as pa

    from linter.fleet.tables import Row

    R = TypeVar("R", bound=Row)

ROWS_AT_ONCE: Final = 20_000
"""How many rows are kept in memory before they are written as a group."""


def arrow_schema(table: str) -> pa.Schema:
    """Return the schema of a table, but for the column that its folders give."""
    import pyarrow as pa

    types = {
        str: pa.string(),
        int: pa.int32(),
        float: pa.float64(),
        bool: pa.bool_(),
        list: pa.list_(pa.string()),
    }
    return pa.schema(
        [pa.field(each.name, types[each.type], nullable=each.nullable) for each in columns(table)]
    )


class Writer:
    """Writes the rows of one task: a file for each table that gets some.

    Args:
        folder: Where to: each table has a folder in it.
        file: What the files are called, the same in each; no other task may use the name.
    """

    def __init__(self, folder: Path, file: str) -> None:
        self._folder = folder
        self._file = file
        self._rows: dict[str, list[Row]] = {table: [] for table in TABLES}
        self._open: dict[str, Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for each in self._open.values():
            each.close()

    def add(self, table: str, row: Row) -> None:
        """Add a row."""
        rows = self._rows[table]
        rows.append(row)
        if len(rows) == ROWS_AT_ONCE:
            self._flush(table)

    def finish(self) -> list[str]:
        """Write what is left, and return the files that were written, relative to the folder."""
        for table, rows in self._rows.items():
            if rows:
                self._flush(table)
        for each in self._open.values():
            each.close()
        return [f"{table}/{self._file}" for table in self._open]

    def _flush(self, table: str) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        schema = arrow_schema(table)
        rows = self._rows[table]
        made = [
            pa.array(_encoded(column), field.type)
            for column, field in zip(zip(*rows, strict=True), schema, strict=True)
        ]
        if table not in self._open:
            path = self._folder / table / self._file
            path.parent.mkdir(parents=True, exist_ok=True)
            self._open[table] = parquet.ParquetWriter(path, schema, compression="zstd")
        self._open[table].write_table(pa.Table.from_arrays(made, schema=schema))
        rows.clear()


def read(folder: Path, row_type: type[R]) -> Iterator[R]:
    """Yield the rows in a folder with files of a table: of one run. A folder that is not there has none."""
    for file in sorted(folder.glob("*.parquet")):
        yield from read_file(file, row_type)


def read_file(file: Path, row_type: type[R]) -> Iterator[R]:
    """Yield the rows of a file."""
    from pyarrow import parquet

    found = parquet.ParquetFile(file).read()
    # A run of an older podplan lacks columns that came since, at the end.
    names = [name for name in row_type._fields if name in found.column_names]
    for row in zip(*(found.column(name).to_pylist() for name in names), strict=True):
        yield row_type(**dict(zip(names, row, strict=True)))


def _encoded(values: Sequence[Any]) -> Sequence[Any]:
    """Return a column as Arrow takes it: half of a surrogate pair, which UTF-8 has no room for, is written as an escape."""
    if not any(isinstance(each, str) and not _is_plain(each) for each in values):
        return values
    return [
        each.encode("utf-8", "backslashreplace").decode("utf-8") if isinstance(each, str) else each
        for each in values
    ]


def _is_plain(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
