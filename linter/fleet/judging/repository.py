"""One repository, judged: the same engine as `lint`, called in its folder, then the planner; all that it says as rows."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from linter.engine.run.cache import digest, stable
from linter.fleet.tables import RepositoryRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from linter.fleet.job import Job
    from linter.fleet.sources.content import Checkout, Content, GitContent
    from linter.fleet.tables import Row


class Repository(NamedTuple):
    """A repository of the fleet."""

    name: str
    source: str
    """Where it is, as it was named."""
    source_type: str
    """folder, mirror, archive, table or dump."""
    content: Content
    base: GitContent | None = None
    """What it is compared with."""


def judge(
    repository: Repository, job: Job, known: Mapping[tuple[str, str], RepositoryRow]
) -> list[tuple[str, Row]]:
    """Judge a repository for each version that is asked for.

    Args:
        repository: The repository.
        job: What is asked for.
        known: Results of earlier runs, by repository and digest.

    Returns:
        The rows, each behind the name of its table.

    Raises:
        InputError: It cannot be judged: its configuration is faulty, git does not have it, an archive is none.
        OSError: It cannot be read.
    """
    content = repository.content.digest(job.limits.file_bytes)
    base = b"" if repository.base is None else repository.base.digest(job.limits.file_bytes)
    asked = (job.settings, job.config_file, job.isolated, job.limits, job.plans)
    results = {
        version: digest(job.podplan, content, base, stable(asked), version.encode()).hex()
        for version in job.versions or ("",)
    }
    rows: list[tuple[str, Row]] = []
    missing: dict[str, str] = {}
    for version, result in results.items():
        earlier = known.get((repository.name, result))
        if earlier is None:
            missing[version] = result
        else:
            rows.append(("repositories", _unchanged(earlier, repository)))
    if missing:
        with tempfile.TemporaryDirectory(prefix="podplan-fleet-") as scratch:
            rows += _judge_laid_out(repository, job, missing, Path(scratch))
    return rows


def _unchanged(earlier: RepositoryRow, repository: Repository) -> RepositoryRow:
    return earlier._replace(
        source=repository.source,
        source_type=repository.source_type,
        revision=repository.content.revision(),
        status="unchanged",
        seconds=0.0,
    )


def _judge_laid_out(
    repository: Repository, job: Job, results: Mapping[str, str], scratch: Path
) -> Iterator[tuple[str, Row]]:
    file_bytes = job.limits.file_bytes
    now = _made(scratch / "now")
    checkout = repository.content.lay_out(now, file_bytes)
    before = None
    if repository.base is not None:
        before = repository.base.lay_out(_made(scratch / "base"), file_bytes)
    for version, result in results.items():
        yield from _judge_version(repository, job, version, result, checkout, before)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _judge_version(
    repository: Repository,
    job: Job,
    version: str,
    result: str,
    checkout: Checkout,
    before: Checkout | None,
) -> Iterator[tuple[str, Row]]:
    from linter.fleet.judging.engine import check
    from linter.fleet.judging.hazards import Simulations, found_by_rules
    from linter.fleet.judging.rows import finding_rows, left_out_rows, object_rows
    from linter.fleet.owners import owners_in

    start = time.perf_counter()
    report, judged = check(checkout, job, version)
    name, said = repository.name, str(report.version)
    owners = owners_in(checkout.folder)
    for finding in finding_rows(name, report, owners):
        yield "findings", finding
    for each in object_rows(name, said, judged, owners):
        yield "objects", each
    for left in left_out_rows(name, report, checkout.left):
        yield "left_out", left
    for row in found_by_rules(name, report, owners):
        yield "hazards", row
    if job.plans:
        simulations = Simulations(name, said, owners)
        is_cluster = repository.source_type == "dump"
        hazards = (simulations.of_cluster if is_cluster else simulations.of_manifests)(judged)
        for row in hazards.rows:
            yield "hazards", row
        for left in hazards.left_out:
            yield "left_out", left
    if before is not None and repository.base is not None:
        from linter.fleet.judging.changes import plan_changes

        _, old = check(before, job, version)
        changes = plan_changes(name, said, repository.base.commit, old, judged)
        for plan in changes.rows:
            yield "plans", plan
        for left in changes.left_out:
            yield "left_out", left
    yield (
        "repositories",
        RepositoryRow(
            repository=name,
            kubernetes_version=said,
            source=repository.source,
            source_type=repository.source_type,
            revision=repository.content.revision(),
            status="judged",
            judged_in=job.run,
            result=result,
            error=None,
            files=report.files,
            resources=report.resources,
            by_schema=report.by_schema,
            unchecked=report.unchecked,
            skipped=len(report.skipped),
            unreadable=len(report.unreadable) + len(checkout.left),
            errors=report.count("error"),
            warnings=report.count("warning"),
            infos=report.count("info"),
            suppressed=len(report.suppressed),
            seconds=time.perf_counter() - start,
        ),
    )
