"""What `podplan lint` can be asked for."""

from __future__ import annotations

from linter.cli.request import Flag, Number, Option, Request, Text, Texts
from linter.version import DEFAULT, RANGE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final


FORMATS: Final = ("text", "json", "sarif", "github", "gitlab", "junit", "markdown", "html")
CHARTS: Final = ("auto", "never")
"""What --helm says instead of a chart: about all charts that are found."""
_LEVELS: Final = ("error", "warning", "info")


def _names(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.strip() for value in values for name in value.split(",") if name.strip())


def _rendering(value: str | None) -> str | tuple[()]:
    """Return the setting `helm`; a chart that is named is none."""
    return value if value in CHARTS and value is not None else ()


def _severities(values: tuple[str, ...]) -> dict[str, str]:
    from linter.errors import InputError

    result: dict[str, str] = {}
    for value in values:
        rule, equals, level = value.partition("=")
        if not equals or level not in _LEVELS:
            raise InputError(f"--severity {value}: write RULE=LEVEL, with error, warning or info as level.")
        result[rule] = level
    return result


class LintRequest(Request):
    """One call of `podplan lint`.

    Args:
        paths: Files, folders, glob patterns; `-` is standard input.
        given: The values of the options that were given, by the names of the attributes here.
    """

    def __init__(self, paths: tuple[str, ...] = (), **given: Any) -> None:
        super().__init__(**given)
        self.paths = paths

    formats = Texts(
        "--format",
        default=(),
        metavar="FORMAT[=FILE]",
        completer="formats",
        help=f"How to report: {', '.join(FORMATS)}; with =FILE into a file. May be repeated.  "
        "[default: text; in GitHub Actions: github]",
    )
    select = Texts(
        "--select",
        default=(),
        metavar="RULE",
        setting=True,
        read=_names,
        completer="rules",
        help="Run these rules or groups alone (api, wiring, rollout, practice). May be repeated or comma-separated.  "
        "[default: api, wiring, rollout]",
    )
    ignore = Texts(
        "--ignore",
        default=(),
        metavar="RULE",
        setting=True,
        read=_names,
        completer="rules",
        help="Leave out these rules or groups.",
    )
    severity = Texts(
        "--severity",
        default=(),
        metavar="RULE=LEVEL",
        setting=True,
        read=_severities,
        completer="severities",
        help="Give a rule another severity: error, warning or info.",
    )
    include = Texts(
        "--include",
        default=(),
        metavar="PATTERN",
        setting=True,
        read=list,
        help="Look also at files that fit in folders that are left out by default: tests, fixtures, vendored files. May be "
        "repeated.",
    )
    exclude = Texts(
        "--exclude",
        default=(),
        metavar="PATTERN",
        setting=True,
        read=list,
        help="Leave out files that fit, even when they are named. May be repeated.",
    )
    env_file = Texts(
        "--env-file",
        default=(),
        metavar="FILE",
        type="path",
        setting=True,
        read=list,
        help="Values of variables in the manifests, such as ${NAME}: NAME=value on each line. May be repeated.",
    )
    fail_on = Text(
        "--fail-on",
        default=None,
        type=(*_LEVELS, "never"),
        setting=True,
        help="Exit with 1 from this severity on.  [default: error]",
    )
    kubernetes_version = Text(
        "--kubernetes-version",
        default=None,
        metavar="VERSION",
        setting=True,
        completer="versions",
        help=f"The version of the cluster, {RANGE}.  [default: {DEFAULT}]",
    )
    nodes = Text(
        "--nodes",
        default=None,
        metavar="FILE",
        type="path",
        setting=True,
        help="Node objects, for rules about scheduling (as `kubectl get nodes -o yaml` prints them).",
    )
    since = Text(
        "--since",
        default=None,
        metavar="REV",
        completer="revisions",
        help="Report only what is new since a git revision, e.g. origin/main.",
    )
    kustomize = Texts(
        "--kustomize",
        default=(),
        metavar="DIR",
        type="path",
        help="Check what this kustomization renders (with kustomize or kubectl on PATH). May be repeated.",
    )
    no_kustomize = Flag(
        "--no-kustomize",
        default=False,
        help="Build no kustomization: judge files by themselves, but for patches.",
    )
    helm = Text(
        "--helm",
        default=None,
        metavar="CHART",
        type="path",
        setting=True,
        read=_rendering,
        help="Check what this chart renders (with helm on PATH); auto: what all charts do that are found, never: none.  "
        "[default: never]",
    )
    values = Texts(
        "--values",
        default=(),
        metavar="FILE",
        type="path",
        help="With --helm CHART: a values file. May be repeated.",
    )
    namespace = Text(
        "--namespace",
        "-n",
        default=None,
        metavar="NAME",
        help="The namespace that requests go to, as with kubectl -n: objects that name another one are refused.  "
        "[default: each object's own]",
    )
    schema_locations = Texts(
        "--schema-location",
        default=(),
        metavar="PLACE",
        help="Where schemas of custom resources are: a folder, a file, or a URL template with {{.Group}}, {{.ResourceKind}} "
        "and {{.ResourceAPIVersion}}. May be repeated.",
    )
    config_file = Text(
        "--config",
        default=None,
        metavar="FILE",
        type="path",
        help="The configuration.  [default: podplan.yaml, .podplan.yaml or pyproject.toml, in the first path's folder or "
        "above]",
    )
    isolated = Flag(
        "--isolated",
        default=False,
        help="Use no configuration that lies beside the manifests: --config names one, or there is none.",
    )
    no_python_rules = Flag(
        "--no-python-rules",
        default=False,
        help="Load no rules in Python, not even from the configuration that --config names.",
    )
    policies = Texts(
        "--policies",
        default=(),
        metavar="FILE",
        type="path",
        setting=True,
        read=list,
        help="Also hold everything against the ValidatingAdmissionPolicies in this file or folder. May be repeated.",
    )
    baseline = Text(
        "--baseline",
        default=None,
        metavar="FILE",
        type="path",
        setting=True,
        help="Findings that are known and not reported again.",
    )
    write_baseline = Text(
        "--write-baseline",
        default=None,
        metavar="FILE",
        type="path",
        help="Write all findings into a baseline.",
    )
    fix = Flag(
        "--fix",
        default=False,
        help="Fix in the files what has one right answer; of - write the fixed text.",
    )
    diff = Flag("--diff", default=False, help="Print what --fix would change, and change nothing.")
    jobs = Number(
        "--jobs",
        default=None,
        metavar="N",
        type="number",
        help="How many processes check files.  [default: as many as pay]",
    )
    limits = Texts(
        "--limit",
        default=(),
        metavar="NAME=NUMBER",
        help="How much of one file is taken: file-bytes, depth, values, documents, findings. May be repeated.",
    )
    no_cache = Flag("--no-cache", default=False, help="Neither take results from the cache nor keep them.")
    manifests_only = Flag(
        "--manifests-only",
        default=False,
        help="Skip named files that hold no Kubernetes object instead of reporting them (for hooks that name every YAML file).",
    )
    fail_on_empty = Flag("--fail-on-empty", default=False, help="Exit with 1 where no object was checked.")
    color = Option[str](
        "--color",
        default="auto",
        type=("auto", "always", "never"),
        shows_default=True,
        help="Colours: auto is on a terminal, and as NO_COLOR, FORCE_COLOR and CLICOLOR_FORCE say.",
    )
    ascii = Flag("--ascii", default=False, help="Print ASCII alone, as in the locale C.")
    quiet = Flag("--quiet", "-q", default=False, help="Print findings alone: no summary, no remarks.")
    all_findings = Flag(
        "--all",
        default=False,
        help="Print every finding; as text, more than 50 are otherwise grouped by rule.",
    )
    verbose = Flag(
        "--verbose", "-v", default=False, help="Also list the files that were skipped, with the reasons."
    )
    statistics = Flag(
        "--statistics", default=False, help="Also print findings by rule, and the time that rules took."
    )
