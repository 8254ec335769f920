"""Nothing from a manifest is executed, fetched, or means anything to whoever shows the report."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

import linter
from linter.cli.linting import FORMATS
from linter.cli.reports import render
from linter.engine.options import LintOptions
from linter.output import plan_html, plan_json, plan_markdown, plan_svg, plan_text

from .running import DEPLOYMENT, SERVICE, podplan
from .strategies import HOSTILE, recorded_scenarios, recorded_texts

if TYPE_CHECKING:
    from pathlib import Path

    from linter.planner.plan import Plan

EVERYTHING = LintOptions(select=("api", "wiring", "rollout", "practice"))

# --- nothing is executed, nothing is fetched -----------------------------------------------------------------------

# Reports every event of Python's audit hooks (https://docs.python.org/3/library/audit_events.html) that leaves the process.
GUARD = """
import sys
LEAVES = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "pty.", "webbrowser.", "urllib.",
          "ftplib.", "http.", "smtplib.", "ctypes.", "os.startfile", "shutil.", "os.remove", "os.rename", "os.rmdir", "os.chmod", "os.kill")
def guard(event, arguments):
    if event.startswith(LEAVES):
        raise RuntimeError(f"leaves the process: {event} {arguments}")
    if event == "open" and isinstance(arguments[0], str) and set(arguments[1] or "") & set("wax+"):
        raise RuntimeError(f"writes: {arguments}")
