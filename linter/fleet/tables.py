"""The tables of a fleet: what one row of each says, which columns it has, and where its files are.

On disk (`--out DIR`):

    DIR/TABLE/run=RUN/*.parquet    one folder for each table below and each run; in Spark, the folder gives the column `run`
    DIR/_staging/RUN/              what a run has written so far; nothing else reads it

A run shows when its row of `runs` is there, which is written last. Results are written once: where a repository is what it was, no rows
of it are added, and its row in `repositories` names in `judged_in` the run that has them. So what a run found is

    SELECT r.run, f.* FROM findings f JOIN repositories r
    ON f.run = r.judged_in AND f.repository = r.repository AND f.kubernetes_version = r.kubernetes_version

which is what the views of `view_sql` are.
"""

from __future__ import annotations

from types import UnionType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Union, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from pathlib import Path

PARTITION: Final = "run"
"""The column that the folders of a table give: the name of the run that wrote the row."""
STAGING: Final = "_staging"


class FindingRow(NamedTuple):
    """Table `findings`: what `lint` reports, one row a finding. Suppressed findings are in it, too."""

    repository: str
    """The repository, as in the table `repositories`."""
    kubernetes_version: str
    """The version that it was judged for, e.g. "1.37"."""
    apply_sets: list[str]
    """The folders of the kustomizations that build it so; empty for a file that is judged by itself."""
    path: str
    """The file, from the root of the repository, with forward slashes."""
    line: int
    column: int
    end_line: int
    end_column: int
    """Lines and columns count from 1; the end is behind the last character."""
    rule: str
    """The id of the rule, e.g. "selector-mismatch"."""
    group: str
    """api, wiring, rollout, practice or custom."""
    severity: str
    """error, warning or info."""
    api_version: str | None
    kind: str | None
    namespace: str | None
    name: str | None
    """The object; None where the finding is about a file. The namespace is "" where the object is in none."""
    field: str | None
    """The path of the field, as the API server spells it."""
    reason: str | None
    """Group api: the API server's reason, e.g. "Invalid" or "NotSupported"."""
    message: str
    fingerprint: str
    """32 hexadecimal digits that survive moved lines, so that runs can be compared."""
    suppressed_by: str | None
    """comment, annotation, config or baseline; None: it is reported."""
    owners: list[str]
    """Who owns the path by the repository's CODEOWNERS, e.g. "@org/team"; empty: nobody."""


class ObjectRow(NamedTuple):
    """Table `objects`: what was judged, and how, one row an object and apply set."""

    repository: str
    kubernetes_version: str
    apply_set: str
    """The folder of the kustomization that builds it; "" for a file that is judged by itself."""
    path: str
    line: int
    """Where it begins."""
    api_version: str
    kind: str
    namespace: str
    name: str
    judged: str
    """How: "full" (as the API server does), "schema" (fields and types alone), "unchecked" (a custom resource of which nothing is
    known), "refused" (the kind does not exist in this version) or "malformed" (it has no kind or apiVersion)."""
    owners: list[str]


class HazardRow(NamedTuple):
    """Table `hazards`: rollouts that would get stuck or hurt, and drains that a budget blocks, one row each."""

    repository: str
    kubernetes_version: str
    apply_set: str
    hazard: str
    """"rollout" or "drain"."""
    blocks: bool
    """Whether the rollout or the drain would not come to an end; else it hurts on the way."""
    source: str
    """"rule": a finding says so. "plan": the simulation of a restart, or of the drain of each node, came to it."""
    rule: str
    """The rule, or what the planner calls it."""
    severity: str
    api_version: str
    kind: str
    namespace: str
    name: str
    """The workload or the budget."""
    path: str
    line: int
    message: str
    owners: list[str]


class PlanRow(NamedTuple):
    """Table `plans`: what a change would do, one row a changed object; only where a base revision is compared with (`--since`)."""

    repository: str
    kubernetes_version: str
    apply_set: str
    base: str
    """The commit that is compared with."""
    api_version: str
    kind: str
    namespace: str
    name: str
    change: str
    """created, deleted, rollout, scale, no-rollout, evicted, unknown, none or refused, as in `podplan plan`."""
    refused: list[str]
    """What the API server would say against it."""
    completes: bool | None
    """Whether the rollout comes to an end; None: there is none."""
    stuck: str | None
    """Why it does not."""
    desired: int | None
    min_available: int | None
    max_pods: int | None
    """Pods: how many are wanted, the fewest that are available on the way, the most with surge."""
    hazards: list[str]
    """What may hurt on the way."""


class LeftOutRow(NamedTuple):
    """Table `left_out`: files, folders and kustomizations that were not judged, or not whole, and why."""

    repository: str
    kubernetes_version: str
    path: str
    """A folder ends with a slash."""
    what: str
    """"unreadable", "skipped", "unbuilt" (a kustomization that is not built, or not whole) or "hazards" (no plan could be made)."""
    reason: str


