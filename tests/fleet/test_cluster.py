"""A cluster of Spark's own (standalone) on this machine: driver, master, worker and executor are processes of their own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from linter.fleet import parquet, tables

from .conftest import ON_SPARK, REPOSITORIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

pytestmark = ON_SPARK
ROOT = Path(__file__).parents[2]
SECONDS = 300
"""In which a process of Spark is up, on a busy machine."""


@contextmanager
def started(log: Path, environment: dict[str, str], said: str, *command: str) -> Iterator[str]:
    """Run a part of Spark, and yield what fits a pattern in its log."""
    import pyspark

    home = Path(pyspark.__file__).parent
    with (
        log.open("wb") as out,
        subprocess.Popen(
            [home / "bin/spark-class", *command], env=environment, stdout=out, stderr=out, cwd=log.parent
        ) as process,
    ):
        try:
            end = time.monotonic() + SECONDS
            while not (found := re.search(said, log.read_text("utf-8", "replace"))):
                assert process.poll() is None and time.monotonic() < end, log.read_text("utf-8", "replace")  # noqa: PT018  one reason
                time.sleep(0.2)
            yield found[0]
        finally:
            process.terminate()


def test_the_findings_of_lint(checkouts: Path, tmp_path: Path, linted: Callable[..., list[Any]]) -> None:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_DAEMON_MEMORY": "256m",
        "PYSPARK_PYTHON": sys.executable,
    }
    here = ("--host", "127.0.0.1", "--webui-port", "0")
    deploy = "org.apache.spark.deploy"
    master = (f"{deploy}.master.Master", *here, "--port", "0")
    worker = (
        f"{deploy}.worker.Worker",
        *here,
        "--cores",
        "2",
        "--memory",
        "1g",
        "--work-dir",
        str(tmp_path / "work"),
    )
    with (
        started(tmp_path / "master.log", environment, r"spark://127\.0\.0\.1:\d+", *master) as url,
        started(tmp_path / "worker.log", environment, "registered with master", *worker, url),
    ):
        options = [
            "--conf",
            "spark.driver.host=127.0.0.1",
            "--conf",
            "spark.executor.memory=512m",
            "--partitions",
            "3",
        ]
        subprocess.run(
            [
                sys.executable,
                "-m",
                "linter",
                "fleet",
                checkouts,
                "--master",
                url,
                "--out",
                tmp_path / "tables",
                "--run",
                "a",
                *options,
            ],
            env=environment,
            check=True,
        )
    found = list(parquet.read(tables.folder(tmp_path / "tables", "findings", "a"), tables.FindingRow))
    wanted = [row for name in REPOSITORIES for row in linted(checkouts / name, name)]
    assert wanted
    assert sorted(found, key=repr) == sorted(wanted, key=repr)