import linter.cli.lint, linter.cli.plan, linter.cli.errors
sys.addaudithook(guard)
from linter.cli import main
main()
"""


def guarded(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    # Python itself writes .pyc files; nothing else may be written.
    return subprocess.run(
        [sys.executable, "-B", "-c", GUARD, *arguments],
        cwd=cwd,
        capture_output=True,
        check=False,
        timeout=120,
    )


ACTIVE = """\
a: !!python/object/apply:os.system ["touch executed"]
---
!!python/object/new:subprocess.Popen [["touch", "executed"]]
---
apiVersion: v1
kind: Service
metadata: {name: !!python/name:os.system , annotations: {a: !!js/function "x", b: !include /etc/passwd, c: "$(touch executed)", d: "`touch executed`"}}
spec: {externalName: "http://127.0.0.1:1/", type: ExternalName}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec:
  group: example.com
  names: {kind: Thing, plural: things}
  scope: Namespaced
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {a: {"$ref": "http://127.0.0.1:1/x"}}}}}
---
apiVersion: example.com/v1
kind: Thing
metadata: {name: a}
a: {b: 1}
---
{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "$schema": "http://127.0.0.1:1/", "data": {"a": "{{ 7*7 }}"}}
"""


def test_linting_neither_executes_nor_fetches_nor_writes(tmp_path: Path) -> None:
    (tmp_path / "active.yaml").write_text(ACTIVE)
    for number, text in enumerate(recorded_texts()[::40]):
        (tmp_path / f"{number}.yaml").write_text(text)
    for form in FORMATS:
        done = guarded("lint", "--no-cache", "--jobs", "1", "--format", form, ".", cwd=tmp_path)
        assert done.returncode == 1, done.stderr.decode()
        assert done.stderr == b""
    assert not (tmp_path / "executed").exists()


def test_planning_neither_executes_nor_fetches_nor_writes(tmp_path: Path) -> None:
    scenarios = tmp_path / "scenarios.jsonl"
    scenarios.write_text("\n".join(map(json.dumps, recorded_scenarios()[::10])))
    for form in ("text", "json", "markdown", "html", "svg"):
        done = guarded("plan", "scenario", "scenarios.jsonl", "--format", form, cwd=tmp_path)
        assert done.returncode in {0, 1}, done.stderr.decode()
        assert b"leaves the process" not in done.stderr
        assert done.stdout


def test_the_guard_sees_what_it_must_not_let_pass(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SERVICE)
    done = guarded("lint", "--no-cache", "--since", "HEAD", "a.yaml", cwd=tmp_path)
    assert b"leaves the process: subprocess.Popen" in done.stderr
    done = guarded("lint", "--no-cache", "--format", "json=out", "a.yaml", cwd=tmp_path)
    assert done.returncode != 0
    assert not (tmp_path / "out").exists()


def test_python_rules_beside_the_manifests_are_not_run(tmp_path: Path) -> None:
    (tmp_path / "podplan.yaml").write_text("python-rules: [evil]\n")
    (tmp_path / "evil.py").write_text("open('executed', 'w')\n")
    (tmp_path / "a.yaml").write_text(SERVICE)
    for arguments in (("lint", "."), ("config", "."), ("rules",), ("plan", "create", "a.yaml")):
        done = podplan(*arguments, cwd=tmp_path)
        assert not (tmp_path / "executed").exists(), arguments
    assert b"add --config" in podplan("lint", ".", cwd=tmp_path).stderr
    assert done.returncode in {0, 1, 2}
    # Named explicitly, they are.
    podplan("lint", ".", "--config", "podplan.yaml", cwd=tmp_path)
    assert (tmp_path / "executed").exists()


def test_modules_beside_the_manifests_are_not_imported(tmp_path: Path) -> None:
    """`python -m` looks for modules in the current folder first; the installed command does not."""
    for name in ("json", "yaml", "rules", "schemas", "jsonschema", "sitecustomize", "click"):
        (tmp_path / f"{name}.py").write_text("open('executed', 'w')\n")
    (tmp_path / "a.yaml").write_text(SERVICE)
    program = "import sys; sys.path[:] = [each for each in sys.path if each]; sys.argv[0] = 'podplan'\n"
    program += "from linter.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-P", "-c", program, "lint", "."], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    assert not (tmp_path / "executed").exists()


# --- git -----------------------------------------------------------------------------------------------------------


def git(folder: Path, *arguments: str) -> None:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "a.yaml").write_text(DEPLOYMENT)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "a.yaml")
    git(tmp_path, "commit", "-q", "-m", "first")
    (tmp_path / "a.yaml").write_text(DEPLOYMENT.replace("web:1", "web:2"))
    return tmp_path


SINCE = [("lint", "--since"), ("plan", "update", "--since")]


@pytest.mark.parametrize("command", SINCE, ids=" ".join)
@pytest.mark.parametrize(
    "revision",
    ["--output=executed", "-oexecuted", "--help", "--upload-pack=touch executed", "--exec=touch executed", "-c", "HEAD\n--output=executed",
     "$(touch executed)", ":(exclude)*", "HEAD:a.yaml", "@{u}", "..", "/etc/passwd", ""],
)  # fmt: skip
def test_revisions_are_never_options(command: tuple[str, ...], revision: str, repository: Path) -> None:
    before = {path.name for path in repository.iterdir()}
    done = podplan(*command, revision, cwd=repository)
    assert done.returncode == 2
    assert b"revision" in done.stderr
    assert {path.name for path in repository.iterdir()} == before


@pytest.mark.parametrize("command", SINCE, ids=" ".join)
def test_nothing_that_a_repository_configures_is_run(command: tuple[str, ...], repository: Path) -> None:
    trap = repository / "trap"
    trap.write_text(f"#!/bin/sh\ntouch '{repository}/executed'\ncat\n")
    trap.chmod(0o755)
    hooks = repository / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for hook in (
        "post-checkout",
        "post-index-change",
        "fsmonitor-watchman",
        "pre-auto-gc",
        "reference-transaction",
    ):
        (hooks / hook).symlink_to(trap)
    settings = {
        "core.fsmonitor": trap,
        "core.hooksPath": hooks,
        "core.pager": trap,
        "core.editor": trap,
        "core.sshCommand": trap,
        "diff.external": trap,
        "diff.trap.command": trap,
        "diff.trap.textconv": trap,
        "pager.diff": trap,
        "gpg.program": trap,
        "log.showSignature": "true",
        "filter.trap.clean": trap,
        "filter.trap.smudge": trap,
        "filter.trap.required": "true",
        "filter.other = 1.process": trap,
    }  # fmt: skip
    for name, value in settings.items():
        git(repository, "config", name, str(value))
    (repository / ".gitattributes").write_text("*.yaml diff=trap filter=trap\n*.yml filter=other\n")
    done = podplan(*command, "HEAD", cwd=repository)
    assert done.returncode == 0, done.stderr.decode()
    assert not (repository / "executed").exists()


# --- hostile names -------------------------------------------------------------------------------------------------

STEERS = set("\x00\x07\x08\x1b\x7f\x9b\u202a\u202b\u202c\u202d\u202e\u2028\u2029\r")


def hostile_manifest(evil: str) -> str:
    """Return objects that say it wherever a report may repeat it, and that give findings of many rules."""
    manifest = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": evil, "namespace": evil, "labels": {evil: evil}, "annotations": {evil: evil}},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": evil}},
            "template": {
                "metadata": {"labels": {"app": evil + "x"}},
                "spec": {"restartPolicy": evil, "containers": [{"name": evil, "image": evil, "env": [{"name": evil}]}]},
            },
        },
    }  # fmt: skip
    other = {"apiVersion": evil, "kind": evil, "metadata": {"name": evil}, evil: {evil: evil}}
    unknown = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": {evil: evil}}
    return "\n---\n".join(json.dumps(each) for each in (manifest, other, unknown))


class Outline(HTMLParser):
    """The elements of a page and their attributes' names: what a browser makes of it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: Counter[tuple[str, ...]] = Counter()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[tag, *(name for name, _ in attrs)] += 1


