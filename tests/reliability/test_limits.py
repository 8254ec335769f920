"""No input takes all the time or memory there is: limits, each with its message and its option."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

import linter
from linter.cli.main import guarded
from linter.engine.config.options import LintOptions
from linter.loading.limits import DEFAULT, HIGHEST

from .running import DEPLOYMENT, SERVICE, podplan

if TYPE_CHECKING:
    from linter.engine.report.finding import Report


def lint(text: str, **limits: int) -> Report:
    options = LintOptions(select=("api",), limits=DEFAULT._replace(**limits))
    return linter.lint((), texts=[("a.yaml", text)], options=options)


def nested(depth: int, *, flow: bool) -> str:
    if flow:
        return SERVICE + "x: " + "[" * (depth - 1) + "]" * (depth - 1) + "\n"
    return SERVICE + "".join(" " * level + "x:\n" for level in range(depth - 1)) + " " * depth + "z: 1\n"


@pytest.mark.parametrize("flow", [True, False])
def test_depth(*, flow: bool) -> None:
    assert {each.rule for each in lint(nested(20, flow=flow), depth=20).findings} == {"unknown-field"}
    (finding,) = lint(nested(21, flow=flow), depth=20).findings
    assert finding.rule == "yaml-limits"
    assert "20 levels" in finding.message
    assert "--limit depth=" in finding.message


def test_depth_of_json() -> None:
    text = '{"apiVersion": "v1", "kind": "Service", "x": ' + "[" * 19 + "]" * 19 + "}"
    assert {each.rule for each in lint(text, depth=20).findings} == {"unknown-field"}
    assert {each.rule for each in lint(text, depth=19).findings} == {"yaml-limits"}
    for depth in (900, 1100, 200_000):
        (finding,) = lint('{"a":' * depth + "1" + "}" * depth).findings
        assert finding.rule == "yaml-limits"


@pytest.mark.parametrize("value", ["4", '"text"', "null", "true", "[1]", "1e400", "[]", '""'])
def test_json_that_is_no_object(value: str) -> None:
    first = (
        '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": {"clusterIP": "None"}}'
    )
    for text in (value, f"{first} {value}", f"{first}\n{value}\n{first}"):
        assert "internal-error" not in {each.rule for each in lint(text).findings}


def test_levels_behind_aliases_count() -> None:
    text = "".join(
        f"a{i}: &a{i} " + "[" * 50 + (f"*a{i - 1}" if i else "1") + "]" * 50 + "\n" for i in range(30)
    )
    (finding,) = lint(SERVICE + text).findings
    assert finding.rule == "yaml-limits"
    assert finding.range.line == 8  # where the fourth fifty levels would begin, below the first


def test_the_highest_depth_can_be_read_judged_and_shown(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(nested(HIGHEST.depth, flow=True))
    (tmp_path / "a.json").write_text(
        '{"apiVersion": "v1", "kind": "Service", "x": ' + "[" * 299 + "]" * 299 + "}"
    )
    for jobs in ("1", "2"):
        done = podplan(
            "lint", "--limit", f"depth={HIGHEST.depth}", "--jobs", jobs, "--format", "json", ".", cwd=tmp_path
        )
        assert done.returncode == 1, done.stderr.decode()
        assert done.stdout.count(b'"unknown-field"') == 2


@pytest.mark.parametrize(
    "text",
    [SERVICE + "x: [" + "1, " * 200 + "]\n", "\n---\n".join([SERVICE] * 30),
     '{"apiVersion": "v1", "kind": "Service", "x": [' + "1," * 200 + "1]}"],
    ids=["one document", "many documents", "JSON"],
)  # fmt: skip
def test_values(text: str) -> None:
    assert "yaml-limits" not in {each.rule for each in lint(text, values=600).findings}
    found = [each for each in lint(text, values=150).findings if each.rule == "yaml-limits"]
    assert found
    assert "--limit values=" in found[0].message


def test_documents() -> None:
    text = "---\n".join([SERVICE] * 6)
    assert lint(text, documents=6).findings == ()
    report = lint(text, documents=5)
    (finding,) = report.findings
    assert (finding.rule, finding.range.line) == ("yaml-limits", 26)
    assert report.resources == 5
    assert "--limit documents=" in finding.message


def test_file_size(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SERVICE)
    size = len(SERVICE)
    assert podplan("lint", "--limit", f"file-bytes={size}", "a.yaml", cwd=tmp_path).returncode == 0
    done = podplan("lint", "--limit", f"file-bytes={size - 1}", "a.yaml", cwd=tmp_path)
    assert done.returncode == 1
    assert b"--limit file-bytes=" in done.stdout


def test_findings_of_a_file() -> None:
    text = "\n---\n".join([SERVICE.replace("spec:", "spec: {}\nstatus:")] * 30)
    text = text.replace("clusterIP", "typo")
    assert len(lint(text).findings) == 60
    report = lint(text, findings=10)
    rules = [each.rule for each in report.findings]
    assert rules.count("unknown-field") + rules.count("service-ports") == 10
    assert rules.count("too-many-findings") == 1
    assert report.fails("error")


def test_findings_of_a_rule_in_an_object() -> None:
    text = SERVICE.replace("clusterIP: None", ", ".join(f"k{number}: 1" for number in range(1500)))
    rules = [each.rule for each in lint(text).findings]
    assert rules.count("unknown-field") == 1000
    assert rules.count("too-many-findings") == 1


@pytest.mark.parametrize(
    "value", ["depth", "depth=", "depth=x", "depth=0", "depth=301", "width=3", "=3", "depth=" + "9" * 5000]
)
def test_limits_that_are_none(value: str, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (("lint", "."), ("plan", "create", "a.yaml")):
        assert guarded([*command, "--limit", value]) == 2
        assert capsys.readouterr().err.startswith("podplan: --limit ")


def test_limits_hold_for_plans_too(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(DEPLOYMENT)
    done = podplan("plan", "create", "a.yaml", "--limit", "depth=3", cwd=tmp_path)
    assert done.returncode == 3
    assert b"Nested more than 3 levels" in done.stderr


def test_rounds_and_pods_of_a_plan(tmp_path: Path) -> None:
    many = DEPLOYMENT.replace("replicas: 3", "replicas: 1000000000")
    (tmp_path / "a.yaml").write_text(
        many.replace(
            "  replicas", "  strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}\n  replicas"
        )
    )
    (tmp_path / "b.yaml").write_text((tmp_path / "a.yaml").read_text().replace("web:1", "web:2"))
    (tmp_path / "set.yaml").write_text(many.replace("kind: Deployment", "kind: StatefulSet"))
    done = podplan("plan", "update", "a.yaml", "b.yaml", "--max-rounds", "1000", cwd=tmp_path)
    assert (done.returncode, b"--max-rounds" in done.stderr) == (1, True)
    done = podplan("plan", "create", "set.yaml", cwd=tmp_path)
    assert (done.returncode, b"--max-pods" in done.stderr) == (1, True)
    done = podplan("plan", "scale", "set.yaml", "--replicas", "5", "--max-pods", "4", cwd=tmp_path)
    assert done.returncode == 1
    # A Deployment's pods are counted, not listed: any number is planned at once.
    done = podplan("plan", "create", "a.yaml", cwd=tmp_path)
    assert done.returncode == 0


# --- expressions ---------------------------------------------------------------------------------------------------

DEFINITION = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: things.example.com}}
spec:
  group: example.com
  names: {{kind: Thing, plural: things}}
  scope: Namespaced
  versions:
  - {{name: v1, served: true, storage: true, schema: {{openAPIV3Schema: {{type: object, properties: {{a: {schema}}}}}}}}}
---
apiVersion: example.com/v1
kind: Thing
metadata: {{name: a}}
a: {value}
"""
ENDLESS = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"
"""For `(a+)+$` an engine that tries every way needs longer than anybody lives."""


