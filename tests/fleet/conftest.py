"""What tests of fleets share: a few small repositories, a job, and what `lint` says of a folder."""

from __future__ import annotations

import contextlib
import os
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import pytest

import linter
from linter.engine.config.load import lint_options, read_config
from linter.engine.config.settings import resolve_settings
from linter.fleet.job import Job
from linter.fleet.judging.rows import finding_rows
from linter.fleet.owners import owners_in
from linter.fleet.spark.session import OLDEST_JAVA, connected, java_version
from linter.loading.limits import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pyspark import SparkContext

    from linter.fleet.tables import FindingRow

ON_SPARK = [
    # All such tests share one Spark, which takes ten seconds to start: they are of one group, and so in one process.
    pytest.mark.xdist_group("spark"),
    pytest.mark.slow,
    pytest.mark.skipif(
        find_spec("pyspark") is None,
        reason="the extra fleet is not installed: fleets are not tested on Spark",
    ),
    pytest.mark.skipif(
        (java_version() or 0) < OLDEST_JAVA,
        reason="there is no Java 17 or later: fleets are not tested on Spark",
    ),
    # PySpark leaves a socket to the collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]
"""What marks tests on Spark."""

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: wrong}}
    spec: {containers: [{name: web, image: "nginx:latest", port: 80}]}
"""
BUDGET = """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  strategy: {type: Recreate}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1.25"}]}
"""
OLD = """\
apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata: {name: old}
spec: {}
"""
REPOSITORIES: dict[str, dict[str, str]] = {
    "web": {"k8s/web.yaml": WEB, "CODEOWNERS": "* @all\n/k8s/ @org/web\n", "README.md": "x"},
    "shop": {
        "base/kustomization.yaml": "resources: [all.yaml]\n",
        "base/all.yaml": BUDGET,
        "overlays/a/kustomization.yaml": "namePrefix: a-\nresources: [../../base]\n",
        "overlays/b/kustomization.yaml": "namePrefix: b-\nresources: [../../base]\n",
        "podplan.yaml": "severity: {budget-blocks-eviction: error}\n",
    },
    "old": {"a.yaml": OLD, "b.yaml": "a: [", "c.yaml": WEB},
    "empty": {"README.md": "nothing\n"},
}


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files into a folder."""
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder


def commit(folder: Path) -> None:
    """Commit all that is in a folder."""
    author = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    if not (folder / ".git").exists():
        subprocess.run(["git", "init", "--quiet", "--initial-branch=main", folder], check=True)
    subprocess.run(["git", "add", "--all"], cwd=folder, check=True)
    subprocess.run(["git", *author, "commit", "--quiet", "--message=x"], cwd=folder, check=True)


@pytest.fixture
def checkouts(tmp_path: Path) -> Path:
    """A folder with a checkout of each repository."""
    for name, files in REPOSITORIES.items():
        commit(write(tmp_path / "checkouts" / name, files))
    return tmp_path / "checkouts"


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """A run with the defaults of the command line."""
    return Job(
        run="now",
        out=str(tmp_path / "tables"),
        settings={},
        versions=(),
        config_file=None,
        isolated=False,
        limits=DEFAULT,
        revision=None,
        base=None,
        plans=True,
        podplan=b"",
        seconds=60,
        split_above=None,
    )


@pytest.fixture(scope="session")
def linted() -> Callable[..., list[FindingRow]]:
    """What `podplan lint` finds in the root of a repository, as rows."""

    def lint(folder: Path, name: str, **given: str) -> list[FindingRow]:
        with contextlib.chdir(folder):
            config = read_config(None, (".",))
            given = {option.replace("_", "-"): value for option, value in given.items()}
            options = lint_options(resolve_settings(config, given), config)
            return list(finding_rows(name, linter.lint((".",), options=options), owners_in(folder)))

    return lint


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkContext]:
    """Spark on two cores of this machine."""
    found = [str(Path(__file__).parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])]
    settings = {
        "spark.driver.memory": "512m",
        # It does little and not for long.
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "spark.sql.shuffle.partitions": "2",
    }
    with contextlib.ExitStack() as stack:
        # Spark's variables, and those that its libraries set, are no other test's.
        with mock.patch.dict(os.environ, PYTHONPATH=os.pathsep.join(found)):
            context = stack.enter_context(connected("local[2]", settings))
        yield context
