"""Questions about a small fleet that the engine itself has judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from linter.engine.registry import all_rules
from linter.errors import InputError, UnreadableError
from linter.fleet.judging.hazards import BLOCKED_DRAINS, BLOCKED_ROLLOUTS
from linter.fleet.judging.repository import Repository, judge
from linter.fleet.questions.ask import Request, ask, sql
from linter.fleet.questions.database import connect as connect_to
from linter.fleet.questions.overview import overview, share
from linter.fleet.sources.content import FolderContent, commit_of
from linter.planner.report.caveats import CAVEATS

from ..conftest import commit, write
from .conftest import BEFORE, DEPLOYMENT, named, write_rows, write_run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from linter.fleet.job import Job
    from linter.fleet.questions.answer import Answer, Table
    from linter.fleet.questions.ask import Question

    Connect = Callable[[], DuckDBPyConnection]


def asked(connect: Connect, question: Question, **request: Any) -> Answer:
    return ask(connect(), question, Request(**request))


def picked(table: Table, *columns: str) -> list[tuple[Any, ...]]:
    numbers = [table.columns.index(each) for each in columns]
    return [tuple(row[number] for number in numbers) for row in table.rows]


def summary(answer: Answer, name: str) -> list[tuple[Any, ...]]:
    return list(next(each for each in answer.summary if each.name == name).rows)


def test_upgrade(connect: Connect) -> None:
    answer = asked(connect, "upgrade")
    assert (answer.facts["kubernetes"], answer.facts["from"]) == ("1.37", "1.36")
    assert picked(answer.rows, "change", "applies", "repository", "name", "rule") == [
        ("removed", "from 1.37", "team/network", "more", "removed-api"),
        ("removed", "already at 1.36", "team/web", "report", "removed-api"),
        ("refused", "already at 1.36", "team/fresh", "fresh", "wrong-type"),
        ("differs", "until 1.36", "team/data", "a-db", "stateful-max-unavailable-ignored"),
        ("deprecated", "already at 1.36", "team/web", "endpoints", "deprecated-api"),
    ]
    assert summary(answer, "repositories") == [(6, 3, 3)]


def test_upgrade_by_owner_and_repository(connect: Connect) -> None:
    assert picked(asked(connect, "upgrade", owner="@acme/sre").rows, "name") == [("report",)]
    assert picked(asked(connect, "upgrade", repository="team/fresh").rows, "name") == [("fresh",)]


def test_stuck(connect: Connect) -> None:
    answer = asked(connect, "stuck")
    assert picked(answer.rows, "repository", "kind", "name", "line", "source", "rule") == [
        ("team/agents", "DaemonSet", "agent", 1, "plan", "unschedulable"),
        ("team/agents", "DaemonSet", "agent", 13, "rule", "daemonset-host-port-surge"),
    ]


def test_stuck_by_the_change_since_a_revision(tmp_path: Path, job: Job) -> None:
    web = named(DEPLOYMENT, "web")
    folder = write(tmp_path / "web", {"k8s/web.yaml": web, "CODEOWNERS": "* @acme/web"})
    commit(folder)
    paused = web.replace("app:1.4", "app:1.5").replace("replicas:", "paused: true\n  replicas:")
    write(folder, {"k8s/web.yaml": paused.replace("web:1.4", "web:1.5")})
    commit(folder)
    repository = Repository("web", "there", "folder", FolderContent(folder), commit_of(folder, "HEAD~1"))
    job = job._replace(run="only", base="HEAD~1", versions=("1.37",))
    write_rows(tmp_path / "tables", job, "2026-11-01T03:00:00Z", judge(repository, job, {}))
    answer = ask(connect_to(tmp_path / "tables"), "stuck", Request())
    columns = ("repository", "owners", "kind", "namespace", "name", "path", "line", "source", "rule")
    assert picked(answer.rows, *columns) == [
        ("web", ["@acme/web"], "Deployment", "shop", "web", "k8s/web.yaml", 1, "change", "stuck"),
    ]
    ((message,),) = picked(answer.rows, "message")
    assert "paused" in message


def test_drains(connect: Connect) -> None:
    answer = asked(connect, "drains")
    assert picked(answer.rows, "repository", "owners", "apply_set", "path", "rule") == [
        ("team/data", ["@acme/data"], "overlays/a", "base/budget.yaml", "budget-blocks-eviction"),
        ("team/data", ["@acme/data"], "overlays/b", "base/budget.yaml", "budget-blocks-eviction"),
    ]
    assert summary(answer, "blocked_owners") == [("@acme/data", 1, 1)]


def test_owners(connect: Connect) -> None:
    answer = asked(connect, "owners")
    assert picked(answer.rows, "owner", "repositories", "errors", "warnings", "stuck", "drains") == [
        ("(nobody)", 5, 3, 1, 1, 0),
        ("@acme/web", 1, 2, 0, 0, 0),
        ("@acme/sre", 1, 1, 0, 0, 0),
        ("@acme/data", 1, 0, 1, 0, 1),
    ]


def test_trend(connect: Connect) -> None:
    answer = asked(connect, "trend")
    assert answer.facts["since"] == "first"
    assert picked(answer.rows, "change", "repository", "rule") == [
        ("new", "team/web", "probe-port-unknown"),
        ("gone", "team/web", "unknown-field"),
    ]
    assert [each[0] for each in summary(answer, "changes")] == ["new", "gone", "unchanged"]
    assert dict(summary(answer, "repositories")) == {
        "the same content": 4,
        "only in this run": 2,
        "changed": 1,
        "only in the earlier run": 1,
    }


def test_what_is_left_out_is_said(connect: Connect) -> None:
    answer = asked(connect, "stuck", limit=1)
    assert (answer.total, len(list(answer.rows.rows))) == (2, 1)
    assert answer.notes == ("1 repository could not be judged; the table repositories says why.",)


def test_a_run_and_a_version(connect: Connect) -> None:
    answer = asked(connect, "upgrade", run="first", version="1.36")
    assert answer.facts["from"] is None
    assert {each[0] for each in picked(answer.rows, "applies")} == {"at 1.36"}
    assert "no older one" in answer.notes[0]


@pytest.mark.parametrize(
    ("question", "request_", "message"),
    [
        ("trend", {"run": "first"}, "is the first one"),
        ("trend", {"since": "never"}, "There is no run never; the last ones are first, second"),
        ("upgrade", {"version": "1.35"}, "not judged for Kubernetes 1.35, but for 1.36, 1.37"),
    ],
)
def test_what_is_not_there(
    connect: Connect, question: Question, request_: dict[str, str], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        asked(connect, question, **request_)


def test_no_tables(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="no run of `podplan fleet` is there"):
        connect_to(tmp_path)


def test_a_fleet_without_findings(tmp_path: Path) -> None:
    write_run(tmp_path, "only", "2026-11-01T03:00:00Z", {"same": BEFORE["team/same"]}, ("1.37",))
    for question in ("upgrade", "stuck", "drains"):
        assert ask(connect_to(tmp_path), question, Request()).total == 0
    found = overview(tmp_path, None)
    assert ([each.name for each in found.repositories], list(found.findings)) == (["same"], [])
    assert "trend" not in found.answers


def test_rules_that_upgrade_names_are_there() -> None:
    text = sql("upgrade")
    named = text[text.index("f.rule IN (") : text.index("THEN 'deprecated'")].split("'")[1::2]
    assert len(named) == 13
    assert set(named) <= all_rules().keys()


def test_rules_that_tell_what_blocks_are_there() -> None:
    assert all_rules().keys() >= BLOCKED_ROLLOUTS | BLOCKED_DRAINS | CAVEATS
    assert {all_rules()[each].group for each in BLOCKED_ROLLOUTS} == {"rollout"}


def test_overview(tables: Path) -> None:
    found = overview(tables, None, findings=5)
    assert found.run.name == "second"
    assert len(found.findings) == 5
    assert [(each.name, each.errors, each.stuck, each.drains) for each in found.repositories][:2] == [
        ("team/web", 2, 0, 0),
        ("team/agents", 1, 1, 0),
    ]
    assert [each.error is None for each in found.repositories if each.status == "failed"] == [False]


def test_every_repository_gets_its_share() -> None:
    assert share([10, 2, 1], 13) == 10
    assert share([10, 2, 1], 7) == 4
    assert share([10, 2, 1], 2) == 0
    assert share([], 5) == 0
