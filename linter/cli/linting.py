"""What `podplan lint` does."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from linter.cli.common import limits, use_color

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.engine.config.options import LintOptions
    from linter.engine.report.finding import Report
    from linter.engine.rule import Severity
    from linter.loading.render import Chart, Kustomization

FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "markdown", "html")


def run(
    paths: tuple[str, ...] = (),
    formats: tuple[str, ...] = (),
    select: tuple[str, ...] = (),
    ignore: tuple[str, ...] = (),
    severity: tuple[str, ...] = (),
    fail_on: str | None = None,
    kubernetes_version: str | None = None,
    nodes: str | None = None,
    since: str | None = None,
    kustomize: tuple[str, ...] = (),
    helm: str | None = None,
    values: tuple[str, ...] = (),
    namespace: str | None = None,
    schema_locations: tuple[str, ...] = (),
    config_file: str | None = None,
    policies: tuple[str, ...] = (),
    baseline: str | None = None,
    write_baseline: str | None = None,
    *,
    fixing: bool = False,
    diffing: bool = False,
    jobs: int | None = None,
    no_cache: bool = False,
    manifests_only: bool = False,
    fail_on_empty: bool = False,
    color: str = "auto",
    quiet: bool = False,
    verbose: bool = False,
    statistics: bool = False,
) -> int:
    """Run and return the exit status. The parameters are the options of the same names (linter.cli.lint), with their defaults."""
    from linter.cli.errors import BUG, BUG_MESSAGE, FINDINGS, OK, UNREADABLE, complain, fail
    from linter.cli.reports import parse_formats, write_reports
    from linter.cli.settings import given, lint_options, read_config
    from linter.engine.config.settings import settle
    from linter.engine.own_rules import INTERNAL_ERROR

    if fixing + diffing + (since is not None) + (write_baseline is not None) > 1:
        fail("Of --fix, --diff, --since and --write-baseline only one can be asked for at a time.")
    rendered = _rendered(kustomize, helm, values)
    if rendered and (fixing or diffing):
        fail("--fix and --diff mend files; what --kustomize and --helm render is none.")
    paths = paths or (() if rendered else (".",))
    targets = parse_formats(formats, FORMATS)
    config = read_config(config_file, paths)
    on_command_line = given(
        {
            "select": _names(select),
            "ignore": _names(ignore),
            "severity": _severities(severity),
            "fail-on": fail_on,
            "kubernetes-version": kubernetes_version,
            "nodes": nodes,
            "policies": list(policies),
            "baseline": baseline,
        }
    )
    settings = settle(config, on_command_line)
    timings: dict[str, float] = {}
    options = lint_options(settings, config)._replace(
        namespace=namespace,
        manifests_only=manifests_only,
        limits=limits(),
        schema_locations=schema_locations,
        jobs=1 if statistics else jobs,
        cache=not (no_cache or statistics or fixing or diffing),
        timings=timings if statistics else None,
    )
    failed = False
    if fixing:
        from linter.cli.fixing import fix

        report = fix(paths, options)
    elif diffing:
        from linter.cli.fixing import diff

        report, failed = diff(paths, options)
        targets = [target for target in targets if target.file is not None]
    else:
        report = _lint(paths, options, since, rendered)
    if write_baseline is not None:
        report = _write_baseline(report, write_baseline, options)
    elif report.outdated:
        complain(
            f"{report.outdated} of {len(options.baseline or ())} entries of the baseline are no longer found; "
            "write it anew with --write-baseline"
        )
    # What --fix makes of standard input takes standard output; the report makes room.
    stream = sys.stderr if fixing and "-" in paths else sys.stdout
    write_reports(
        report,
        targets,
        color=use_color(color, stream),
        verbose=verbose,
        quiet=quiet,
        custom=options.custom_rules,
        stream=stream,
    )
    if statistics:
        from linter.output import statistics as tables

        stream.write(tables.render(report, timings))
    for each in report.unreadable:
        complain(f"{each.name}: {each.message}")
    if not report.resources and not report.findings and not quiet:
        complain(
            "nothing to check: no Kubernetes object was found"
            + (f" ({len(report.skipped)} files skipped)" if report.skipped else "")
        )
    if any(finding.rule == INTERNAL_ERROR.id for finding in report.findings):
        complain(BUG_MESSAGE)
        return BUG
    if report.unreadable:
        return UNREADABLE
    if failed or report.fails(settings["fail-on"].value) or (fail_on_empty and not report.resources):
        return FINDINGS
    return OK


def _lint(
    paths: tuple[str, ...], options: LintOptions, since: str | None, rendered: Sequence[Kustomization | Chart]
) -> Report:
    import linter
    from linter.cli.errors import UNREADABLE, fail
    from linter.cli.progress import Progress
    from linter.errors import InputError, UnreadableError

    progress = Progress.for_terminal()
    if progress is not None:
        options = options._replace(progress=progress.hook)
    try:
        return linter.lint(paths, options=options, since=since, rendered=rendered)
    except UnreadableError as error:
        fail(str(error), UNREADABLE)
    except InputError as error:
        fail(str(error))
    finally:
        if progress is not None:
            progress.clear()


def _rendered(
    kustomize: tuple[str, ...], helm: str | None, values: tuple[str, ...]
) -> tuple[Kustomization | Chart, ...]:
    from linter.cli.errors import fail

    if values and helm is None:
        fail("--values goes with --helm.")
    if not kustomize and helm is None:
        return ()
    from linter.loading.render import Chart, Kustomization

    charts = () if helm is None else (Chart(helm, values),)
    return (*map(Kustomization, kustomize), *charts)


def _write_baseline(report: Report, file: str, options: LintOptions) -> Report:
    """Write a baseline and return the report as the next run with it will have it."""
    from pathlib import Path

    from linter.cli.errors import complain
    from linter.cli.reports import write_file
    from linter.engine.report.baseline import accept, known, render

    findings = known(report)
    write_file(Path(file), render(findings, options.root))
    complain(f"wrote {len(findings)} findings to {file}")
    return accept(report)


def _names(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.strip() for value in values for name in value.split(",") if name.strip())


def _severities(values: tuple[str, ...]) -> dict[str, Severity]:
    from linter.cli.errors import fail
    from linter.engine.report.finding import SEVERITIES

    result: dict[str, Severity] = {}
    for value in values:
        rule, equals, level = value.partition("=")
        if not equals or level not in SEVERITIES:
            fail(f"--severity {value}: write RULE=LEVEL, with error, warning or info as level.")
        result[rule] = level
    return result
