"""`podplan lint`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from linter.cli import complete
from linter.cli.common import color_option, limit_option, limits, quote_command, use_color, version_option
from linter.cli.settings import config_option, given_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.engine.finding import Report
    from linter.engine.options import LintOptions
    from linter.engine.rule import Severity
    from linter.loading.render import Chart, Kustomization

FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "markdown", "html")


@click.command(
    name="lint",
    epilog=quote_command(
        "Examples:",
        "podplan lint",
        "podplan lint k8s/ --nodes nodes.yaml",
        "helm template chart | podplan lint -",
        "podplan lint --select api --format json deploy.yaml",
        "podplan lint --diff k8s/",
    ),
)
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(readable=False))
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="FORMAT[=FILE]",
    help=f"How to report: {', '.join(FORMATS)}; with =FILE into a file. May be repeated.  "
    "[default: text; in GitHub Actions: github]",
)
@click.option("--select", multiple=True, metavar="RULE", shell_complete=complete.rules, help="Run these rules or groups alone (api, wiring, rollout, "
              "practice). May be repeated or comma-separated.  [default: api, wiring, rollout]")  # fmt: skip
@click.option(
    "--ignore",
    multiple=True,
    metavar="RULE",
    shell_complete=complete.rules,
    help="Leave out these rules or groups.",
)
@click.option("--severity", multiple=True, metavar="RULE=LEVEL", shell_complete=complete.severities, help="Give a rule another severity: error, "
              "warning or info.")  # fmt: skip
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info", "never"]),
    default="error",
    show_default=True,
    help="Exit with 1 from this severity on.",
)
@version_option
@click.option("--nodes", metavar="FILE", type=click.Path(readable=False), help="Node objects, for rules about scheduling (as `kubectl get "
              "nodes -o yaml` prints them).")  # fmt: skip
@click.option(
    "--since", metavar="REV", help="Report only what is new since a git revision, e.g. origin/main."
)
@click.option("--kustomize", multiple=True, metavar="DIR", type=click.Path(readable=False), help="Check what this kustomization renders (with "
              "kustomize or kubectl on PATH). May be repeated.")  # fmt: skip
@click.option(
    "--helm",
    metavar="CHART",
    type=click.Path(readable=False),
    help="Check what this chart renders (with helm on PATH).",
)
@click.option(
    "--values",
    multiple=True,
    metavar="FILE",
    type=click.Path(readable=False),
    help="With --helm: a values file. May be repeated.",
)
@click.option("--namespace", "-n", metavar="NAME", help="The namespace that requests go to, as with kubectl -n: objects that name another "
              "one are refused.  [default: each object's own]")  # fmt: skip
@click.option("--schema-location", "schema_locations", multiple=True, metavar="PLACE", help="Where schemas of custom resources are: a "
              "folder, a file, or a URL template with {{.Group}}, {{.ResourceKind}} and {{.ResourceAPIVersion}}. May be repeated.")  # fmt: skip
@config_option
@click.option("--policies", multiple=True, metavar="FILE", type=click.Path(readable=False), help="Also hold everything against the "
              "ValidatingAdmissionPolicies in this file or folder. May be repeated.")  # fmt: skip
@click.option(
    "--baseline",
    metavar="FILE",
    type=click.Path(readable=False),
    help="Findings that are known and not reported again.",
)
@click.option(
    "--write-baseline",
    metavar="FILE",
    type=click.Path(readable=False),
    help="Write all findings into a baseline.",
)
@click.option(
    "--fix",
    "fixing",
    is_flag=True,
    help="Mend in the files what has one right answer; of - write the mended text.",
)
@click.option("--diff", "diffing", is_flag=True, help="Print what --fix would change, and change nothing.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="How many processes check files.  [default: as many as pay]",
)
@limit_option
@click.option("--no-cache", is_flag=True, help="Neither take results from the cache nor keep them.")
@click.option("--manifests-only", is_flag=True, help="Skip named files that hold no Kubernetes object instead of reporting them (for "
              "hooks that name every YAML file).")  # fmt: skip
@click.option("--fail-on-empty", is_flag=True, help="Exit with 1 where no object was checked.")
@color_option
@click.option("-q", "--quiet", is_flag=True, help="Print findings alone: no summary, no remarks.")
@click.option(
    "-v", "--verbose", is_flag=True, help="Also list the files that were skipped, with the reasons."
)
@click.option("--statistics", is_flag=True, help="Also print findings by rule, and the time that rules took.")
def command(
    paths: tuple[str, ...],
    formats: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    severity: tuple[str, ...],
    fail_on: str,
    kubernetes_version: str,
    nodes: str | None,
    since: str | None,
    kustomize: tuple[str, ...],
    helm: str | None,
    values: tuple[str, ...],
    namespace: str | None,
    schema_locations: tuple[str, ...],
    config_file: str | None,
    policies: tuple[str, ...],
    baseline: str | None,
    write_baseline: str | None,
    *,
    fixing: bool,
    diffing: bool,
    jobs: int | None,
    no_cache: bool,
    manifests_only: bool,
    fail_on_empty: bool,
    color: str,
    quiet: bool,
    verbose: bool,
    statistics: bool,
) -> int:
    """Check manifests: what the API server would refuse, what does not fit together, what will hurt at the next update.

    PATH is a file, a folder (with all below it), a glob pattern, or - for standard input; without any, the current folder.
    The exit status is 0 when nothing is found at --fail-on or above, 1 with findings, 2 for wrong usage, 3 when a file could
    not be read.
    """
    from linter.cli.errors import BUG, BUG_MESSAGE, FINDINGS, OK, UNREADABLE, complain, fail
    from linter.cli.reports import parse_formats, write_reports
    from linter.cli.settings import lint_options, read_config
    from linter.engine.own_rules import INTERNAL_ERROR
    from linter.engine.settings import settle

    if fixing + diffing + (since is not None) + (write_baseline is not None) > 1:
        fail("Of --fix, --diff, --since and --write-baseline only one can be asked for at a time.")
    rendered = _rendered(kustomize, helm, values)
    if rendered and (fixing or diffing):
        fail("--fix and --diff mend files; what --kustomize and --helm render is none.")
    paths = paths or (() if rendered else (".",))
    targets = parse_formats(formats, FORMATS)
    config = read_config(config_file, paths)
    given = given_options(
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
    settings = settle(config, given)
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
    from linter.engine.baseline import accept, known, render

    findings = known(report)
    write_file(Path(file), render(findings, options.root))
    complain(f"wrote {len(findings)} findings to {file}")
    return accept(report)


def _names(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.strip() for value in values for name in value.split(",") if name.strip())


def _severities(values: tuple[str, ...]) -> dict[str, Severity]:
    from linter.cli.errors import fail
    from linter.engine.finding import SEVERITIES

    result: dict[str, Severity] = {}
    for value in values:
        rule, equals, level = value.partition("=")
        if not equals or level not in SEVERITIES:
            fail(f"--severity {value}: write RULE=LEVEL, with error, warning or info as level.")
        result[rule] = level
    return result
