"""Everything about one run at a glance, for the page of the fleet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from linter.fleet.questions.ask import Request, ask, find_run, notes_of, set_scopes, sql, table
from linter.fleet.questions.database import connect, rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from linter.fleet.questions.answer import Answer, Table
    from linter.fleet.questions.ask import Question, Run

FINDINGS: Final = 30_000
"""How many findings the page holds at most; more of them make it slow to open."""
REPOSITORIES: Final = 20_000
_LISTED: Final = 100
"""How many rows of each question the page shows."""


class Repository(NamedTuple):
    """A repository in numbers."""

    name: str
    status: str
    error: str | None
    kubernetes_version: str
    revision: str | None
    resources: int
    errors: int
    warnings: int
    infos: int
    stuck: int
    """Rollouts that would not come to an end."""
    drains: int
    """Objects that block a drain."""
    findings: int
    """How many there are."""


class Finding(NamedTuple):
    """A finding as the page shows it."""

    repository: str
    severity: str
    rule: str
    path: str
    line: int
    kind: str | None
    namespace: str | None
    name: str | None
    message: str
    owners: list[str]


class Overview(NamedTuple):
    """A run of a fleet."""

    run: Run
    versions: Table
    """What each Kubernetes version refuses."""
    history: Table
    """Findings of every run."""
    rules: Table
    judged: Table
    """How objects were judged; one row."""
    answers: dict[Question, Answer]
    """To the questions that can be answered; their first rows."""
    repositories: Sequence[Repository]
    """All of them, the worst first."""
    findings: Sequence[Finding]
    """As many as were asked for, of each repository the worst."""
    notes: tuple[str, ...]


def overview(out: Path, run: str | None, findings: int = FINDINGS) -> Overview:
    """Return what there is to know of a run.

    Args:
        out: The folder of the tables.
        run: The run; None: the last one.
        findings: How many findings, at most.

    Raises:
        InputError: There is no such run, or DuckDB is not installed.
        UnreadableError: There are no tables.
    """
    with connect(out) as connection:
        asked = find_run(connection, run)
        set_scopes(connection, asked, Request())
        repositories = [Repository(*each) for each in rows(connection, sql("overview_repositories"))]
        most = share([each.findings for each in repositories], findings)
        found = table(connection, "findings", sql("overview_findings"), most=most)
        ((first,),) = rows(connection, "SELECT run FROM runs ORDER BY time, run LIMIT 1")
        described = Overview(
            run=asked,
            versions=table(connection, "versions", sql("overview_versions"), run=asked.name),
            history=table(connection, "history", sql("history")),
            rules=table(connection, "rules", sql("overview_rules")),
            judged=table(connection, "judged", sql("overview_judged")),
            answers={},
            repositories=repositories,
            findings=[Finding(*each) for each in found.rows],
            notes=tuple(notes_of(connection)),
        )
        # Last, since each question makes the views anew.
        return described._replace(answers=_answers(connection, asked, is_first=asked.name == first))


def share(counts: Sequence[int], most: int) -> int:
    """Return the largest number of findings of each repository with which all of them are no more than so many.

    Args:
        counts: How many findings each repository has.
        most: How many there may be in all.
    """
    low, high = 0, max(counts, default=0)
    while low < high:
        middle = (low + high + 1) // 2
        if sum(min(count, middle) for count in counts) <= most:
            low = middle
        else:
            high = middle - 1
    return low


def _answers(connection: DuckDBPyConnection, asked: Run, *, is_first: bool) -> dict[Question, Answer]:
    """Ask each question, and keep the first rows."""
    questions: tuple[Question, ...] = ("upgrade", "stuck", "drains", "owners", "trend")
    answers: dict[Question, Answer] = {}
    for question in questions:
        if question == "trend" and is_first:
            continue
        answer = ask(connection, question, Request(run=asked.name, limit=_LISTED))
        answers[question] = answer._replace(rows=answer.rows._replace(rows=list(answer.rows.rows)))
    return answers


def numbers(found: Table) -> dict[str, Any]:
    """Return the one row of a table by its columns."""
    (row,) = found.rows
    return dict(zip(found.columns, row, strict=True))
