"""What `podplan lint` does."""

from __future__ import annotations

import sys

from linter.cli.lint.request import CHARTS, FORMATS
from linter.cli.streams import use_color, use_unicode
from linter.errors import InputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.cli.lint.request import LintRequest
    from linter.engine.config.options import LintOptions
    from linter.engine.report.finding import Report
    from linter.loading.render import Chart, Kustomization


def run(request: LintRequest) -> int:
    """Lint, report, and return the exit status.

    Raises:
        InputError: Something that was asked for cannot be.
        UnreadableError: Something that was named cannot be read, rendered or written.
    """
    from linter.cli.reports import parse_formats, write_reports
    from linter.cli.status import BUG, BUG_MESSAGE, FINDINGS, OK, UNREADABLE
    from linter.cli.streams import complain
    from linter.engine.config.load import lint_options, read_config
    from linter.engine.config.settings import resolve_settings
    from linter.loading.limits import parse_limits

    modes = (request.fix, request.diff, request.since is not None, request.write_baseline is not None)
    if sum(modes) > 1:
        raise InputError(
            "Of --fix, --diff, --since and --write-baseline only one can be asked for at a time."
        )
    rendered = _rendered(request)
    if rendered and (request.fix or request.diff):
        raise InputError("--fix and --diff fix files; what --kustomize and --helm render is not a file.")
    paths = request.paths or (() if rendered else (".",))
    targets = parse_formats(request.formats, FORMATS)
    config = read_config(request.config_file, paths, isolated=request.isolated)
    settings = resolve_settings(config, request.settings())
    timings: dict[str, float] = {}
    # A stored report says that a finding can be fixed, but not how.
    with_fixes = any(target.format == "sarif" for target in targets)
    options = lint_options(
        settings, config, parse_limits(request.limits), python_rules=not request.no_python_rules
    )._replace(
        namespace=request.namespace,
        manifests_only=request.manifests_only,
        build_kustomizations=not request.no_kustomize,
        schema_locations=request.schema_locations,
        jobs=1 if request.statistics else request.jobs,
        cache=not (request.no_cache or request.statistics or request.fix or request.diff or with_fixes),
        timings=timings if request.statistics else None,
    )
    if request.fix or request.diff:
        options = options._replace(render_charts=False)  # what is rendered is not a file
    would_change = False
    if request.fix:
        from linter.cli.lint.fixing import fix

        report = fix(paths, options)
    elif request.diff:
        from linter.cli.lint.fixing import diff

        report, would_change = diff(paths, options)
        targets = [target for target in targets if target.file is not None]
    else:
        report = _lint(paths, options, request.since, rendered)
    if request.since is not None:
        from linter.cli.reports import report_changed_configuration

        report_changed_configuration(config, paths, request.since)
    if request.write_baseline is not None:
        report = _write_baseline(report, request.write_baseline, options)
    elif report.outdated:
        complain(
            f"{report.outdated} of {len(options.baseline or ())} entries of the baseline are no longer found; "
            "write it anew with --write-baseline"
        )
    # What --fix makes of standard input takes standard output; the report makes room.
    stream = sys.stderr if request.fix and "-" in paths else sys.stdout
    write_reports(
        report,
        targets,
        color=use_color(request.color, stream),
        verbose=request.verbose,
        grouped=not request.all_findings,
        quiet=request.quiet,
        unicode=use_unicode(stream) and not request.ascii,
        custom=options.custom_rules,
        stream=stream,
    )
    if request.statistics:
        from linter.output import statistics as tables

        stream.write(tables.render(report, timings))
    for unreadable in report.unreadable:
        complain(f"{unreadable.name}: {unreadable.message}")
    if report.unbuilt and not request.quiet:
        first, *others = report.unbuilt
        more = f" (and {len(others)} more; --verbose lists them)" if others else ""
        complain(f"{first.name}: {first.reason}{more}")
    if not report.resources and not report.findings and not request.quiet:
        from linter.output.summary import skipped

        left_out = skipped(report)
        complain("nothing to check: no Kubernetes object was found" + (f" ({left_out})" if left_out else ""))
    if report.findings:
        from linter.engine.own_rules import INTERNAL_ERROR

        if any(finding.rule == INTERNAL_ERROR.id for finding in report.findings):
            complain(BUG_MESSAGE)
            return BUG
    if report.unreadable:
        return UNREADABLE
    fails = report.fails(settings["fail-on"].value) or (request.fail_on_empty and not report.resources)
    return FINDINGS if fails or would_change else OK


def _lint(
    paths: tuple[str, ...], options: LintOptions, since: str | None, rendered: Sequence[Kustomization | Chart]
) -> Report:
    import linter
    from linter.cli.lint.progress import Progress

    progress = Progress.for_terminal()
    if progress is not None:
        options = options._replace(progress=progress.hook)
    try:
        return linter.lint(paths, options=options, since=since, rendered=rendered)
    finally:
        if progress is not None:
            progress.clear()


def _rendered(request: LintRequest) -> tuple[Kustomization | Chart, ...]:
    chart = None if request.helm in CHARTS else request.helm
    if request.values and chart is None:
        raise InputError("--values goes with --helm CHART.")
    if not request.kustomize and chart is None:
        return ()
    from linter.loading.render import Chart, Kustomization

    charts = () if chart is None else (Chart(chart, request.values),)
    return (*map(Kustomization, request.kustomize), *charts)


def _write_baseline(report: Report, file: str, options: LintOptions) -> Report:
    """Write a baseline and return the report as the next run with it will have it."""
    from pathlib import Path

    from linter.cli.reports import write_file
    from linter.cli.streams import complain
    from linter.engine.report.baseline import accept, known, render

    findings = known(report)
    write_file(Path(file), render(findings, options.root))
    complain(f"wrote {len(findings)} findings to {file}")
    return accept(report)
