"""`podplan lint`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from linter.cli.common import color_option, quote_command, use_color, version_option

if TYPE_CHECKING:
    from linter.engine.rule import Severity

FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "markdown", "html")


@click.command(
    name="lint",
    epilog=quote_command(
        "Examples:",
        "podplan lint",
        "podplan lint k8s/ --nodes nodes.yaml",
        "helm template chart | podplan lint -",
        "podplan lint --select api --format json deploy.yaml",
    ),
)
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="FORMAT[=FILE]",
    help=f"How to report: {', '.join(FORMATS)}; with =FILE into a file. May be repeated.  "
    "[default: text; in GitHub Actions: github]",
)
@click.option("--select", multiple=True, metavar="RULE", help="Run these rules or groups alone (api, wiring, rollout, "
              "practice). May be repeated or comma-separated.  [default: api, wiring, rollout]")  # fmt: skip
@click.option("--ignore", multiple=True, metavar="RULE", help="Leave out these rules or groups.")
@click.option("--severity", "severities", multiple=True, metavar="RULE=LEVEL", help="Give a rule another severity: error, "
              "warning or info.")  # fmt: skip
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info", "never"]),
    default="error",
    show_default=True,
    help="Exit with 1 from this severity on.",
)
@version_option
@click.option("--nodes", metavar="FILE", type=click.Path(), help="Node objects, for rules about scheduling (as `kubectl get "
              "nodes -o yaml` prints them).")  # fmt: skip
@click.option(
    "--since", metavar="REV", help="Report only what is new since a git revision, e.g. origin/main."
)
@click.option("--fail-on-empty", is_flag=True, help="Exit with 1 where no object was checked.")
@color_option
@click.option(
    "-v", "--verbose", is_flag=True, help="Also list the files that were skipped, with the reasons."
)
def command(
    paths: tuple[str, ...],
    formats: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    severities: tuple[str, ...],
    fail_on: str,
    kubernetes_version: str,
    nodes: str | None,
    since: str | None,
    *,
    fail_on_empty: bool,
    color: str,
    verbose: bool,
) -> int:
    """Check manifests: what the API server would refuse, what does not fit together, what will hurt at the next update.

    PATH is a file, a folder (with all below it), a glob pattern, or - for standard input; without any, the current folder.
    The exit status is 0 when nothing is found at --fail-on or above, 1 with findings, 2 for wrong usage, 3 when a file could
    not be read.
    """
    import linter
    from linter.cli.common import parse_kubernetes_version, read_nodes
    from linter.cli.errors import FINDINGS, OK, UNREADABLE, complain, fail
    from linter.cli.reports import parse_formats, write_reports
    from linter.engine.options import LintOptions
    from linter.engine.registry import UnknownRuleError
    from linter.loading.git import GitError

    targets = parse_formats(formats, FORMATS)
    options = LintOptions(
        select=_names(select),
        ignore=_names(ignore),
        severity=_severities(severities),
        version=parse_kubernetes_version(kubernetes_version),
        nodes=read_nodes(nodes),
    )
    try:
        report = linter.lint(paths or (".",), options=options, since=since)
    except (UnknownRuleError, GitError) as error:
        fail(str(error))
    write_reports(report, targets, color=use_color(color, sys.stdout), verbose=verbose)
    for each in report.unreadable:
        complain(f"{each.name}: {each.message}")
    if not report.resources and not report.findings:
        complain(
            "nothing to check: no Kubernetes object was found"
            + (f" ({len(report.skipped)} files skipped)" if report.skipped else "")
        )
    if report.unreadable:
        return UNREADABLE
    if report.fails(fail_on) or (fail_on_empty and not report.resources):  # type: ignore[arg-type]
        return FINDINGS
    return OK


def _names(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.strip() for value in values for name in value.split(",") if name.strip())


def _severities(values: tuple[str, ...]) -> dict[str, Severity]:
    from linter.cli.errors import fail
    from linter.engine.finding import SEVERITIES
    from linter.engine.registry import all_rules, unknown

    result: dict[str, Severity] = {}
    for value in values:
        rule, equals, level = value.partition("=")
        if not equals or level not in SEVERITIES:
            fail(f"--severity {value}: write RULE=LEVEL, with error, warning or info as level.")
        if rule not in all_rules():
            fail(unknown(rule))
        result[rule] = level
    return result
