"""Each format over one fixed report, as a snapshot, and what its consumers demand of it."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

import linter
from linter.engine.registry import all_rules
from linter.engine.report.finding import docs_of, page_url
from linter.loading.repository import repository_root
from linter.loading.source import Source
from linter.output import github, gitlab, html, junit, markdown, paths, sarif, text
from linter.output import json as json_output
from linter.output.paths import display_path, in_repository
from linter.output.security import SECURITY_SEVERITY
from linter.release import DOCS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from syrupy.assertion import SnapshotAssertion

    from linter.engine.report.finding import Report
    from linter.engine.rule import Rule

READER_RULES = (
    "yaml-syntax", "duplicate-key", "yaml-encoding", "yaml-limits", "empty-file", "empty-document", "ignored-document",
    "not-an-object", "missing-api-version", "missing-kind",
)  # fmt: skip
SCHEMA = Path(__file__).parent / "fixtures" / "sarif-schema-2.1.0.json"


@pytest.fixture(scope="module")
def rules() -> Mapping[str, Rule]:
    """Some rules: enough to see how rules are described."""
    return {rule_id: all_rules()[rule_id] for rule_id in READER_RULES}


RENDERERS: dict[str, Callable[[Report], str]] = {
    "github": github.render,
    "gitlab": gitlab.render,
    "html": html.render,
    "json": json_output.render,
    "junit": junit.render,
    "markdown": markdown.render,
    "sarif": lambda report: sarif.render(report, rules={}),
    "text": text.render,
}


@pytest.mark.parametrize("name", RENDERERS)
def test_report(name: str, report: Report, snapshot: SnapshotAssertion) -> None:
    assert RENDERERS[name](report) == snapshot


@pytest.mark.parametrize("name", RENDERERS)
def test_clean_report(name: str, clean: Report, snapshot: SnapshotAssertion) -> None:
    assert RENDERERS[name](clean) == snapshot


@pytest.mark.parametrize("name", sorted(RENDERERS.keys() - {"json"}))
def test_every_format_says_what_builds_an_object(name: str, report: Report) -> None:
    # JSON has the names alone, as a list.
    shown = RENDERERS[name](report)
    assert shown.count("built by overlays/dev, overlays/prod, overlays/staging and 1 more") == 1
    assert shown.count("built by") == 1


# SARIF


def sarif_problems(log: str) -> list[str]:
    from jsonschema import Draft4Validator

    validator = Draft4Validator(json.loads(SCHEMA.read_text("utf-8")))
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(json.loads(log))]


def run_of(log: str) -> Any:
    return json.loads(log)["runs"][0]


def test_sarif_is_valid(report: Report, clean: Report, rules: Mapping[str, Rule]) -> None:
    assert sarif_problems(sarif.render(report, rules=rules)) == []
    assert sarif_problems(sarif.render(clean, rules=rules)) == []
    assert sarif_problems('{"version": "2.1.0", "runs": [{"results": []}]}') != []


def test_sarif_of_a_clean_run_has_empty_results(clean: Report) -> None:
    assert run_of(sarif.render(clean, rules={}))["results"] == []


def test_sarif_describes_the_rules_that_it_names(report: Report, rules: Mapping[str, Rule]) -> None:
    run = run_of(sarif.render(report, rules=rules))
    described = run["tool"]["driver"]["rules"]
    assert [described[each["ruleIndex"]]["id"] for each in run["results"]] == [
        each["ruleId"] for each in run["results"]
    ]
    duplicate = next(each for each in described if each["id"] == "duplicate-key")
    assert duplicate["shortDescription"]["text"] == rules["duplicate-key"].summary
    assert duplicate["defaultConfiguration"]["level"] == "error"
    # A viewer shows the page without knowing that its examples are marked as good and bad.
    assert "```yaml\n" in duplicate["help"]["markdown"]
    assert "```yaml " not in duplicate["help"]["markdown"]


def test_sarif_keeps_suppressed_findings_with_the_justification(report: Report) -> None:
    suppressions = [
        each["suppressions"]
        for each in run_of(sarif.render(report, rules={}))["results"]
        if "suppressions" in each
    ]
    assert suppressions == [
        [
            {
                "kind": "inSource",
                "status": "accepted",
                "justification": "the tool that writes it knows no better",
            }
        ],
        [{"kind": "external", "status": "accepted", "justification": "suppressed by baseline"}],
    ]


def test_sarif_names_files_from_the_root_of_the_repository(
    report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".git").mkdir()
    folder = tmp_path / "deploy: 100%"
    folder.mkdir()
    monkeypatch.chdir(folder)
    sources = {
        "ä b.yaml": Source("ä b.yaml", "x", file="ä b.yaml"),
        "../up.yaml": Source("../up.yaml", "x", file="../up.yaml"),
        "/elsewhere/a.yaml": Source("/elsewhere/a.yaml", "x", file="/elsewhere/a.yaml"),
        "-": Source("-", "x"),
    }
    findings = tuple(report.findings[0]._replace(source=source) for source in sources.values())
    log = sarif.render(report._replace(findings=findings, suppressed=()), rules={}, root=tmp_path)
    places = [
        result["locations"][0]["physicalLocation"]["artifactLocation"] for result in run_of(log)["results"]
    ]
    assert places == [
        {"uri": "deploy%3A%20100%25/%C3%A4%20b.yaml", "uriBaseId": "%SRCROOT%"},
        {"uri": "up.yaml", "uriBaseId": "%SRCROOT%"},
        {"uri": "file:///elsewhere/a.yaml"},
        {"uri": "-"},
    ]
    assert sarif_problems(log) == []


def test_sarif_takes_no_text_of_a_manifest_for_its_own_syntax(hostile: Callable[[str], Report]) -> None:
    run = run_of(sarif.render(hostile("ports[0] {x} [here](http://evil.example) {0}"), rules={}))
    harmless = r"ports[0] {x} \[here\](http://evil.example) {{0}}"
    assert run["results"][0]["message"]["text"] == f"{harmless} (built by {harmless})"


# GitHub and GitLab


def parse_command(line: str) -> tuple[str, dict[str, str], str]:
    """Read a workflow command as the runner does."""
    match = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line)
    assert match is not None, line

    def unescape(value: str) -> str:
        for code, sign in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
            value = value.replace(code, sign)
        return value

    properties = dict(pair.split("=", 1) for pair in match[2].split(","))
    return match[1], {name: unescape(value) for name, value in properties.items()}, unescape(match[3])


def test_github_commands_say_what_the_findings_say(report: Report) -> None:
    commands = [parse_command(line) for line in github.render(report).splitlines()[:-1]]
    assert commands[0] == (
        "error",
        {
            "file": "k8s/web.yaml",
            "line": "13",
            "col": "9",
            "endColumn": "16",  # the last character of `app: api`
            "endLine": "13",
            "title": "selector-mismatch: Deployment shop/web",
        },
        (
            "k8s/web.yaml:13:9: The template's labels do not match the selector: app is api, not web. [selector-mismatch]"
            f"\n{DOCS}rules/api/selector-mismatch/"
        ),
    )
    assert [name for name, _, _ in commands] == ["error", "warning", "notice", "error", "error"]
    # GitHub takes columns within one line only.
    assert commands[1][1].keys() & {"col", "endColumn"} == set()


def test_gitlab_has_what_its_widget_reads(report: Report) -> None:
    issues = json.loads(gitlab.render(report))
    assert len({issue["fingerprint"] for issue in issues}) == len(issues) == 4
    for issue in issues:
        assert {"description", "check_name", "fingerprint", "severity", "location"} <= issue.keys()
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert not issue["location"]["path"].startswith(("/", "./"))
        assert issue["location"]["lines"]["begin"] >= 1


def test_paths_are_from_the_root_of_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".git").write_text("gitdir: elsewhere\n")
    folder = tmp_path / "deploy" / "prod"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    assert repository_root(str(folder)) == str(tmp_path)
    source = Source("../web.yaml", "", file="../web.yaml")
    assert display_path(source, tmp_path) == "deploy/web.yaml"
    assert display_path(source, None) == "../web.yaml"
    assert in_repository(Source("x", "", file="/x"), tmp_path) is None
    assert in_repository(Source("x", "", file=str(tmp_path / "x")), tmp_path) == "x"


def test_folders_are_looked_for_in_the_repository_not_files(tmp_path: Path) -> None:
    names = [f"team-{number % 2}/{number}.yaml" for number in range(40)]
    before = paths._folder_in.cache_info().misses
    found = [in_repository(Source(name, "", file=str(tmp_path / name)), tmp_path) for name in names]
    assert found == names
    assert paths._folder_in.cache_info().misses == before + 2


# Markdown


def test_errors_come_first_in_markdown_and_html(report: Report) -> None:
    later = report._replace(findings=tuple(reversed(report.findings)))
    assert re.findall(r"(?m)^\| \S+ (error|warning|info) \|", markdown.render(later)) == [
        "error",
        "error",
        "warning",
        "info",
    ]
    assert re.findall(r'<article class="(\w+)', html.render(later)) == ["error", "error", "warning", "info"]


# SARIF


def test_sarif_links_to_the_pages_and_says_how_sure_and_how_grave_it_is(report: Report) -> None:
    run = json.loads(sarif.render(report, rules=all_rules()))["runs"][0]
    driver = run["tool"]["driver"]
    rules = {each["id"]: each for each in driver["rules"]}
    assert driver["informationUri"] == DOCS
    assert rules["selector-mismatch"]["helpUri"] == f"{DOCS}rules/api/selector-mismatch/"
    assert rules["selector-mismatch"]["properties"]["precision"] == "very-high"
    assert "security-severity" not in rules["selector-mismatch"]["properties"]
    assert run["automationDetails"] == {"id": "podplan/"}


def test_every_rule_about_security_has_a_severity_that_code_scanning_takes() -> None:
    for rule, severity in SECURITY_SEVERITY.items():
        assert all_rules()[rule].group == "practice"
        assert 0 < float(severity) < 10


def test_the_page_of_every_rule_is_there() -> None:
    docs = Path(__file__).parents[2] / "docs"
    for rule in all_rules().values():
        page = page_url(docs_of(rule.group, rule.id)).removeprefix(DOCS)
        assert (docs / f"{page.rstrip('/')}.md").exists(), rule.id


@pytest.mark.parametrize("name", RENDERERS)
def test_every_format_has_the_address_of_each_rules_page(name: str, report: Report) -> None:
    shown = RENDERERS[name](report)
    for finding in report.findings:
        assert finding.docs_url in shown


def test_a_fix_in_sarif_makes_what_the_fixer_makes() -> None:
    text = 'apiVersion: apps/v1\nkind: deployment\nmetadata: {name: web}\nspec: {replicas: "3"}\n'
    report = linter.lint((), texts=[("web.yaml", text)])
    results = json.loads(sarif.render(report, rules=all_rules()))["runs"][0]["results"]
    fixes = {each["ruleId"]: each["fixes"] for each in results if "fixes" in each}
    assert fixes["unknown-kind"] == [
        {
            "description": {"text": "Set kind to 'Deployment'."},
            "artifactChanges": [
                {
                    "artifactLocation": {"uri": "web.yaml"},
                    "replacements": [
                        {
                            "deletedRegion": {
                                "startLine": 2,
                                "startColumn": 7,
                                "endLine": 2,
                                "endColumn": 17,
                            },
                            "insertedContent": {"text": "Deployment"},
                        }
                    ],
                }
            ],
        }
    ]
    assert fixes["wrong-type"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"] == {"text": "3"}


# JUnit


def test_names_of_tests_do_not_move_with_the_lines(report: Report) -> None:
    def names(report: Report) -> list[tuple[str | None, str | None]]:
        root = ET.fromstring(junit.render(report))  # noqa: S314  it is our own text
        return [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]

    moved = tuple(
        each._replace(range=each.range._replace(line=each.range.line + 7, end_line=each.range.end_line + 7))
        for each in report.findings
    )
    assert names(report) == names(report._replace(findings=moved))
    assert len(set(names(report))) == len(names(report))
    twice = names(report._replace(findings=(report.findings[0], report.findings[0])))
    assert [name for _, name in twice[:2]] == [
        "selector-mismatch spec.template.metadata.labels",
        "selector-mismatch spec.template.metadata.labels (2)",
    ]


def test_junit_counts_agree_with_the_cases(report: Report) -> None:
    root = ET.fromstring(junit.render(report))  # noqa: S314  it is our own text
    assert root.tag == "testsuites"
    for suite in (root, *root.iter("testsuite")):
        cases = list(suite.iter("testcase"))
        assert suite.get("tests") == str(len(cases))
        for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert suite.get(attribute) == str(sum(case.find(tag) is not None for case in cases))
    assert (root.get("tests"), root.get("failures"), root.get("errors"), root.get("skipped")) == (
        "7",
        "3",
        "1",
        "2",
    )
    for case in root.iter("testcase"):
        assert case.get("name")
        assert case.get("classname")
        assert len(case) <= 1


def test_junit_of_a_clean_run_has_a_test_that_passes(clean: Report) -> None:
    root = ET.fromstring(junit.render(clean))  # noqa: S314  it is our own text
    assert [len(case) for case in root.iter("testcase")] == [0]


# Markdown


def test_markdown_stays_below_the_limit_and_says_what_it_leaves_out(report: Report) -> None:
    many = report._replace(findings=report.findings * 500)
    shown = markdown.render(many)
    assert len(shown) < 65_536
    left = re.search(r"(\d+) more findings do not fit", shown)
    assert left is not None
    assert len(re.findall(r"(?m)^\| \S+ (?:error|warning|info) ", shown)) + int(left[1]) == 2000


# HTML


class Page(HTMLParser):
    """Collects what is in a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_html_quotes_the_lines_and_marks_the_place(report: Report) -> None:
    page = html.render(report)
    assert "        <mark>app: api</mark>" in page
    assert "<i>13</i>" in page
    assert Page(page).text.count("The container has no readiness probe.") == 1


