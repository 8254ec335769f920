"""The tables of earlier runs, and how those of a new one get beside them: all of them, or none."""

from __future__ import annotations

import os
import re
import shutil
from typing import TYPE_CHECKING

from linter.errors import InputError, UnreadableError
from linter.fleet import parquet
from linter.fleet.tables import PARTITION, RESULTS, TABLES, RepositoryRow, folder, staging

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from linter.fleet.job import Known
    from linter.fleet.tables import RunRow

_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.-]{0,99}")


def runs(out: Path) -> list[str]:
    """Return the names of the runs that are there as a whole, in the order of their names."""
    return sorted(
        each.name.removeprefix(f"{PARTITION}=")
        for each in folder(out, "runs").glob(f"{PARTITION}=*")
        if each.is_dir()
    )


def begin(out: Path, run: str) -> Path:
    """Make room for what a run writes, and return the folder.

    Raises:
        InputError: The name is none, or there is such a run already.
        UnreadableError: The folder cannot be written.
    """
    if _NAME.fullmatch(run) is None:
        raise InputError(f"--run {run}: a name of a run has letters, digits, dots, - and _ alone.")
    if run in runs(out):
        raise InputError(f"--run {run}: there is a run of that name in {out} already.")
    where = staging(out, run)
    try:
        # What a run of that name has left that was killed is of no use.
        for each in (where, *(folder(out, table, run) for table in TABLES)):
            if each.exists():
                shutil.rmtree(each)
        where.mkdir(parents=True)
    except OSError as error:
        raise UnreadableError(f"{out}: {(error.strerror or str(error)).lower()}") from None
    return where


def earlier(out: Path) -> Known:
    """Return what earlier runs know of repositories, by repository and digest."""
    known: Known = {}
    for run in runs(out):
        for row in repositories(out, run):
            if row.status != "failed":
                known[row.repository, row.result] = row
    return known


def repositories(out: Path, run: str) -> Iterable[RepositoryRow]:
    """Yield the repositories of a run."""
    return parquet.read(folder(out, "repositories", run), RepositoryRow)


def commit(out: Path, run: str, files: Iterable[str], summary: RunRow) -> None:
    """Put what a run has written beside what is there; the row of the run comes last, and with it all of it counts.

    Args:
        out: The folder of the tables.
        run: The name of the run.
        files: What the tasks wrote that came to their end, relative to the staging folder. What others wrote goes.
        summary: The row of the run.
    """
    where = staging(out, run)
    wanted = set(files)
    for file in where.glob("*/*.parquet"):
        if file.relative_to(where).as_posix() not in wanted:
            file.unlink()
    with parquet.Writer(where, "part-0.parquet") as writer:
        writer.add("runs", summary)
        writer.finish()
    for table in TABLES:
        made = where / table
        if made.exists():
            folder(out, table).mkdir(exist_ok=True)
            os.replace(made, folder(out, table, run))  # noqa: PTH105  a rename, which is there or not
        elif table in RESULTS:
            # A table that has no rows is a table nevertheless, for whoever asks it.
            folder(out, table, run).mkdir(parents=True)
    shutil.rmtree(where)