@pytest.mark.parametrize(
    ("pattern", "judged"),
    [("^(a+)+$", True), ("(" * 5000, False), ("a{99999999999}", False), ("(a{0,1000}){0,1000}$", False), ("[", False)],
    ids=lambda value: str(value)[:20],
)  # fmt: skip
def test_patterns_of_custom_resources(pattern: str, *, judged: bool) -> None:
    schema = json.dumps({"type": "string", "pattern": pattern})
    found = lint(DEFINITION.format(schema=schema, value=ENDLESS)).findings
    assert [each.message for each in found if each.rule == "internal-error"] == []
    assert ("custom-resource" in {each.rule for each in found}) is judged


@pytest.mark.parametrize(
    "expression",
    [
        f"'{ENDLESS}'.find('^(a+)+$') != ''",
        f"'{ENDLESS}'.findAll('^(a+)+$').size() > 0",
        f"'{ENDLESS}'.matches('^(a+)+$')",
        "[0,1,2,3,4,5,6,7,8,9].all(%s, " * 9 % tuple("abcdefghi") + "true" + ")" * 9,
    ],
)
def test_expressions_of_rules(expression: str, tmp_path: Path) -> None:
    rules = {"rules": [{"id": "endless", "message": "It ends.", "expression": expression}]}
    (tmp_path / "rules.yaml").write_text(json.dumps(rules))
    (tmp_path / "podplan.yaml").write_text("custom-rules: [rules.yaml]\n")
    (tmp_path / "a.yaml").write_text(SERVICE)
    done = podplan("lint", "a.yaml", cwd=tmp_path)
    assert done.returncode == 1
    assert b"[endless]" in done.stdout


