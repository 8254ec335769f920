"""Fleets on Spark: the findings of one machine, whatever the number of tasks, and whatever happens to a worker."""

from __future__ import annotations

import json
import os
import signal
import tarfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from linter.errors import InputError, UnreadableError
from linter.fleet import parquet, store, tables
from linter.fleet.sources.find import find_units

from .conftest import BUDGET, ON_SPARK, REPOSITORIES, write
from .test_judging import DUMP

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyspark import SparkContext

    from linter.fleet.job import Job

pytestmark = ON_SPARK


def run(spark: SparkContext, job: Job, *sources: Path, partitions: int | None = None) -> tables.RunRow:
    from linter.fleet.spark import driver

    named = [str(each) for each in sources]
    return driver.run(spark, driver.Asked(named, find_units(named), "2026-11-26T20:30:00Z", partitions), job)


def stored(job: Job, table: str) -> list[Any]:
    return sorted(parquet.read(tables.folder(Path(job.out), table, job.run), tables.TABLES[table]), key=repr)


@pytest.fixture
def sources(checkouts: Path, tmp_path: Path) -> Path:
    """Checkouts, one of which cannot be judged, with an archive and a dump beside them."""
    write(checkouts / "broken", {".git/HEAD": "", "podplan.yaml": "severity: [", "a.yaml": BUDGET})
    with tarfile.open(checkouts / "tar-web.tar.gz", "w:gz") as archive:
        for name in REPOSITORIES["web"]:
            archive.add(checkouts / "web" / name, f"web-1.0/{name}")
    write(checkouts, {"no.tar.gz": "no archive"})
    write(tmp_path, {"cluster.yaml": DUMP})
    return checkouts


def test_the_findings_of_lint_whatever_the_number_of_tasks(
    spark: SparkContext, sources: Path, tmp_path: Path, job: Job, linted: Callable[..., Any]
) -> None:
    wanted = [row for name in REPOSITORIES for row in linted(sources / name, name)]
    wanted += linted(sources / "web", "tar-web")
    found = []
    for number in (1, 5):
        # In the second run every repository of more than a file is shared.
        this = job._replace(run=f"r{number}", podplan=bytes([number]), split_above=None if number == 1 else 1)
        summary = run(spark, this, sources, tmp_path / "cluster.yaml", partitions=number)
        assert (summary.repositories, summary.judged, summary.failed) == (8, 6, 2)
        found.append({table: stored(this, table) for table in tables.RESULTS})
        assert sorted(
            (each for each in found[-1]["findings"] if each.repository != "cluster"), key=repr
        ) == sorted(wanted, key=repr)
        failed = {
            each.repository: each.error for each in stored(this, "repositories") if each.status == "failed"
        }
        assert failed.keys() == {"broken", "no"}
        assert failed["broken"].startswith("podplan.yaml:2:1: This is not YAML")
        assert failed["no"].startswith("not a tar archive")
    assert found[0] == found[1]


def test_only_what_has_changed_is_judged_again(spark: SparkContext, sources: Path, job: Job) -> None:
    first, second = job._replace(run="a"), job._replace(run="b")
    run(spark, first, sources)
    write(sources / "shop", {"base/all.yaml": BUDGET.replace("Recreate", "RollingUpdate")})
    summary = run(spark, second, sources)
    assert (summary.judged, summary.unchanged, summary.failed) == (1, 4, 2)
    assert {each.repository for each in stored(second, "findings")} == {"shop"}
    rows = {
        each.repository: each.judged_in for each in stored(second, "repositories") if each.status != "failed"
    }
    assert rows == {"empty": "a", "old": "a", "shop": "b", "tar-web": "a", "web": "a"}


def test_a_worker_that_is_killed(spark: SparkContext, sources: Path, tmp_path: Path, job: Job) -> None:
    # Who reads a pipe waits until somebody writes: so it is known where the worker is when it dies.
    once, always = tmp_path / "a-once.yaml", tmp_path / "z-always.yaml"
    os.mkfifo(once)
    os.mkfifo(always)

    def kill_reader(pipe: Path, *, for_good: bool) -> None:
        with pipe.open("wb"):
            # It is in the middle of opening it, which does not show at once.
            while not (readers := [each for each in _processes() if _has_open(each, pipe)]):
                time.sleep(0.01)
            if not for_good:  # who comes next finds a file
                pipe.unlink()
                pipe.write_text("")
            for process in readers:
                os.kill(int(process.name), signal.SIGKILL)

    def kill() -> None:
        kill_reader(once, for_good=False)
        kill_reader(always, for_good=True)

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    summary = run(spark, job._replace(seconds=30), sources, once, always, partitions=1)
    killer.join(10)
    rows = stored(job, "repositories")
    assert (summary.repositories, summary.judged, summary.failed) == (9, 6, 3), rows
    assert len({each.repository for each in rows}) == len(rows) == 9
    assert [each.error for each in rows if each.repository == "z-always"] == [
        "the process that judged it was ended by signal 9"
    ]
    judged = {each.repository for each in rows if each.status == "judged"}
    assert judged >= {"old", "shop", "web", "a-once"}
    found = stored(job, "findings")
    assert len(found) == len(set(map(repr, found)))


def _processes() -> list[Path]:
    return [each for each in Path("/proc").glob("[0-9]*") if int(each.name) != os.getpid()]


def _has_open(process: Path, file: Path) -> bool:
    try:
        return any(
            each.samefile(file) for each in (process / "fd").iterdir() if file.name in str(each.readlink())
        )
    except OSError:
        return False


def test_tables_of_files_and_the_views_of_a_run(
    spark: SparkContext, checkouts: Path, tmp_path: Path, job: Job, linted: Callable[..., Any]
) -> None:
    from pyspark.sql import SparkSession

    lines = [
        json.dumps({"repository": name, "path": path, "content": text})
        for name in ("web", "shop")
        for path, text in REPOSITORIES[name].items()
    ]
    table = tmp_path / "files.jsonl"
    table.write_text("\n".join([*lines, '{"path": "x"}']))
    run(spark, job._replace(run="a", split_above=1), table, partitions=2)
    this = job._replace(run="b")
    summary = run(spark, this, table, partitions=3)
    assert (summary.judged, summary.unchanged, summary.failed) == (0, 2, 1)
    wanted = [row for name in ("web", "shop") for row in linted(checkouts / name, name)]
    session = SparkSession(spark)
    for name in ("findings", "repositories", "runs"):
        schema = tables.schema_sql(name)
        stored_ = session.read.schema(schema).parquet(str(tables.folder(Path(job.out), name)))
        stored_.createOrReplaceTempView(f"stored_{name}")
    rows = session.sql(tables.view_sql("findings", "stored_")).collect()
    for name in ("a", "b"):
        found = [tables.FindingRow(*row[:-1]) for row in rows if row.run == name]
        assert sorted(found, key=repr) == sorted(wanted, key=repr)
    assert store.runs(Path(job.out)) == ["a", "b"]


def test_a_repository_in_two_sources(spark: SparkContext, checkouts: Path, tmp_path: Path, job: Job) -> None:
    table = tmp_path / "files.jsonl"
    table.write_text('{"repository": "web", "path": "a.yaml", "content": "a: 1"}\n')
    with pytest.raises(InputError, match="the repository web is in"):
        run(spark, job, checkouts, table)
    write(tmp_path, {"no.parquet": "no table"})
    with pytest.raises(UnreadableError, match=r"no\.parquet"):
        run(spark, job, tmp_path / "no.parquet")
    assert store.runs(Path(job.out)) == []
