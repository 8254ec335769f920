"""The comment on a pull request or merge request."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from .conftest import Service

SCRIPT = Path(__file__).parents[2] / "packaging" / "ci" / "comment.py"
TOKEN = "the-token"  # noqa: S105  nothing takes it


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("comment", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(params=["github", "gitlab"])
def comment(
    request: pytest.FixtureRequest, script: ModuleType, service: Service, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    environment = {
        **os.environ,
        "PODPLAN_TOKEN": TOKEN,
        "GITHUB_API_URL": service.url,
        "GITHUB_REPOSITORY": "owner/name",
        "NUMBER": "5",
        "CI_API_V4_URL": service.url,
        "CI_PROJECT_ID": "1",
        "CI_MERGE_REQUEST_IID": "5",
    }

    def run(*reports: Path, key: str = "a", service: str = request.param, **more: str) -> str:
        assert script.main([service, key, *map(str, reports)], environment | more) == 0
        return capsys.readouterr().out

    return run


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.md"
    path.write_text("### fine\n")
    return path


def test_it_is_made_once_and_then_changed(
    comment: Callable[..., str], service: Service, report: Path
) -> None:
    assert comment(report) == "podplan: the comment was made\n"
    assert comment(report) == "podplan: the comment was updated\n"
    assert not any(
        each.startswith(("PATCH", "PUT")) for each in service.requests
    )  # there was nothing to change
    report.write_text("### worse\n")
    assert comment(report) == "podplan: the comment was updated\n"
    (only,) = service.comments
    assert only["body"].endswith("\n\n### worse\n")
    assert len(service.tokens) == 1
    assert TOKEN in str(service.tokens)


def test_jobs_have_comments_of_their_own(comment: Callable[..., str], service: Service, report: Path) -> None:
    assert comment(report, key="a") == comment(report, key="b --> <script>")
    assert len({each["body"].split("\n")[0] for each in service.comments}) == 2
    assert all(
        len(each["body"].split("\n")[0]) == len("<!-- podplan 0123456789abcdef -->")
        for each in service.comments
    )


def test_what_others_wrote_stays(comment: Callable[..., str], service: Service, report: Path) -> None:
    comment(report)
    marker = service.comments[0]["body"]
    service.comments.clear()
    service.add(marker, bot=False)
    for number in range(120):
        service.add(f"quoted: {marker}" if number % 2 else "talk")
    assert comment(report) == "podplan: the comment was made\n"
    assert (service.comments[0]["body"], len(service.comments)) == (marker, 122)
    # It is on the second page, and found there.
    assert comment(report) == "podplan: the comment was updated\n"
    assert len(service.comments) == 122


@pytest.mark.parametrize("status", [302, 403, 404, 500])
def test_a_comment_that_cannot_be_made_fails_nothing(
    comment: Callable[..., str], service: Service, report: Path, status: int
) -> None:
    service.status = status
    said = comment(report)
    assert f"no comment could be made: {status} " in said
    assert len(service.requests) == 1  # no redirect is followed: the token would go along
    assert TOKEN not in said


def test_a_service_that_is_not_there(comment: Callable[..., str], report: Path) -> None:
    away = "http://127.0.0.1:9"
    assert "no comment could be made" in comment(report, GITHUB_API_URL=away, CI_API_V4_URL=away)


def test_no_report_is_no_comment(comment: Callable[..., str], service: Service, tmp_path: Path) -> None:
    assert comment(tmp_path / "none.md") == "podplan: there is no report to comment with\n"
    assert service.requests == []


def test_what_does_not_fit_is_left_out(script: ModuleType) -> None:
    long = "### 9 errors\n\n" + "x" * 70_000
    body = script.write("<!-- m -->", [long, "plan", "y" * 64_000])
    assert len(body) < 65_536
    assert body.startswith(
        "<!-- m -->\n\n### 9 errors\n\nThe rest is in the job: a comment takes no more.\n\nplan\n"
    )
    many = script.write("<!-- m -->", ["z" * 60_000 for _ in range(5)])
    assert len(many) < 65_536


def test_nothing_is_an_order_to_gitlab(script: ModuleType) -> None:
    body = script.write("<!-- m -->", ["/merge\n  /close\na /path\n"])
    assert body == "<!-- m -->\n\n&#47;merge\n  &#47;close\na /path\n"


def test_wrong_usage(script: ModuleType) -> None:
    assert script.main(["gitea", "key", "a.md"], {}) == 2
    assert script.main(["github"], {}) == 2
