"""What a worker does: repositories in, files of rows out.

Of a task nothing but the names of its files goes back to the driver, and those of repositories that several tasks are to share.
"""

from __future__ import annotations

import gc
from contextlib import suppress
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from linter.fleet.judging.repository import LargeError, Share
from linter.fleet.parquet import Writer
from linter.fleet.sources.content import TableContent, base_of, content_of
from linter.fleet.spark.guard import DiedError, OutOfTimeError, isolated, limited
from linter.fleet.tables import RepositoryRow, staging

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import pyarrow as pa

    from linter.fleet.job import Job, Known
    from linter.fleet.judging.repository import Repository
    from linter.fleet.sources.unit import Unit
    from linter.fleet.tables import Row


class Attempt(NamedTuple):
    """One run of a task."""

    file: str
    """What its files are called: no other attempt has the name, so that one that was killed is told from the one that counts."""
    is_first: bool


class Done(NamedTuple):
    """What a task says of what it did: of a file, or of a repository that it has left."""

    file: str | None
    """A file that it has written."""
    large: str | None = None
    """A repository that is so large that several tasks are to share it."""
    files: int = 0
    """How many manifest files that has."""


class Asked(NamedTuple):
    """A repository whose content is yet to be looked up, which may fail."""

    name: str
    source: str
    source_type: str
    repository: Callable[[], Repository]


def judge_units(units: Iterable[Unit], *, job: Job, known: Any) -> Iterator[Done]:
    """Judge units, and yield what was done.

    Args:
        units: Those of the task.
        job: What is asked for.
        known: Results of earlier runs, as Spark hands them out (`.value`).
    """
    asked = (_asked(each, job) for each in units)
    yield from _judge_all(asked, job, known.value, this_attempt("units"))


def judge_rows(
    batches: Iterable[pa.RecordBatch], *, source: str, job: Job, known: Any
) -> Iterator[pa.RecordBatch]:
    """Judge the repositories of a table, and yield what was done.

    Args:
        batches: Rows with repository, path and content, sorted by repository, of which every row is in this task.
        source: The table, as it was named.
        job: What is asked for.
        known: Results of earlier runs, as Spark hands them out (`.value`).
    """
    import pyarrow as pa

    asked = (_asked_in_table(name, source, files) for (name,), files in _grouped(batches, "repository"))
    schema = pa.schema([("file", pa.string()), ("large", pa.string()), ("files", pa.int64())])
    for done in _judge_all(asked, job, known.value, this_attempt("rows")):
        yield pa.RecordBatch.from_pylist([done._asdict()], schema)


def prepare_units(shares: Iterable[tuple[Unit, Share]], *, job: Job, known: Any) -> Iterator[None]:
    """Find out about shares of units what can be told of them without the rest.

    Args:
        shares: Those of the task.
        job: What is asked for.
        known: Results of earlier runs, as Spark hands them out (`.value`).
    """
    for unit, share in shares:
        _prepare(_asked(unit, job), share, job, known.value)
    yield from ()


def prepare_rows(
    batches: Iterable[pa.RecordBatch], *, source: str, job: Job, known: Any
) -> Iterator[pa.RecordBatch]:
    """Find out about shares of the repositories of a table what can be told of them without the rest.

    Args:
        batches: Rows as for `judge_rows`, of each share all of the repository, with `number` and `of`, sorted by repository and number.
        source: The table, as it was named.
        job: What is asked for.
        known: Results of earlier runs, as Spark hands them out (`.value`).
    """
    for (name, number, of), files in _grouped(batches, "repository", "number", "of"):
        _prepare(_asked_in_table(name, source, files), Share(number, of), job, known.value)
    yield from ()


def _prepare(asked: Asked, share: Share, job: Job, known: Known) -> None:
    """Prepare a share. Whatever is wrong costs time alone: whoever judges the whole will say so."""
    from linter.fleet.judging.repository import prepare

    with suppress(Exception, OutOfTimeError), limited(job.seconds):
        prepare(asked.repository(), job, known, share)


def _asked(unit: Unit, job: Job) -> Asked:
    return Asked(unit.name, unit.shown, unit.type, partial(_of_unit, unit, job))


