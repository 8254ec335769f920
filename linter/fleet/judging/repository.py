"""One repository, judged: the same engine as `lint`, called in its folder, then the planner; all that it says as rows."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from linter.engine.run.cache import digest, stable
from linter.fleet.tables import RepositoryRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from linter.fleet.job import Job
    from linter.fleet.parts import Parts
    from linter.fleet.sources.content import Checkout, Content, GitContent
    from linter.fleet.tables import Row


class Share(NamedTuple):
    """One of the parts in which a large repository is dealt out to tasks."""

    number: int
    of: int


class LargeError(Exception):
    """A repository is so large that several tasks are to share it.

    Attributes:
        files: How many manifest files it has.
    """

    def __init__(self, files: int) -> None:
        super().__init__(files)
        self.files = files


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
        LargeError: Several tasks are to share it: see `prepare`. The job says of how many files on.
    """
    results = _results(repository, job)
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


def prepare(
    repository: Repository, job: Job, known: Mapping[tuple[str, str], RepositoryRow], share: Share
) -> None:
    """Find out about a share of a repository what can be told of it without the rest, and leave it to whoever judges the whole.

    Args:
        repository: The repository.
        job: What is asked for.
        known: Results of earlier runs, by repository and digest.
        share: The share.

    Raises:
        InputError, OSError: As for `judge`, which will say so.
    """
    from linter.fleet import parts as kept
    from linter.fleet.judging.engine import prepare as prepare_share

    out = Path(job.out)
    with tempfile.TemporaryDirectory(prefix="podplan-fleet-") as scratch:
        missing = [
            version
            for version, result in _results(repository, job).items()
            if (repository.name, result) not in known
        ]
        checkout = repository.content.lay_out(_made(Path(scratch) / "now"), job.limits.file_bytes)
        parts = kept.load(out, job.run, repository.name)
        for version in missing:
            prepare_share(checkout, job, version, parts, slice(share.number, None, share.of))
        kept.keep_share(out, job.run, repository.name, share.number, parts)


def _results(repository: Repository, job: Job) -> dict[str, str]:
    """Return by version the digest of all that the result depends on."""
    content = repository.content.digest(job.limits.file_bytes)
    base = b"" if repository.base is None else repository.base.digest(job.limits.file_bytes)
    asked = (job.settings, job.config_file, job.isolated, job.limits, job.plans)
    return {
        version: digest(job.podplan, content, base, stable(asked), version.encode()).hex()
        for version in job.versions or ("",)
    }


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
    from linter.fleet import parts as kept

    file_bytes, out = job.limits.file_bytes, Path(job.out)
    now = _made(scratch / "now")
    checkout = repository.content.lay_out(now, file_bytes)
    if job.split_above is not None and (files := _manifest_files(checkout)) > job.split_above:
        raise LargeError(files)
    parts = kept.load(out, job.run, repository.name)
    before = None
    if repository.base is not None:
        before = repository.base.lay_out(_made(scratch / "base"), file_bytes)
    for version, result in results.items():
        yield from _judge_version(repository, job, version, result, checkout, before, parts)
    kept.keep(out, repository.name, parts)


def _manifest_files(checkout: Checkout) -> int:
    """Return how many files of a repository may be manifests; of a dump none: it is one file."""
    from linter.loading.discovery import SUFFIXES

    return sum(
        name.lower().endswith(tuple(SUFFIXES))
        for path in checkout.paths
        for _, _, names in os.walk(checkout.folder / path)
        for name in names
    )


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
    parts: Parts,
) -> Iterator[tuple[str, Row]]:
    from linter.fleet.judging.engine import check
    from linter.fleet.judging.hazards import Simulations, found_by_rules
    from linter.fleet.judging.rows import finding_rows, left_out_rows, object_rows
    from linter.fleet.owners import owners_in

    start = time.perf_counter()
    made = parts.made
    report, judged = check(checkout, job, version, parts)
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
            checked=parts.made - made,
        ),
    )
