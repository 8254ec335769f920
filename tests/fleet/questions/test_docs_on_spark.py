"""Spark understands the SQL of the documentation, too, and finds what DuckDB finds, which the tests of that hold to the commands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linter.fleet.questions.ask import run_query
from linter.fleet.questions.database import connect

from ..conftest import ON_SPARK
from .test_docs import DOCUMENTATION, QUERIES

if TYPE_CHECKING:
    from pathlib import Path

    from pyspark import SparkContext

pytestmark = ON_SPARK


def test_the_queries(spark: SparkContext, tables: Path, tmp_path: Path) -> None:
    from pyspark.sql import SparkSession

    session = SparkSession(spark)
    (views,) = re.findall(r"```python\n(.*?)```", DOCUMENTATION, re.DOTALL)
    # Spark has a current folder of its own, and reads brackets in a path as a pattern.
    (tmp_path / "tables").symlink_to(tables)
    exec(views.replace('f"tables/', f'f"{tmp_path}/tables/'), {"spark": session})  # noqa: S102  our own documentation
    with connect(tables) as database:
        for query in QUERIES:
            found = [tuple(row) for row in session.sql(query).collect()]
            assert found
            assert sorted(found, key=repr) == sorted(run_query(database, query).rows, key=repr)