@pytest.mark.parametrize("size", [1, 40])
def test_alternatives_inside_of_lists(size: int) -> None:
    part: dict[str, object] = {"type": "integer"}
    for _ in range(10):
        part = {"anyOf": [part, part]}
    schema = {"type": "array", "items": {"x-kubernetes-preserve-unknown-fields": True, **part}}
    found = lint(DEFINITION.format(schema=json.dumps(schema), value=json.dumps(["x"] * size))).findings
    (limit,) = [each.message for each in found if each.rule == "too-large-to-judge"] or [""]
    assert ("50000 parts" in limit) is (size == 40)


def test_an_expression_that_grows(tmp_path: Path) -> None:
    ten, expression = (
        "'aaaaaaaaaa'",
        "cel.bind(a, {}, cel.bind(b, {}, cel.bind(c, {}, cel.bind(d, {}, d.size() > 3))))",
    )
    grown = (f"{ten}.replace('', {ten})", "a.replace('', a)", "b.replace('', b)", "c.replace('', c)")
    rules = {"rules": [{"id": "growing", "message": "It grows.", "expression": expression.format(*grown)}]}
    (tmp_path / "rules.yaml").write_text(json.dumps(rules))
    (tmp_path / "podplan.yaml").write_text("custom-rules: [rules.yaml]\n")
    (tmp_path / "a.yaml").write_text(SERVICE)
    done = podplan("lint", "a.yaml", cwd=tmp_path)
    assert done.returncode == 1
    assert b"1000000 steps" in done.stdout


# --- what the limits come to ---------------------------------------------------------------------------------------

