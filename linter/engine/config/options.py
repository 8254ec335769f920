"""What a run is asked to do."""

from __future__ import annotations

from types import MappingProxyType

from linter.light_typing import NamedTuple
from linter.loading.default_excludes import DEFAULT as DEFAULT_SEARCH
from linter.loading.limits import DEFAULT as DEFAULT_LIMITS
from linter.version import DEFAULT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from typing import Any

    from linter.engine.report.baseline import Entry
    from linter.engine.report.scope import PathSettings, Skip
    from linter.engine.rule import Rule, Severity
    from linter.engine.run.statuses import JudgedObject
    from linter.loading.default_excludes import Search
    from linter.loading.limits import Limits
    from linter.version import KubeVersion


class LintOptions(NamedTuple):
    """The options of a run; the defaults are those of the command line."""

    select: tuple[str, ...] = ()
    """Rules and groups to run; nothing means api, wiring and rollout."""
    ignore: tuple[str, ...] = ()
    """Rules and groups to leave out."""
    severity: Mapping[str, Severity] = MappingProxyType({})
    """Severities that differ from the rules' own, by rule id."""
    version: KubeVersion = DEFAULT
    """The Kubernetes version to judge for."""
    nodes: tuple[dict[str, Any], ...] | None = None
    """Node objects, for rules about scheduling."""
    rule_options: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
    """Options of rules, by rule id."""
    namespace: str | None = None
    """The namespace that requests go to, as with kubectl -n; objects of another one are refused. None: each object's own."""
    manifests_only: bool = False
    """Skip named files that hold no Kubernetes object, as found ones are, instead of reporting them."""
    build_kustomizations: bool = True
    """Build the kustomizations that are found, and judge what comes out instead of their files."""
    render_charts: bool = False
    """Render the charts that are found with helm on PATH, which runs it over their files, and judge what comes out."""
    limits: Limits = DEFAULT_LIMITS
    """How much the reader takes."""
    jobs: int | None = 1
    """How many processes check files; None: as many as pay."""
    cache: bool = False
    """Keep results in the user's cache folder, and take them from there."""
    timings: dict[str, float] | None = None
    """Gets the seconds that each rule took, by rule id; rules are timed only where this is given."""
    judged: list[JudgedObject] | None = None
    """Gets every object, and how it was judged; a run that is taken from the cache gives none."""
    progress: Callable[[int, int], None] | None = None
    """Called after each file: how many are done, of how many."""
    schema_locations: tuple[str, ...] = ()
    """Where schemas of custom resources are looked up: folders, files or URL templates."""
    root: Path | None = None
    """The folder that patterns are relative to, and the names in fingerprints; None: the current one."""
    exclude: tuple[str, ...] = ()
    """Patterns of files that are not to be read."""
    variables: Mapping[str, str] = MappingProxyType({})
    """Values of variables in manifests (`${NAME}`), by name."""
    search: Search = DEFAULT_SEARCH
    """How folders are searched."""
    per_path: tuple[PathSettings, ...] = ()
    """Settings for some files."""
    skip: tuple[Skip, ...] = ()
    """Resources to say nothing about."""
    custom_rules: tuple[Rule, ...] = ()
    """Rules that podplan does not bring along (group custom)."""
    baseline: Mapping[str, Entry] | None = None
    """Findings that are known and not reported again, by fingerprint."""
