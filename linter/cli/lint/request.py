"""What `podplan lint` can be asked for: every option, once.

click's options (linter.cli.options), the fast path without click (linter.cli.fast_path) and the settings of the run are made from
the class here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Generic, Literal, TypeVar, overload

from linter.version import DEFAULT, RANGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Value = TypeVar("Value")
FORMATS: Final = ("text", "json", "sarif", "github", "gitlab", "junit", "markdown", "html")
_LEVELS: Final = ("error", "warning", "info")


class Option(Generic[Value]):
    """An option, as an attribute of LintRequest: of the class it is the option itself, of a request its value.

    Args:
        names: As on the command line, the long one first.
        default: The value where it is not given. False makes it a flag, a tuple an option that may be repeated.
        help: What it does.
        metavar: What the help shows for the value.
        type: What the value is: any text, a file or folder, a number from 1 on, or one of some words.
        setting: Whether the configuration file has a setting of this name, which the option overrides.
        read: Makes the setting of the value.
        completer: The function of linter.cli.completers that completes it in a shell.
        shows_default: Whether the help says the default.
    """

    def __init__(
        self,
        *names: str,
        default: Value,
        help: str,  # noqa: A002  click's word
        metavar: str | None = None,
        type: Literal["text", "path", "number"] | tuple[str, ...] = "text",  # noqa: A002  likewise
        setting: bool = False,
        read: Callable[[Value], Any] | None = None,
        completer: str | None = None,
        shows_default: bool = False,
    ) -> None:
        self.names = names
        self.default = default
        self.help = help
        self.metavar = metavar
        self.type = type
        self.setting = names[0].removeprefix("--") if setting else None
        self.read = read
        self.completer = completer
        self.shows_default = shows_default
        self.field = ""

    def __set_name__(self, _owner: type, field: str) -> None:
        self.field = field

    @overload
    def __get__(self, request: None, owner: type) -> Option[Value]: ...

    @overload
    def __get__(self, request: LintRequest, owner: type) -> Value: ...

    def __get__(self, request: LintRequest | None, owner: type) -> Option[Value] | Value:
        if request is None:
            return self
        value: Value = request.given.get(self.field, self.default)
        return value


Flag = Option[bool]
Number = Option[int | None]
Text = Option[str | None]
Texts = Option[tuple[str, ...]]


def _names(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name.strip() for value in values for name in value.split(",") if name.strip())


def _severities(values: tuple[str, ...]) -> dict[str, str]:
    from linter.errors import InputError

    result: dict[str, str] = {}
    for value in values:
        rule, equals, level = value.partition("=")
        if not equals or level not in _LEVELS:
            raise InputError(f"--severity {value}: write RULE=LEVEL, with error, warning or info as level.")
        result[rule] = level
    return result


class LintRequest:
    """One call of `podplan lint`.

    Args:
        paths: Files, folders, glob patterns; `-` is standard input.
        given: The values of the options that were given, by the names of the attributes here.
    """

    def __init__(self, paths: tuple[str, ...] = (), **given: Any) -> None:
        self.paths = paths
        self.given = given

    formats = Texts(
        "--format",
        default=(),
        metavar="FORMAT[=FILE]",
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
        help="Report only what is new since a git revision, e.g. origin/main.",
    )
    kustomize = Texts(
        "--kustomize",
        default=(),
        metavar="DIR",
        type="path",
        help="Check what this kustomization renders (with kustomize or kubectl on PATH). May be repeated.",
    )
    helm = Text(
        "--helm",
        default=None,
        metavar="CHART",
        type="path",
        help="Check what this chart renders (with helm on PATH).",
    )
    values = Texts(
        "--values",
        default=(),
        metavar="FILE",
        type="path",
        help="With --helm: a values file. May be repeated.",
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
        help="Colours: auto is on a terminal only, and never with NO_COLOR set.",
    )
    quiet = Flag("--quiet", "-q", default=False, help="Print findings alone: no summary, no remarks.")
    verbose = Flag(
        "--verbose", "-v", default=False, help="Also list the files that were skipped, with the reasons."
    )
    statistics = Flag(
        "--statistics", default=False, help="Also print findings by rule, and the time that rules took."
    )

    @classmethod
    def options(cls) -> Iterator[Option[Any]]:
        """Yield all options, in the order of the help."""
        for attribute in vars(cls).values():
            if isinstance(attribute, Option):
                yield attribute

    def settings(self) -> dict[str, Any]:
        """Return what overrides the configuration file, by the name of the setting.

        Raises:
            InputError: A value cannot be read.
        """
        found: dict[str, Any] = {}
        for option in self.options():
            value = self.given.get(option.field, option.default)
            if option.setting is not None and value not in (None, ()):
                found[option.setting] = option.read(value) if option.read else value
        return {name: value for name, value in found.items() if value not in ((), [], {})}