# Each bomb is large enough to go off; a thorough run makes them larger still.
TIMES = 8 if settings.get_current_profile_name() == "thorough" else 1
KILOBYTE = 1024
MEGABYTE = 1024 * KILOBYTE
SECONDS = 6 * TIMES
LAUGHS = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{i}: &a{i} [" + ",".join([f"*a{i - 1}"] * 10) + "]\n" for i in range(1, 30)
)
MERGES = "a0: &a0 {k0: 1}\n" + "".join(
    f"a{i}: &a{i} {{<<: [" + ",".join([f"*a{i - 1}"] * 10) + f"], k{i}: 1}}\n" for i in range(1, 300)
)
LISTS = "".join(
    f"- &a{i} {{kind: List, items: [" + ", ".join([f"*a{i - 1}" if i > 1 else "{kind: x}"] * 10) + "]}\n"
    for i in range(1, 30)
)
LONG = 256 * KILOBYTE * TIMES
MANY = 3000 * TIMES
BOMBS = {
    "aliases of aliases": SERVICE + LAUGHS,
    "merges of merges": SERVICE + MERGES,
    "lists of lists": "kind: List\napiVersion: v1\nitems:\n" + LISTS,
    "brackets": "[" * LONG,
    "braces": "{" * LONG,
    "dashes": "- " * LONG,
    "question marks": "? " * LONG,
    "indentation": "".join(" " * level + "a:\n" for level in range(2000)),
    "separators": "---\n" * MANY,
    "documents": "a\n---\n" * (12_500 * TIMES),
    "one long line": SERVICE.replace("clusterIP", "x: " + "a" * LONG + ", clusterIP"),
    "one long quote": SERVICE + 'x: "' + "\\u00e9" * (LONG // 4) + '"\n',
    "a quote without end": SERVICE + "x: '" + "a\n\n" * (LONG // 2),
    "comments": "# podplan: ignore[a, b, c]\n" * MANY + SERVICE,
    "comments at the end": SERVICE + "# podplan: ignore[a]\n" * (8 * MANY),
    "comments behind values": SERVICE + "".join(f"k{i}: 1 # podplan: ignore[unknown-field]\n" for i in range(MANY)),
    "a comment of many rules": "# podplan: ignore[" + "a," * LONG + "]\n" + SERVICE,
    "unknown fields": SERVICE + "".join(f"k{i}: 1\n" for i in range(MANY)),
    "the same key": SERVICE + "a: 1\n" * MANY,
    "ports": SERVICE.replace("clusterIP", "ports: [" + "{port: 80}, " * (MANY // 4) + "], clusterIP"),
    "objects without a kind": "kind: List\napiVersion: v1\nitems:\n" + "- {}\n" * (MANY // 2),
    "objects that match each other": "---\n".join(
        [DEPLOYMENT.replace("name: web}", f"name: web{i}}}", 1) for i in range(MANY // 50)]
        + [SERVICE.replace("clusterIP", "selector: {app: web}, clusterIP")] * (MANY // 50)
    ),
    "JSON": '{"apiVersion": "v1", "kind": "Service", "x": [' + "[]," * (5 * MANY) + "1]}",
    "JSON documents": '{"apiVersion": "v1"}' * MANY,
    "digits": SERVICE + "x: " + "9" * LONG + "\n",
    "digits in JSON": '{"apiVersion": ' + "9" * LONG + "}",
    "digits of a quantity": DEPLOYMENT.replace('image: "web:1"', "resources: {limits: {cpu: " + "9" * LONG + "}}"),
    "a pattern": SERVICE.replace("name: web", "name: " + "a-" * LONG),
}  # fmt: skip
# All in one process, which tells before each bomb that it is its turn, and behind it how long it took.
PROGRAM = """
import os, pathlib, sys, time
from linter.cli.main import guarded

for folder in sys.argv[1:]:
    os.chdir(folder)
    start = time.process_time()
    pathlib.Path("started").touch()
    formats = [f"--format={form}={form}" for form in ("text", "json", "sarif", "html")]
    statuses = guarded(["lint", "--no-cache", *formats, "a.yaml"]), guarded(["plan", "create", "a.yaml", "-o", "plan"])
    pathlib.Path("done").write_text(f"{statuses[0]} {statuses[1]} {time.process_time() - start}")
"""


def bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (1000 * MEGABYTE,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (10 * SECONDS, 10 * SECONDS))


@pytest.fixture(scope="module")
def exploded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder where each bomb has one, after podplan has seen them all."""
    top = tmp_path_factory.mktemp("bombs")
    for name, text in BOMBS.items():
        (top / name).mkdir()
        (top / name / "a.yaml").write_text(text)
    folders = [str(top / name) for name in BOMBS]
    while folders:
        subprocess.run(
            [sys.executable, "-c", PROGRAM, *folders], capture_output=True, check=False, preexec_fn=bounded
        )
        # One that went off took the process with it; the others have their turn in another.
        folders = [each for each in folders if not Path(each, "started").exists()]
    return top


@pytest.mark.xdist_group("bombs")
@pytest.mark.parametrize("name", BOMBS)
def test_a_hostile_file_takes_bounded_time_and_memory(name: str, exploded: Path) -> None:
    done = exploded / name / "done"
    assert done.exists(), "took all the time or memory there is"
    lint, plan, seconds = done.read_text().split()
    assert lint in {"0", "1"}
    assert plan in {"0", "1", "2", "3"}
    assert float(seconds) < SECONDS
    assert "internal-error" not in (exploded / name / "text").read_text()
