"""Answers about a fleet in every format, with texts of a hostile manifest in them."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest

from linter.fleet.questions.answer import Answer, Table
from linter.fleet.questions.ask import Run
from linter.fleet.questions.overview import Finding, Overview, Repository
from linter.output.fleet import charts, markdown, page, text
from linter.output.fleet import csv as csv_output
from linter.output.fleet import json as json_output

EVIL = "</script><img src=x onerror=alert(1)>\x1b[31m`|@octocat"
COLUMNS = ("change", "repository", "owners", "kind", "namespace", "name", "path", "line", "rule", "message")


def answer(rows: list[tuple[Any, ...]], total: int | None = None) -> Answer:
    facts = {"run": "now", "time": "2026-11-08T03:00:00Z", "kubernetes": "1.37", "from": "1.36"}
    changes = Table("changes", ("change", "findings"), [("removed", 12345), ("refused", 6)])
    return Answer(
        "upgrade", facts, (changes,), Table("rows", COLUMNS, rows), total or len(rows), ("A note.",)
    )


PLAIN = (
    "removed",
    "org/web",
    ["@org/web"],
    "CronJob",
    "shop",
    "report",
    "k8s/a.yaml",
    3,
    "removed-api",
    "It was removed.",
)
HOSTILE = ("refused", EVIL, [EVIL], EVIL, EVIL, EVIL, EVIL, 3, "removed-api", EVIL)
FILE: tuple[Any, ...] = (
    "refused",
    "org/web",
    [],
    None,
    None,
    None,
    "a.yaml",
    1,
    "yaml-syntax",
    "=HYPERLINK(1)",
)


def test_text() -> None:
    assert "".join(text.render(answer([PLAIN, FILE], total=1202))) == (
        "What an upgrade refuses, removes and changes\n"
        "Kubernetes 1.37, compared with 1.36 · run now of 2026-11-08T03:00:00Z\n\n"
        "change   findings\nremoved    12,345\nrefused         6\n\n"
        "org/web: k8s/a.yaml:3: removed: It was removed. [removed-api]\n"
        "    CronJob shop/report · @org/web\n"
        "org/web: a.yaml:1: refused: =HYPERLINK(1) [yaml-syntax]\n"
        "    the file\n"
        "1,200 more: --limit N shows more of them, --format csv=FILE writes all.\nA note.\n"
    )


def test_nothing() -> None:
    assert "\nNothing.\nA note.\n" in "".join(text.render(answer([])))
    assert "\nNothing.\n" in "".join(markdown.render(answer([])))


def test_json() -> None:
    found = json.loads("".join(json_output.render(answer([PLAIN, HOSTILE]))))
    assert found["rows"][0] == dict(zip(COLUMNS, PLAIN, strict=True))
    assert found["rows"][1]["message"] == EVIL
    assert found["summary"] == {
        "changes": [{"change": "removed", "findings": 12345}, {"change": "refused", "findings": 6}]
    }
    assert (found["question"], found["kubernetes"], found["from"], found["total"]) == (
        "upgrade",
        "1.37",
        "1.36",
        2,
    )
    assert json.loads("".join(json_output.render(answer([]))))["rows"] == []


def test_csv() -> None:
    rows = list(csv.reader(io.StringIO("".join(csv_output.render(answer([PLAIN, FILE]))))))
    assert rows == [
        list(COLUMNS),
        [
            "removed",
            "org/web",
            "@org/web",
            "CronJob",
            "shop",
            "report",
            "k8s/a.yaml",
            "3",
            "removed-api",
            "It was removed.",
        ],
        ["refused", "org/web", "", "", "", "", "a.yaml", "1", "yaml-syntax", "'=HYPERLINK(1)"],
    ]


@pytest.mark.parametrize("module", [text, json_output, csv_output, markdown])
def test_no_control_characters(module: Any) -> None:
    assert "\x1b" not in "".join(module.render(answer([HOSTILE])))


def test_markdown() -> None:
    found = "".join(markdown.render(answer([HOSTILE])))
    assert "<img" not in found
    assert "@octocat" not in found
    assert "| change | findings |\n|-|-:|\n| removed | 12,345 |\n" in found


def overview(findings: list[Finding], total: int, *, name: str = "org/web") -> Overview:
    repositories = [
        Repository(name, "judged", None, "1.37", "abc", 5, 1, 0, 0, 1, 0, total),
        Repository("org/gone", "failed", EVIL, "1.37", None, 0, 0, 0, 0, 0, 0, 0),
    ]
    owners = Table("rows", ("owner",), [(EVIL, 1, 5, 1, 0, 0, 0, 0)])
    return Overview(
        run=Run("now", "2026-11-08T03:00:00Z", "0.1.0"),
        versions=Table("versions", (), [("1.36", 1, 0, 0, 0, 1), ("1.37", 1, 1, 1, 0, 0)]),
        history=Table("history", (), [("now", "2026-11-08T03:00:00Z", "0.1.0", 2, 1, 1, 0, 0)]),
        rules=Table("rules", (), [(EVIL, 1, 1, 0, 0, 1)]),
        judged=Table("judged", (), [(5, 4, 1, 0, 0)]),
        answers={
            "owners": answer([])._replace(question="owners", rows=owners, total=1),
            "upgrade": answer([HOSTILE], total=300),
        },
        repositories=repositories,
        findings=findings,
        notes=(EVIL,),
    )


def finding(message: str, number: int = 1, repository: str = "org/web") -> Finding:
    return Finding(
        repository,
        "error",
        "unknown-field",
        f"k8s/{number % 50}.yaml",
        number,
        "Deployment",
        "shop",
        "web",
        message,
        ["@org/web"],
    )


def test_page_is_harmless() -> None:
    found = page.render(overview([finding(EVIL, repository=EVIL)], 1, name=EVIL), repositories=10)
    assert "<img" not in found
    assert "\x1b" not in found
    assert found.count("</script>") == 2
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', found)
    assert policy is not None
    assert "default-src 'none'" in policy[1]
    assert "http" not in policy[1]
    assert not re.search(r'(src|href)="', found)


def test_page_says_what_is_left_out() -> None:
    found = page.render(overview([finding("x")], 1200), repositories=1)
    assert "1,199 of 1,200 findings are left out" in found
    assert "1 repository is left out" in found
    assert "299 more are not listed: <code>podplan fleet upgrade DIR --format csv=FILE</code>" in found


def test_page_stays_small() -> None:
    findings = [
        finding(f"`replica{number % 500}` is not a field of DeploymentSpec.", number)
        for number in range(30_000)
    ]
    assert len(page.render(overview(findings, 30_000), repositories=10)) < 2_000_000


def test_bars() -> None:
    drawn = charts.draw_bars(
        [charts.Bar("a" * 60, (3, 1)), charts.Bar("b", (0, 0))], page._SEVERITIES[:2], "Bars"
    )
    assert re.findall(r'<rect class="(\w+)" x="([\d.]+)" y="4" width="([\d.]+)"', drawn) == [
        ("errors", "260.0", "315.0"),
        ("warnings", "575.0", "105.0"),
    ]
    assert f"<title>{'a' * 60}: 3 errors, 1 warnings</title>" in drawn
