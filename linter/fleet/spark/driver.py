"""A run, from the sources to the row that says how it ended."""

from __future__ import annotations

import json
import shutil
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from linter.errors import InputError, UnreadableError
from linter.fleet import store
from linter.fleet.judging.repository import Share
from linter.fleet.spark.worker import Done, judge_rows, judge_units, prepare_rows, prepare_units
from linter.fleet.tables import RepositoryRow, RunRow, staging
from linter.release import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pyspark import SparkContext
    from pyspark.sql import DataFrame

    from linter.fleet.job import Job, Known
    from linter.fleet.sources.find import Sources
    from linter.fleet.sources.unit import Unit

_COLUMNS: Final = ("repository", "path", "content")
_TASKS_PER_CORE: Final = 16
"""So many tasks are made of the repositories for each core: the last ones end together, and what is done again after a death is little."""


class Asked(NamedTuple):
    """A fleet that is to be judged."""

    sources: Sequence[str]
    """As they were named."""
    found: Sources
    """What they hold."""
    time: str
    """When the run begins, for the table of runs."""
    partitions: int | None
    """How many tasks are made; None: as many as pay."""


def run(spark: SparkContext, asked: Asked, job: Job) -> RunRow:
    """Judge a fleet, and add the run to the tables.

    Args:
        spark: The connection to Spark.
        asked: The fleet.
        job: What is asked for.

    Raises:
        InputError: A repository is in two sources, or the run has a name that it may not have.
        UnreadableError: The folder of the tables cannot be written, or a table of files cannot be read.
    """
    start = time.monotonic()
    out = Path(job.out)
    store.begin(out, job.run)
    try:
        known = store.earlier(out)
        with _clear_errors():
            files = _judge(spark, asked.found, job, known, asked.partitions)
        rows = _repositories(out, job.run, files)
        summary = _summary(asked, job, rows, time.monotonic() - start)
        store.commit(out, job.run, files, summary)
    except BaseException:
        shutil.rmtree(staging(out, job.run), ignore_errors=True)
        raise
    return summary


@contextmanager
def _clear_errors() -> Iterator[None]:
    """Say in one line why Spark gave a run up.

    Raises:
        UnreadableError: It did.
    """
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        lines = [line for line in str(error).splitlines() if line.strip()]
        told = next(
            (line for line in lines if "Exception:" in line), lines[0] if lines else "it says nothing"
        )
        raise UnreadableError(f"Spark gave the run up: {told.strip()}") from error


def _judge(spark: SparkContext, found: Sources, job: Job, known: Known, partitions: int | None) -> list[str]:
    """Judge everything, and return the files that hold the rows."""
    fleet = _Fleet(
        spark, job, spark.broadcast(known), partitions or spark.defaultParallelism * _TASKS_PER_CORE
    )
    tables = [(path.as_posix(), _read_table(spark, path)) for path in found.tables]
    _check_names(found.units, tables)
    files = _in_turns(fleet, partial(_judge_units, found.units)) if found.units else []
    for name, table in tables:
        files += _in_turns(fleet, partial(_judge_table, name, table))
    return files


class _Fleet(NamedTuple):
    """What all stages of a run know."""

    spark: SparkContext
    job: Job
    known: Any
    """Results of earlier runs, as Spark hands them out."""
    tasks: int


Shares = list[tuple[str, Share]]
"""Of each repository, by its name, the shares of it."""