def outline(page: str) -> set[tuple[str, ...]]:
    return set(Outline(page).elements)


@pytest.mark.parametrize("evil", HOSTILE, ids=ascii)
@pytest.mark.parametrize("form", FORMATS)
def test_hostile_names_are_harmless_in_every_report(form: str, evil: str) -> None:
    def shown(word: str) -> str:
        report = linter.lint((), texts=[("a.yaml", hostile_manifest(word))], options=EVERYTHING)
        assert len(report.findings) > 8
        return render(report, form, color=False, verbose=True)

    text, plain = shown(evil), shown("x x")
    assert not set(text) & STEERS
    match form:
        case "json" | "sarif" | "gitlab":
            json.loads(text)
        case "github":
            commands = [line for line in text.splitlines() if line.startswith("::")]
            assert len(text.splitlines()) == len(commands) + 1
            assert all(re.match(r"::(error|warning|notice) file=a\.yaml,line=\d+", line) for line in commands)
        case "html" | "junit":
            assert outline(text) <= outline(plain)
        case "markdown":
            assert not re.search(r"<script|@[a-z]|\]\(", text)
            assert outline(text) <= outline(plain)
        case _:
            starts = {line.partition(":")[0].strip() for line in text.splitlines()}
            assert "::error" not in starts


@pytest.mark.parametrize("evil", HOSTILE, ids=ascii)
def test_hostile_names_are_harmless_in_every_plan(evil: str) -> None:
    def planned(word: str) -> Plan:
        # A scenario is taken without the API server's word here, so that names come through that it would not let pass.
        from linter.planner.plan import Options, update

        def objects(image: str) -> list[dict[str, Any]]:
            labels = {"app": word}
            container = {"name": word, "image": image, "env": [{"name": word, "value": image}]}
            return [
                {
                    "apiVersion": "apps/v1",
                    "kind": "Deployment",
                    "metadata": {"name": word, "namespace": word},
                    "spec": {
                        "replicas": 2,
                        "selector": {"matchLabels": labels},
                        "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
                    },
                },
                {
                    "apiVersion": "v1",
                    "kind": "Service",
                    "metadata": {"name": word},
                    "spec": {"selector": {"app": image}},
                },
            ]

        return update(objects(word), objects(word + "2"), Options())

    plan, plain = planned(evil), planned("x x")
    json.loads(plan_json.render(plan))
    texts = {
        "text": plan_text.render(plan, color=False, unicode=True, width=100, all_steps=True),
        "json": plan_json.render(plan),
        "markdown": plan_markdown.render(plan),
        "html": plan_html.render(plan.to_dict()),
        "svg": plan_svg.render(plan.to_dict()),
    }
    for name, text in texts.items():
        assert not set(text) & STEERS, name
    assert outline(texts["html"]) <= outline(plan_html.render(plain.to_dict()))
    assert outline(texts["svg"]) <= outline(plan_svg.render(plain.to_dict()))
    without_code = re.sub(r"(`+).*?\1", "", texts["markdown"])
    assert not re.search(r"(?<!\\)<(?!/?(details|summary|br)>)", without_code)
    assert not any(line.startswith("::") for line in texts["text"].splitlines())


# --- paths ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["sarif", "gitlab", "github"])
def test_paths_in_reports_stay_inside_the_project(form: str, tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / ".git").mkdir(parents=True)
    (project / "k8s").mkdir()
    bad = SERVICE.replace("clusterIP", "typo: 1, clusterIP")
    (project / "k8s/in.yaml").write_text(bad)
    (tmp_path / "outside.yaml").write_text(bad)
    (project / "k8s/link.yaml").symlink_to("../../outside.yaml")
    shown = podplan("lint", "--format", form, "../project/k8s", cwd=project).stdout.decode()
    places = re.findall(r'(?:"uri": "|"path": "|file=)([^",]+)', shown)
    named = {place for place in places if place.endswith(".yaml")}
    assert named == {"k8s/in.yaml", "k8s/link.yaml"}
