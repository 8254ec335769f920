"""`podplan lint`: its options. What it does with them is in linting.py, which a plain run loads without click."""

from __future__ import annotations

from typing import Any

import click

from linter.cli import complete
from linter.cli.linting import FORMATS, run
from linter.cli.options import PATH, color_option, config_option, limit_option, quote_command, version_option


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
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=PATH)
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
    help="Exit with 1 from this severity on.  [default: error]",
)
@version_option
@click.option("--nodes", metavar="FILE", type=PATH, help="Node objects, for rules about scheduling (as `kubectl get "
              "nodes -o yaml` prints them).")  # fmt: skip
@click.option(
    "--since", metavar="REV", help="Report only what is new since a git revision, e.g. origin/main."
)
@click.option("--kustomize", multiple=True, metavar="DIR", type=PATH, help="Check what this kustomization renders (with "
              "kustomize or kubectl on PATH). May be repeated.")  # fmt: skip
@click.option(
    "--helm",
    metavar="CHART",
    type=PATH,
    help="Check what this chart renders (with helm on PATH).",
)
@click.option(
    "--values",
    multiple=True,
    metavar="FILE",
    type=PATH,
    help="With --helm: a values file. May be repeated.",
)
@click.option("--namespace", "-n", metavar="NAME", help="The namespace that requests go to, as with kubectl -n: objects that name another "
              "one are refused.  [default: each object's own]")  # fmt: skip
@click.option("--schema-location", "schema_locations", multiple=True, metavar="PLACE", help="Where schemas of custom resources are: a "
              "folder, a file, or a URL template with {{.Group}}, {{.ResourceKind}} and {{.ResourceAPIVersion}}. May be repeated.")  # fmt: skip
@config_option
@click.option("--policies", multiple=True, metavar="FILE", type=PATH, help="Also hold everything against the "
              "ValidatingAdmissionPolicies in this file or folder. May be repeated.")  # fmt: skip
@click.option(
    "--baseline",
    metavar="FILE",
    type=PATH,
    help="Findings that are known and not reported again.",
)
@click.option(
    "--write-baseline",
    metavar="FILE",
    type=PATH,
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
def command(**parameters: Any) -> int:
    """Check manifests: what the API server would refuse, what does not fit together, what will hurt at the next update.

    PATH is a file, a folder (with all below it), a glob pattern, or - for standard input; without any, the current folder.
    The exit status is 0 when nothing is found at --fail-on or above, 1 with findings, 2 for wrong usage, 3 when a file could
    not be read.
    """
    return run(**parameters)
