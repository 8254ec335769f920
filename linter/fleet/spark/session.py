"""The connection to Spark, and what to say where it cannot be had."""

from __future__ import annotations

import os
import re
import shutil
import subprocess  # nosec B404
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from linter.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pyspark import SparkContext

EXTRA: Final = 'podplan fleet needs its extra: pip install "podplan[fleet]".'
OLDEST_JAVA: Final = 17
NO_JAVA: Final = f"podplan fleet needs Java {OLDEST_JAVA} or later for Spark: install one (a JRE will do), and set JAVA_HOME where java is not on PATH."
ATTEMPTS: Final = 4
"""How often a task is run before the run is given up; Spark's own number on a cluster."""
_LOGGING: Final = Path(__file__).with_name("log4j2.properties")
_JAVA_OPTIONS: Final = "spark.driver.extraJavaOptions"
_LOCAL: Final = re.compile(r"local(?:\[(?P<cores>\d+|\*)\])?")


def require_spark() -> None:
    """Check that Spark can be started.

    Raises:
        InputError: The extra or Java is missing; it says what to install.
    """
    try:
        import pyarrow as pa  # noqa: F401  whether it is there
        import pyspark  # noqa: F401  likewise
    except ImportError as error:
        raise InputError(EXTRA) from error
    version = java_version()
    if version is None:
        raise InputError(NO_JAVA)
    if version < OLDEST_JAVA:
        raise InputError(f"{NO_JAVA} The one that is found is Java {version}.")


def java_version() -> int | None:
    """Return the version of the Java that Spark will find, e.g. 17; None where there is none that runs."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=None if home is None else os.path.join(home, "bin"))  # noqa: PTH118  text in, text out
    if java is None:
        return None
    try:
        told = subprocess.run(  # noqa: S603  found above
            [java, "-version"], capture_output=True, text=True, check=False, timeout=60
        ).stderr
    except (OSError, subprocess.TimeoutExpired):
        return None
    # Up to 8 it was "1.8.0".
    found = re.search(r'version "(?:1\.)?(?P<number>\d+)', told)
    return None if found is None else int(found["number"])


@contextmanager
def connected(master: str | None, settings: Mapping[str, str]) -> Iterator[SparkContext]:
    """Start Spark, or connect to it; stop it in the end.

    Args:
        master: Where it is, as in `spark-submit --master`; None: what its configuration says, or this machine.
        settings: More of its configuration, e.g. {"spark.executor.memory": "4g"}.

    Raises:
        InputError: It cannot be started or reached.
    """
    from pyspark import SparkConf, SparkContext

    # Workers on this machine are the Python that this is; elsewhere it is what the cluster has.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    if is_local(master):
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    conf = SparkConf().setAppName("podplan fleet")
    chosen = {
        "spark.master": with_attempts(master or conf.get("spark.master", "local[*]") or "local[*]"),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": str(sys.stderr.isatty()).lower(),
        # Modules are loaded once on each machine, not once in each worker.
        "spark.python.daemon.module": "linter.fleet.spark.daemon",
        **settings,
    }
    logging = f"-Dlog4j2.configurationFile={_LOGGING.as_uri()}"
    chosen[_JAVA_OPTIONS] = f"{logging} {settings.get(_JAVA_OPTIONS, '')}"
    for name, value in chosen.items():
        conf.set(name, value)
    try:
        context = SparkContext(conf=conf)
    except Exception as error:  # whatever Java says
        raise InputError(f"Spark cannot be started: {_first_line(error)}") from error
    try:
        yield context
    finally:
        context.stop()


def is_local(master: str | None) -> bool:
    """Tell whether everything runs on this machine."""
    return master is None or master.startswith("local")


def with_attempts(master: str) -> str:
    """Return a master that runs a task again where its worker was killed: on one machine Spark does not unless it is told so."""
    local = _LOCAL.fullmatch(master)
    return master if local is None else f"local[{local['cores'] or 1},{ATTEMPTS}]"


def _first_line(error: Exception) -> str:
    lines = [line for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
