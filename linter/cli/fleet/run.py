"""What `podplan fleet` does."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linter.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linter.cli.fleet.request import FleetRequest
    from linter.fleet.job import Job
    from linter.fleet.tables import RepositoryRow, RunRow

_MOST_NAMED = 20
"""How many repositories that failed are named; the table has them all."""


def run(request: FleetRequest) -> int:
    """Judge a fleet, say how it ended, and return the exit status.

    Raises:
        InputError: Something that was asked for cannot be, or Spark cannot be had.
        UnreadableError: A source cannot be read, or the tables not be written.
    """
    from linter.cli.status import OK, UNREADABLE
    from linter.cli.streams import complain
    from linter.fleet import store
    from linter.fleet.sources.find import find_units
    from linter.fleet.spark.session import connected, require_spark

    if request.out is None:
        raise InputError("--out DIR is missing: where the tables are.")
    time = _now()
    job = _job(request, request.out, request.run or time.replace("-", "").replace(":", ""))
    found = find_units(request.sources)
    require_spark()
    from linter.fleet.spark.driver import Asked
    from linter.fleet.spark.driver import run as run_on_spark

    asked = Asked(request.sources, found, time, request.partitions)
    with connected(request.master, _pairs(request.conf)) as spark:
        summary = run_on_spark(spark, asked, job)
    rows = list(store.repositories(Path(job.out), job.run))
    write = _as_json if request.format == "json" else _as_text
    sys.stdout.write(write(job.run, summary, rows))
    failed = [each for each in rows if each.status == "failed"]
    for each in failed[:_MOST_NAMED]:
        complain(f"{each.repository}: {each.error}")
    if len(failed) > _MOST_NAMED:
        complain(f"{len(failed) - _MOST_NAMED} more failed; the table `repositories` has them")
    return UNREADABLE if failed else OK


def _now() -> str:
    import datetime as dt

    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _job(request: FleetRequest, out: str, name: str) -> Job:
    """Return what the workers are told, after a look at it: what is wrong for all of them is said once."""
    from linter.engine.config.load import lint_options, read_config
    from linter.engine.config.settings import FILES, resolve_settings
    from linter.engine.registry import choose
    from linter.engine.run.cache import digest
    from linter.engine.run.code_digest import code_digest
    from linter.fleet.job import Job
    from linter.loading.limits import parse_limits
    from linter.version import parse_version

    versions = tuple(dict.fromkeys(str(parse_version(each)) for each in request.kubernetes_version))
    limits = parse_limits(request.limits)
    given = _absolute(request.settings())
    config_file = None if request.config_file is None else str(Path(request.config_file).absolute())
    config = read_config(config_file, (), isolated=config_file is None)
    settings = resolve_settings(config, {**given, "helm": "never"})
    options = lint_options(settings, config, limits, python_rules=False)
    choose(options.select, options.ignore, options.custom_rules)
    named = [settings[each].value for each in sorted(FILES)]
    files = [Path(file) for value in named for file in ([value] if isinstance(value, str) else value or ())]
    return Job(
        run=name,
        out=str(Path(out).absolute()),
        settings=given,
        versions=versions,
        config_file=config_file,
        isolated=request.isolated,
        limits=limits,
        revision=request.revision,
        base=request.since,
        plans=not request.no_plans,
        podplan=digest(code_digest(), config.text.encode(), *(_content(each) for each in files)),
        seconds=request.timeout,
        split_above=request.split_above or None,
    )


def _absolute(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings with the files that they name as absolute paths: workers are in the folders of repositories."""
    from linter.engine.config.settings import FILES

    result = dict(settings)
    for name in FILES & result.keys():
        value = result[name]
        result[name] = (
            str(Path(value).absolute())
            if isinstance(value, str)
            else [str(Path(each).absolute()) for each in value]
        )
    return result


def _content(path: Path) -> bytes:
    """Return what results depend on of a file or folder that a setting names."""
    from linter.fleet.sources.content import FolderContent

    if path.is_dir():
        return FolderContent(path).digest(sys.maxsize)
    return path.read_bytes() if path.exists() else b""


def _pairs(texts: Sequence[str]) -> dict[str, str]:
    pairs = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.startswith("spark."):
            raise InputError(f"--conf {text}: write NAME=VALUE, with a name that begins with spark.")
        pairs[name] = value
    return pairs


def _as_text(name: str, summary: RunRow, rows: Sequence[RepositoryRow]) -> str:
    totals = _totals(rows)
    with_errors = len({each.repository for each in rows if each.errors})
    how = f"{summary.judged} judged, {summary.unchanged} unchanged, {summary.failed} failed"
    lines = [f"run {name}: {summary.repositories} repositories in {summary.seconds:.0f} s ({how})"]
    for version, counts in totals.items():
        lines.append(
            f"Kubernetes {version}: {counts['resources']} objects in {counts['files']} files; {counts['errors']} errors, "
            f"{counts['warnings']} warnings, {counts['infos']} infos"
        )
    lines.append(f"{with_errors} repositories have errors")
    return "\n".join(lines) + "\n"


def _as_json(name: str, summary: RunRow, rows: Sequence[RepositoryRow]) -> str:
    return json.dumps({"run": name, **summary._asdict(), "versions": _totals(rows)}) + "\n"


def _totals(rows: Sequence[RepositoryRow]) -> dict[str, dict[str, int]]:
    """Return the sums over all repositories, by version."""
    totals: dict[str, dict[str, int]] = {}
    for row in sorted(rows, key=lambda each: each.kubernetes_version):
        if row.status == "failed":
            continue
        counts = totals.setdefault(row.kubernetes_version, dict.fromkeys(_COUNTED, 0))
        for name in _COUNTED:
            counts[name] += getattr(row, name)
    return totals


_COUNTED = ("files", "resources", "errors", "warnings", "infos", "suppressed")
