"""Questions about a fleet and their answers."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from linter.errors import InputError
from linter.fleet.questions.answer import Answer, Table
from linter.fleet.questions.database import Scope, quote, rows, set_scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from duckdb import DuckDBPyConnection

Question = Literal["upgrade", "stuck", "drains", "owners", "trend"]
_AT_ONCE = 10_000
"""Rows that are in memory at a time where all are written."""
_NOTHING = ""
"""A Kubernetes version that nothing was judged for."""


class Request(NamedTuple):
    """What is asked for."""

    run: str | None = None
    """The run; None: the last one."""
    since: str | None = None
    """trend: the run that is compared with; None: the one before."""
    version: str | None = None
    """The Kubernetes version; None: of each repository the newest that it was judged for."""
    base: str | None = None
    """upgrade: the version that is compared with; None: the next older one that the run was judged for."""
    owner: str | None = None
    repository: str | None = None
    limit: int | None = None
    """How many rows; None: all."""


class Run(NamedTuple):
    """A run of the fleet."""

    name: str
    time: str
    podplan: str


def ask(connection: DuckDBPyConnection, question: Question, request: Request) -> Answer:
    """Answer a question.

    Args:
        connection: The tables; a connection answers one question.
        question: Which.
        request: What about.

    Raises:
        InputError: There is no such run, or it was not judged for such a version.
    """
    asked = find_run(connection, request.run)
    match question:
        case "upgrade":
            return _upgrade(connection, asked, request)
        case "stuck" | "drains":
            set_scopes(connection, asked, request)
            return _answer(connection, question, asked, request, ("blocked", "blocked_owners"))
        case "owners":
            set_scopes(connection, asked, request)
            return _answer(connection, question, asked, request, ())
        case "trend":
            return _trend(connection, asked, request)


def _upgrade(connection: DuckDBPyConnection, asked: Run, request: Request) -> Answer:
    versions = versions_of(connection, asked)
    target = request.version or versions[-1]
    base = request.base or next((each for each in reversed(versions) if each < target), None)
    set_scopes(connection, asked, request._replace(version=target, base=base))
    parts = ("upgrade_changes", "upgrade_repositories", "upgrade_owners")
    answer = _answer(connection, "upgrade", asked, request, parts, base=base or _NOTHING)
    notes = answer.notes
    if base is None:
        unknown = (
            f"What {target} does otherwise than the version before it is not known: the run was judged for no older one. "
            "`podplan fleet` takes --kubernetes-version more than once."
        )
        notes = (unknown, *notes)
    facts = {**answer.facts, "kubernetes": target, "from": base}
    return answer._replace(facts=facts, notes=notes)


def _trend(connection: DuckDBPyConnection, asked: Run, request: Request) -> Answer:
    before = find_run(connection, request.since) if request.since else _run_before(connection, asked)
    set_scopes(connection, asked, request, before.name)
    answer = _answer(connection, "trend", asked, request, ("trend_changes", "trend_repositories", "history"))
    notes = answer.notes
    if before.podplan != asked.podplan:
        other = f"The earlier run was made by podplan {before.podplan}, this one by {asked.podplan}: new findings may be of new rules."
        notes = (other, *notes)
    return answer._replace(
        facts={**answer.facts, "since": before.name, "since_time": before.time}, notes=notes
    )


def set_scopes(
    connection: DuckDBPyConnection, asked: Run, request: Request, since: str | None = None
) -> None:
    """Make the schemas `asked` and `before`."""
    if request.version is not None and request.version not in versions_of(connection, asked):
        known = ", ".join(versions_of(connection, asked))
        raise InputError(
            f"Run {asked.name} was not judged for Kubernetes {request.version}, but for {known}. "
            "`podplan fleet --kubernetes-version` says for which."
        )
    scope = Scope(asked.name, request.version, request.owner, request.repository)
    set_scope(connection, "asked", scope)
    earlier = scope if since is None else scope._replace(run=since)
    set_scope(connection, "before", earlier if since else scope._replace(version=request.base or _NOTHING))


def _answer(
    connection: DuckDBPyConnection,
    question: Question,
    asked: Run,
    request: Request,
    parts: Sequence[str],
    **parameters: str,
) -> Answer:
    """Ask the SQL of a question, then that of its summary."""
    connection.execute(f"CREATE OR REPLACE TABLE answer AS {sql(question)}", parameters)
    summary = tuple(table(connection, part.removeprefix(f"{question}_"), sql(part)) for part in parts)
    ((total,),) = rows(connection, "SELECT count(*) FROM answer")
    limit = "" if request.limit is None else f" LIMIT {request.limit}"
    columns = tuple(name for name, *_ in connection.execute("SELECT * FROM answer LIMIT 0").description)
    facts = {
        "run": asked.name,
        "time": asked.time,
        "kubernetes": request.version or ", ".join(_judged_for(connection)),
    }
    facts |= {
        name: value for name, value in (("owner", request.owner), ("repository", request.repository)) if value
    }
    stored = Stored(connection, f"SELECT * FROM answer{limit}")  # noqa: S608  a number
    return Answer(
        question, facts, summary, Table("rows", columns, stored), total, tuple(notes_of(connection))
    )


class Stored:
    """The rows of a query, a piece at a time; each iteration asks anew."""

    def __init__(self, connection: DuckDBPyConnection, query: str) -> None:
        self._connection = connection
        self._query = query

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        cursor = self._connection.cursor().execute(self._query)
        while found := cursor.fetchmany(_AT_ONCE):
            yield from found


def run_query(connection: DuckDBPyConnection, query: str) -> Table:
    """Return what a query of the user's yields.

    Raises:
        InputError: It is not SQL, or names what is not there.
    """
    import duckdb

    try:
        return table(connection, "rows", query)
    except duckdb.Error as error:
        raise InputError(f"The query cannot be answered: {error}") from None


def table(connection: DuckDBPyConnection, name: str, query: str, **parameters: Any) -> Table:
    """Return what a query yields as a table of that name."""
    found = connection.execute(query, parameters or None)
    return Table(name, tuple(column for column, *_ in found.description), found.fetchall())


def sql(name: str) -> str:
    """Return a query of this package."""
    return files("linter.fleet.questions").joinpath("sql", f"{name}.sql").read_text("utf-8")


def find_run(connection: DuckDBPyConnection, name: str | None) -> Run:
    """Return a run by its name, or the last one.

    Raises:
        InputError: There is no such run.
    """
    found = [
        Run(*each) for each in rows(connection, "SELECT run, time, podplan FROM runs ORDER BY time, run")
    ]
    if name is None:
        return found[-1]
    for each in found:
        if each.name == name:
            return each
    last = ", ".join(each.name for each in found[-5:])
    raise InputError(f"There is no run {name}; the last ones are {last}.")


def _run_before(connection: DuckDBPyConnection, run: Run) -> Run:
    query = f"SELECT run, time, podplan FROM runs WHERE (time, run) < ({quote(run.time)}, {quote(run.name)}) ORDER BY time, run"  # noqa: S608  quoted
    found = rows(connection, query)
    if not found:
        raise InputError(f"Run {run.name} is the first one: there is none to compare it with.")
    return Run(*found[-1])


def versions_of(connection: DuckDBPyConnection, run: Run) -> list[str]:
    """Return what a run was judged for, the oldest first."""
    query = f"SELECT DISTINCT kubernetes_version FROM repositories WHERE status <> 'failed' AND run = {quote(run.name)} ORDER BY ALL"  # noqa: S608  quoted
    return [version for (version,) in rows(connection, query)]


def _judged_for(connection: DuckDBPyConnection) -> list[str]:
    query = "SELECT DISTINCT kubernetes_version FROM asked.repositories WHERE status <> 'failed' ORDER BY ALL"
    return [version for (version,) in rows(connection, query)]


def notes_of(connection: DuckDBPyConnection) -> Iterator[str]:
    """Yield what the answer cannot know."""
    ((failed,),) = rows(connection, "SELECT count(*) FROM asked.repositories WHERE status = 'failed'")
    if failed:
        yield f"{_count(failed)} could not be judged; the table repositories says why."
    query = "SELECT what, count(*), count(DISTINCT repository) FROM asked.left_out WHERE what <> 'skipped' GROUP BY what ORDER BY what"
    for what, number, repositories in rows(connection, query):
        yield f"{number:,} {what} in {_count(repositories)} are not in this; the table left_out has them."


def _count(repositories: int) -> str:
    return f"{repositories:,} {'repository' if repositories == 1 else 'repositories'}"