def _in_turns(fleet: _Fleet, judge: Callable[[_Fleet, Shares | None], Iterable[Done]]) -> list[str]:
    """Judge a source, then what of it is too large for one task, and return the files that were written.

    Args:
        fleet: The fleet.
        judge: Judges all of the source; where shares are given those repositories alone, however large they are, after many tasks have
            prepared the shares.
    """
    done = list(judge(fleet, None))
    files = [each.file for each in done if each.file is not None]
    shares = [
        (each.large, Share(number, of))
        for each in done
        if each.large is not None
        for of in [-(-each.files // (fleet.job.split_above or each.files))]
        for number in range(of)
    ]
    if shares:
        whole = fleet._replace(job=fleet.job._replace(split_above=None))
        files += [each.file for each in judge(whole, shares) if each.file is not None]
    return files


def _judge_units(units: Sequence[Unit], fleet: _Fleet, shares: Shares | None) -> Iterable[Done]:
    told = {"job": fleet.job, "known": fleet.known}
    if shares is not None:
        by_name = {each.name: each for each in units}
        pairs = [(by_name[name], share) for name, share in shares]
        prepare: Any = partial(prepare_units, **told)
        fleet.spark.parallelize(pairs, len(pairs)).mapPartitions(prepare).count()
        units = [by_name[name] for name in dict(shares)]
    slices = _slices(units, fleet.tasks)
    judge: Any = partial(_judge_slices, **told)
    done: list[Done] = fleet.spark.parallelize(slices, len(slices)).mapPartitions(judge).collect()
    return done


def _judge_table(source: str, table: DataFrame, fleet: _Fleet, shares: Shares | None) -> Iterable[Done]:
    told = {"source": source, "job": fleet.job, "known": fleet.known}
    if shares is not None:
        columns = "repository string, number int, of int"
        listed = table.sparkSession.createDataFrame([(name, *share) for name, share in shares], columns)
        shared = table.join(listed, "repository").repartition(len(shares), "repository", "number")
        shared = shared.sortWithinPartitions("repository", "number", "path")
        shared.mapInArrow(partial(prepare_rows, **told), "nothing string").count()
        table = table.where(table.repository.isin(list(dict(shares))))
    sorted_ = table.repartition(fleet.tasks, "repository").sortWithinPartitions("repository", "path")
    rows = sorted_.mapInArrow(partial(judge_rows, **told), "file string, large string, files long").collect()
    return [Done(*row) for row in rows]


def _judge_slices(slices: Iterable[list[Unit]], *, job: Job, known: Any) -> Iterable[Done]:
    return judge_units((unit for units in slices for unit in units), job=job, known=known)


def _slices(units: Sequence[Unit], number: int) -> list[list[Unit]]:
    """Deal units out to tasks: the large ones first, so that none of them is left for the end."""
    ordered = sorted(units, key=lambda each: (-each.size, each.name))
    number = min(number, len(ordered))
    return [ordered[index::number] for index in range(number)]


def _read_table(spark: SparkContext, path: Path) -> DataFrame:
    """Return a table of files: repository and path as text, the content as bytes.

    Raises:
        UnreadableError: It cannot be read, or has other columns.
    """
    from pyspark.sql import SparkSession

    session = SparkSession(spark)
    location = f"file://{path.absolute()}"
    if path.suffix in {".jsonl", ".ndjson"}:
        table = session.read.json(location, schema=", ".join(f"{each} string" for each in _COLUMNS))
    else:
        _check_columns(path)
        table = session.read.parquet(location)
    return table.selectExpr("cast(repository AS string)", "cast(path AS string)", "cast(content AS binary)")


def _check_columns(path: Path) -> None:
    """Look at one file of a table of Parquet files: Spark's own words for what is wrong with it are many.

    Raises:
        UnreadableError: It is not Parquet, or has other columns.
    """
    import pyarrow as pa
    from pyarrow import parquet

    file = path if path.is_file() else next(iter(sorted(path.rglob("*.parquet"))), path)
    try:
        names = parquet.read_schema(file).names
    except (pa.ArrowInvalid, OSError) as error:
        raise UnreadableError(f"{file}: not a Parquet file that can be read: {error}") from None
    for each in _COLUMNS:
        if each not in names:
            raise UnreadableError(
                f"{file}: there is no column {each}; a table of files has repository, path and content."
            )


def _check_names(units: Sequence[Unit], tables: Sequence[tuple[str, DataFrame]]) -> None:
    """Check that no repository is in two sources: it would be counted twice.

    Raises:
        InputError: One is.
    """
    owner = {each.name: each.shown for each in units}
    for source, table in tables:
        for row in table.select("repository").distinct().collect():
            other = owner.setdefault(row.repository or "", source)
            if other != source:
                raise InputError(
                    f"the repository {row.repository} is in {other} and in {source}: leave one out."
                )


def _repositories(out: Path, run: str, files: Iterable[str]) -> list[RepositoryRow]:
    from linter.fleet import parquet

    rows: list[RepositoryRow] = []
    for file in files:
        if file.startswith("repositories/"):
            rows += parquet.read_file(staging(out, run) / file, RepositoryRow)
    return rows


def _summary(asked: Asked, job: Job, rows: Iterable[RepositoryRow], seconds: float) -> RunRow:
    statuses: dict[str, str] = {}
    versions: set[str] = set(job.versions)
    for row in rows:
        versions.add(row.kubernetes_version)
        # Judged for one version and not for another, it counts as the more striking.
        statuses[row.repository] = max(statuses.get(row.repository, ""), row.status, key=_STATUSES.index)
    counts = list(statuses.values())
    options = {
        "settings": dict(job.settings),
        "config": job.config_file,
        "isolated": job.isolated,
        "limits": job.limits._asdict(),
        "plans": job.plans,
    }
    return RunRow(
        time=asked.time,
        podplan=__version__,
        kubernetes_versions=sorted(versions, key=lambda each: [int(part) for part in each.split(".")]),
        sources=list(asked.sources),
        revision=job.revision,
        base=job.base,
        options=json.dumps(options, sort_keys=True),
        repositories=len(counts),
        judged=counts.count("judged"),
        unchanged=counts.count("unchanged"),
        failed=counts.count("failed"),
        seconds=round(seconds, 3),
    )


_STATUSES: Final = ("", "unchanged", "judged", "failed")