class RepositoryRow(NamedTuple):
    """Table `repositories`: one row for each repository and version of a run, whether it could be judged or not."""

    repository: str
    """Its name in the fleet."""
    kubernetes_version: str
    source: str
    """Where it is: a folder, a mirror, an archive, a table or a dump, as it was named."""
    source_type: str
    """folder, mirror, archive, table or dump."""
    revision: str | None
    """The commit that was judged, where git has one."""
    status: str
    """"judged", "unchanged" (judged by an earlier run, and nothing differs since) or "failed"."""
    judged_in: str
    """The run that wrote its rows."""
    result: str
    """The digest of all that the result depends on: content, configuration, options, podplan; "" where it failed."""
    error: str | None = None
    """Why it failed."""
    files: int = 0
    resources: int = 0
    by_schema: int = 0
    unchecked: int = 0
    skipped: int = 0
    unreadable: int = 0
    errors: int = 0
    warnings: int = 0
    infos: int = 0
    suppressed: int = 0
    """Counts, as in the summary of `lint`; 0 where it failed."""
    seconds: float = 0.0
    """How long judging it took; 0 where it is unchanged."""
    checked: int = 0
    """How many files, and sound objects that kustomizations build, nobody had checked before; what is known of others still holds."""


class RunRow(NamedTuple):
    """Table `runs`: one row a run. It is written when everything else of the run is there."""

    time: str
    """When it began, in UTC: 2026-11-26T20:30:00Z. The caller gives it."""
    podplan: str
    """The version of podplan."""
    kubernetes_versions: list[str]
    sources: list[str]
    """As they were named."""
    revision: str | None
    base: str | None
    """What `--revision` and `--since` said."""
    options: str
    """All other options, as JSON."""
    repositories: int
    judged: int
    unchanged: int
    failed: int
    """Repositories, each counted once however many versions it is judged for."""
    seconds: float
    """How long the run took."""


Row = FindingRow | ObjectRow | HazardRow | PlanRow | LeftOutRow | RepositoryRow | RunRow

RESULTS: Final[dict[str, type[Row]]] = {
    "findings": FindingRow,
    "objects": ObjectRow,
    "hazards": HazardRow,
    "plans": PlanRow,
    "left_out": LeftOutRow,
}
"""The tables with what judging a repository yields: those that `judged_in` is about."""
TABLES: Final[dict[str, type[Row]]] = {**RESULTS, "repositories": RepositoryRow, "runs": RunRow}
"""Every table, in the order in which a run writes them."""


class Column(NamedTuple):
    """A column of a table."""

    name: str
    type: type
    """str, int, float, bool or list (of texts)."""
    nullable: bool

    @property
    def sql_type(self) -> str:
        """The type as Spark's SQL spells it."""
        return {str: "STRING", int: "INT", float: "DOUBLE", bool: "BOOLEAN", list: "ARRAY<STRING>"}[self.type]


def columns(table: str) -> tuple[Column, ...]:
    """Return the columns of a table, but for `run`.

    Raises:
        KeyError: There is no such table.
    """
    return tuple(_column(name, hint) for name, hint in get_type_hints(TABLES[table]).items())


def _column(name: str, hint: Any) -> Column:
    nullable = get_origin(hint) in {Union, UnionType}
    plain = next(each for each in get_args(hint) if each is not type(None)) if nullable else hint
    return Column(name, get_origin(plain) or plain, nullable)


def schema_sql(table: str) -> str:
    """Return the schema of a table as Spark's SQL spells it, with `run` last."""
    spelled = (
        f"`{each.name}` {each.sql_type}{'' if each.nullable else ' NOT NULL'}" for each in columns(table)
    )
    return ", ".join([*spelled, f"`{PARTITION}` STRING NOT NULL"])


def view_sql(table: str, stored: str) -> str:
    """Return the query that shows a table run by run: in a run stands all that it found, whichever run judged it.

    Spark and DuckDB both understand it.

    Args:
        table: The table.
        stored: What the views of the stored tables begin with, e.g. "stored_" for `stored_findings`.
    """
    shown = f"IN (SELECT run FROM {stored}runs)"  # noqa: S608  names of ours
    names = ", ".join(f"t.{each.name}" for each in columns(table))
    if table not in RESULTS:
        return f"SELECT {names}, t.run FROM {stored}{table} t WHERE t.run {shown}"  # noqa: S608  likewise
    return (
        f"SELECT {names}, r.run FROM {stored}{table} t JOIN {stored}repositories r "  # noqa: S608  likewise
        "ON t.run = r.judged_in AND t.repository = r.repository AND t.kubernetes_version = r.kubernetes_version "
        f"WHERE r.run {shown}"
    )


def folder(out: Path, table: str, run: str | None = None) -> Path:
    """Return the folder of a table, or of one run in it."""
    return out / table if run is None else out / table / f"{PARTITION}={run}"


def staging(out: Path, run: str) -> Path:
    """Return the folder where a run that is under way keeps what it has written."""
    return out / STAGING / run