def _asked_in_table(name: str | None, source: str, files: list[tuple[str, bytes]]) -> Asked:
    return Asked(name or "", source, "table", partial(_of_files, name or "", source, files))


def this_attempt(kind: str) -> Attempt:
    """Return which run of a task this is."""
    from pyspark import TaskContext

    context = TaskContext.get()
    if context is None:
        raise RuntimeError("this is for a task of Spark")
    # Stages count their partitions each from 0.
    file = f"{kind}-{context.stageId()}-{context.partitionId():05}-{context.taskAttemptId()}.parquet"
    return Attempt(file, context.attemptNumber() == 0)


def _of_unit(unit: Unit, job: Job) -> Repository:
    from linter.fleet.judging.repository import Repository

    base = None if job.base is None else base_of(unit, job.base)
    return Repository(unit.name, unit.shown, unit.type, content_of(unit, job.revision), base)


def _of_files(name: str, source: str, files: list[tuple[str, bytes]]) -> Repository:
    from linter.errors import InputError
    from linter.fleet.judging.repository import Repository

    if not name:
        raise InputError(f"{len(files)} rows of the table {source} name no repository")
    return Repository(name, source, "table", TableContent(files))


def _grouped(
    batches: Iterable[pa.RecordBatch], *keys: str
) -> Iterator[tuple[tuple[Any, ...], list[tuple[str, bytes]]]]:
    """Yield the files of the rows with the same keys, which stand together, behind these keys."""
    rows = (
        row
        for batch in batches
        for row in zip(*(batch.column(name).to_pylist() for name in (*keys, "path", "content")), strict=True)
    )
    for key, files in groupby(rows, key=lambda row: row[: len(keys)]):
        yield key, [(path or "", content or b"") for *_, path, content in files]


def _judge_all(asked: Iterable[Asked], job: Job, known: Known, attempt: Attempt) -> Iterator[Done]:
    """Judge repositories one after the other. What an earlier attempt may have died of is judged in a process of its own."""
    with Writer(staging(Path(job.out), job.run), attempt.file) as writer:
        for each in asked:
            judge = partial(judged, each, job, known)
            try:
                rows = judge() if attempt.is_first else isolated(judge)
            except DiedError as error:
                rows = _failed(each, job, str(error))
            if isinstance(rows, LargeError):
                yield Done(None, each.name, rows.files)
                continue
            for table, row in rows:
                writer.add(table, row)
        yield from map(Done, writer.finish())


def judged(asked: Asked, job: Job, known: Known) -> list[tuple[str, Row]] | LargeError:
    """Judge a repository, unless it is too large for one task. Whatever is wrong with it is a row."""
    from linter.errors import InputError
    from linter.fleet.judging.repository import judge

    # Garbage is looked for between repositories, when there is much of it and nothing else.
    gc.disable()
    try:
        with limited(job.seconds):
            return judge(asked.repository(), job, known)
    except LargeError as error:
        return error
    except InputError as error:
        return _failed(asked, job, "\n".join(error.messages))
    except OSError as error:
        return _failed(
            asked, job, f"{error.filename or asked.source}: {(error.strerror or str(error)).lower()}"
        )
    except OutOfTimeError:
        return _failed(asked, job, f"not judged within {job.seconds:g} seconds (--timeout)")
    except Exception as error:  # noqa: BLE001  a bug in podplan, which the others need not pay for
        return _failed(asked, job, f"a bug in podplan: {_described(error)}")
    finally:
        gc.enable()
        gc.collect()


def _described(error: Exception) -> str:
    import traceback

    where = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"


def _failed(asked: Asked, job: Job, error: str) -> list[tuple[str, Row]]:
    from linter.version import DEFAULT

    return [
        (
            "repositories",
            RepositoryRow(
                repository=asked.name,
                kubernetes_version=version,
                source=asked.source,
                source_type=asked.source_type,
                revision=None,
                status="failed",
                judged_in=job.run,
                result="",
                error=error,
            ),
        )
        for version in job.versions or (str(DEFAULT),)
    ]