def test_html_needs_nothing_from_outside_and_runs_nothing(report: Report) -> None:
    page = html.render(report)
    tags = Page(page).tags
    assert not any(tag in {"script", "link", "img", "iframe", "object"} for tag, _ in tags)
    assert not any(
        name in {"src", "style"} or name.startswith("on") for _, attributes in tags for name in attributes
    )
    # The index leads to places of the page itself, and each rule to its page.
    assert {attributes["href"] for _, attributes in tags if "href" in attributes} == {
        *(f"#resource-{number}" for number in range(3)),
        *(finding.docs_url for finding in report.findings),
    }
    policy = next(
        attributes["content"]
        for _, attributes in tags
        if attributes.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy is not None
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


# Text that wants to break out


HOSTILE = {
    "ansi": "\x1b[31mred\x1b[0m \x9b2J \x07",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "attribute": "\" onmouseover=\"alert(1)' x='",
    "markdown": "| a | **b** | [c](http://evil.example) ![d](http://evil.example/e.png) `f` @everyone #1 ~~g~~",
    "newline": "one\ntwo\r\nthree\u2028four\u0085five",
    "command": "x\n::error file=a::pwned\n::set-env name=A::b\r::add-mask::c",
    "percent": "100% %0A::error::pwned %25",
    "comma": "a,b:c=d,title=pwned::e",
    "cdata": "]]> ]]&gt; <![CDATA[ <!-- -- --> &amp; &#0;",
    "bidirectional": "\u202egnp.exe\u2066x\u2069",
    "unwritable": "\x00\x0b\x0c\x7f\ufffe\uffff\ud800\udfff",
    "details": "</details></td></tr></table></code></pre></section><h1>pwned</h1>",
    "json": '"}],"x":"\\u0000\\',
    "long": "x" * 5000,
}


@pytest.mark.parametrize("kind", HOSTILE)
class TestHostileText:
    def test_no_format_lets_control_characters_through(
        self, kind: str, hostile: Callable[[str], Report]
    ) -> None:
        for name, render in RENDERERS.items():
            shown = render(hostile(HOSTILE[kind]))
            if name != "json":  # whoever prints JSON's values has to look after them
                shown.encode("utf-8")
                assert not re.search(
                    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]", shown
                ), name

    def test_github_has_one_command_a_finding(self, kind: str, hostile: Callable[[str], Report]) -> None:
        lines = github.render(hostile(HOSTILE[kind])).split("\n")
        commands = [parse_command(line) for line in lines if line.lstrip().startswith("::")]
        assert [name for name, _, _ in commands] == ["error", "notice", "error"]
        assert len(lines) == 5
        assert set(commands[0][1]) == {"file", "line", "col", "endColumn", "endLine", "title"}

    def test_json_formats_parse(self, kind: str, hostile: Callable[[str], Report]) -> None:
        report = hostile(HOSTILE[kind])
        assert len(json.loads(gitlab.render(report))) == 2
        assert sarif_problems(sarif.render(report, rules={})) == []

    def test_junit_parses(self, kind: str, hostile: Callable[[str], Report]) -> None:
        root = ET.fromstring(junit.render(hostile(HOSTILE[kind])))  # noqa: S314  it is our own text
        assert {each.tag for each in root.iter()} == {
            "testsuites", "testsuite", "testcase", "failure", "system-out", "skipped", "error",
        }  # fmt: skip

    def test_html_has_the_tags_of_a_harmless_report(
        self, kind: str, hostile: Callable[[str], Report]
    ) -> None:
        def tags(text: str) -> list[str]:
            # A text of several lines is quoted as several lines.
            page = re.sub(r"<pre>.*</pre>", "<pre></pre>", html.render(hostile(text)))
            return [tag for tag, _ in Page(page).tags]

        assert tags(HOSTILE[kind]) == tags("harmless")
        quoted = re.findall(r"<pre>(.*)</pre>", html.render(hostile(HOSTILE[kind])))
        assert {tag for each in quoted for tag, _ in Page(each).tags} <= {"span", "i", "mark"}

    def test_markdown_has_no_markup_of_the_manifest(
        self, kind: str, hostile: Callable[[str], Report]
    ) -> None:
        shown = markdown.render(hostile(HOSTILE[kind]))
        harmless = markdown.render(hostile("harmless"))
        if kind != "long":
            assert shown.count("\n") == harmless.count("\n")
            assert shown.count("|") == harmless.count("|")
            assert len(re.findall(r"<(?!!-- -->)", shown)) == len(re.findall(r"<(?!!-- -->)", harmless))
        own = re.sub(
            rf"\| \[<code>[a-z-]+</code>\]\({re.escape(DOCS)}rules/[a-z]+/[a-z-]+/\) \|$",
            "|",
            shown,
            flags=re.MULTILINE,
        )
        assert not re.search(r"\]\(|`|\*\*|@\w|https?://", own)
