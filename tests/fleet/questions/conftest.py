"""A small fleet, judged twice by the engine itself, as tables on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from linter.errors import InputError
from linter.fleet import store
from linter.fleet.job import Job
from linter.fleet.judging.repository import Repository, judge
from linter.fleet.parquet import Writer
from linter.fleet.sources.content import TableContent
from linter.fleet.tables import RepositoryRow, RunRow
from linter.loading.limits import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from linter.fleet.job import Known
    from linter.fleet.tables import Row

VERSIONS = ("1.36", "1.37")
POD = """\
  template:
    metadata: {labels: {app: NAME}}
    spec:
      containers:
      - name: app
        image: registry.example.com/NAME:1.4
        ports: [{name: http, containerPort: 8080}]
        readinessProbe: {httpGet: {port: http}}
"""
DEPLOYMENT = f"""\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: NAME, namespace: shop}}
spec:
  replicas: 2
  selector: {{matchLabels: {{app: NAME}}}}
{POD}"""
STATEFUL = f"""\
apiVersion: v1
kind: Service
metadata: {{name: NAME, namespace: shop}}
spec: {{clusterIP: None, selector: {{app: NAME}}, ports: [{{port: 80, targetPort: http}}]}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: NAME, namespace: shop}}
spec:
  replicas: 3
  serviceName: NAME
  updateStrategy: {{rollingUpdate: {{maxUnavailable: 2}}}}
  selector: {{matchLabels: {{app: NAME}}}}
{POD}"""
BUDGET = """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: NAME, namespace: shop}
spec: {maxUnavailable: 0, selector: {matchLabels: {app: NAME}}}
"""
DAEMON = f"""\
apiVersion: apps/v1
kind: DaemonSet
metadata: {{name: NAME, namespace: shop}}
spec:
  updateStrategy: {{rollingUpdate: {{maxSurge: 1, maxUnavailable: 0}}}}
  selector: {{matchLabels: {{app: NAME}}}}
{POD.replace("containerPort: 8080", "containerPort: 8080, hostPort: 8080")}"""
CRON_JOB = """\
apiVersion: batch/v1beta1
kind: CronJob
metadata: {name: NAME, namespace: shop}
spec:
  schedule: "0 3 * * *"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: app, image: "app:1"}]}}}}
"""
CIDR = """\
apiVersion: networking.k8s.io/v1beta1
kind: ServiceCIDR
metadata: {name: NAME}
spec: {cidrs: [10.0.0.0/24]}
"""
ENDPOINTS = """\
apiVersion: v1
kind: Endpoints
metadata: {name: NAME, namespace: shop}
subsets: [{addresses: [{ip: 10.0.0.1}], ports: [{port: 80}]}]
"""


def named(text: str, name: str) -> str:
    """Return a manifest with its name."""
    return text.replace("NAME", name)


BEFORE: dict[str, dict[str, str]] = {
    "team/web": {
        ".github/CODEOWNERS": "*  @acme/web\nold/  @acme/web @acme/sre\nfree/\n",
        "k8s/web.yaml": named(DEPLOYMENT, "web").replace("  replicas:", "  replica:"),
        "old/report.yaml": named(CRON_JOB, "report"),
        "free/endpoints.yaml": named(ENDPOINTS, "endpoints"),
    },
    "team/data": {
        "CODEOWNERS": "*  @acme/data\n",
        "base/kustomization.yaml": "resources: [db.yaml, budget.yaml]\n",
        "base/db.yaml": named(STATEFUL, "db"),
        "base/budget.yaml": named(BUDGET, "db"),
        "overlays/a/kustomization.yaml": "namePrefix: a-\nresources: [../../base]\n",
        "overlays/b/kustomization.yaml": "namePrefix: b-\nresources: [../../base]\n",
    },
    "team/network": {"cidr.yaml": named(CIDR, "more")},
    "team/agents": {"agent.yaml": named(DAEMON, "agent")},
    "team/same": {"web.yaml": named(DEPLOYMENT, "same")},
    "team/left": {"web.yaml": named(DEPLOYMENT, "left").replace("replicas: 2", "replicas: -1")},
}
NOW: dict[str, dict[str, str]] = {
    **{name: files for name, files in BEFORE.items() if name != "team/left"},
    "team/web": {
        **BEFORE["team/web"],
        "k8s/web.yaml": named(DEPLOYMENT, "web")
        .replace("app:1.4", "app:latest")
        .replace("port: http}", "port: htpp}"),
    },
    "team/fresh": {"web.yaml": named(DEPLOYMENT, "fresh").replace("replicas: 2", "replicas: two")},
    "team/broken": {"podplan.yaml": "select: 7\n", "web.yaml": named(DEPLOYMENT, "broken")},
}
"""A week later: a field is repaired, a probe broken, a repository came, one went, and one cannot be judged."""


def write_run(
    out: Path,
    run: str,
    time: str,
    repositories: Mapping[str, Mapping[str, str]],
    versions: tuple[str, ...] = VERSIONS,
) -> None:
    """Judge repositories as a worker does, and add a run to the tables."""
    job = Job(
        run=run, out=str(out), settings={}, versions=versions, config_file=None, isolated=False, limits=DEFAULT, revision=None,
        base=None, plans=True, podplan=b"", seconds=60, split_above=None,
    )  # fmt: skip
    known = store.earlier(out)
    write_rows(
        out,
        job,
        time,
        [row for name, files in repositories.items() for row in _judged(name, files, job, known)],
    )


def write_rows(out: Path, job: Job, time: str, rows: Sequence[tuple[str, Row]]) -> None:
    """Add a run with such rows to the tables."""
    statuses = [row.status for _, row in rows if isinstance(row, RepositoryRow)]
    with Writer(store.begin(out, job.run), "part-1.parquet") as writer:
        for table, row in rows:
            writer.add(table, row)
        written = writer.finish()
    judged, unchanged, failed = (
        statuses.count(each) // len(job.versions) for each in ("judged", "unchanged", "failed")
    )
    summary = RunRow(
        time,
        "0.1.0",
        list(job.versions),
        ["there"],
        revision=None,
        base=job.base,
        options="{}",
        repositories=judged + unchanged + failed,
        judged=judged,
        unchanged=unchanged,
        failed=failed,
        seconds=1.0,
    )
    store.commit(out, job.run, written, summary)


def _judged(name: str, files: Mapping[str, str], job: Job, known: Known) -> list[tuple[str, Row]]:
    content = TableContent([(path, text.encode()) for path, text in files.items()])
    try:
        return judge(Repository(name, "there", "table", content), job, known)
    except InputError as error:
        message = "\n".join(error.messages)
        return [
            ("repositories", RepositoryRow(
                name, version, "there", "table", None, "failed", job.run, "", message, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.0,
            ))
            for version in job.versions
        ]  # fmt: skip


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of two runs, a week apart, for two versions."""
    out = tmp_path_factory.mktemp("fleet") / "it's [all]=tables"
    out.mkdir()
    write_run(out, "first", "2026-11-01T03:00:00Z", BEFORE)
    write_run(out, "second", "2026-11-08T03:00:00Z", NOW)
    return out


@pytest.fixture
def connect(tables: Path) -> Callable[[], DuckDBPyConnection]:
    """What opens the tables."""
    from linter.fleet.questions import database

    return lambda: database.connect(tables)
