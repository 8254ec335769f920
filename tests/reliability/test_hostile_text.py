"""No text of a manifest, configuration or command line means anything to whoever shows what podplan says of it."""

from __future__ import annotations

import copy
import json
import os
import pty
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import linter
from linter.cli.lint.request import FORMATS
from linter.cli.main import guarded
from linter.cli.reports import render
from linter.engine.config.options import LintOptions
from linter.loading.source import Source
from linter.loading.yaml.reader import read_documents
from linter.output import plan_html, plan_json, plan_markdown, plan_svg, plan_text
from linter.planner import plan as planner
from linter.planner.options import Options

from .hostile import TEXTS, check, check_lines, commands, names
from .running import COMMAND, DEPLOYMENT, FIXABLE, SERVICE, UNKNOWN_FIELD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from linter.engine.report.finding import Report
    from linter.planner.report.plan import Plan

EVERYTHING = LintOptions(select=("api", "wiring", "rollout", "practice"))
every_text = pytest.mark.parametrize("evil", TEXTS.values(), ids=list(TEXTS))
PLAIN = "x x"

# --- lint ----------------------------------------------------------------------------------------------------------


def manifest(evil: str) -> str:
    """Return objects that say it wherever a report may repeat it, and that give findings of many rules."""
    workload = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": evil, "namespace": evil, "labels": {evil: evil}, "annotations": {evil: evil, "podplan/ignore": evil}},
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
    objects = "\n---\n".join(json.dumps(each) for each in (workload, other, unknown))
    # A comment holds what YAML allows in it, on one line.
    reason = "".join(sign if sign.isprintable() or sign in "\u202e\u2066\u200f" else " " for sign in evil)
    suppressed = UNKNOWN_FIELD.rstrip() + f" # podplan: ignore[unknown-field] because {reason}\n"
    return f"{objects}\n---\n{suppressed}---\nkind: Service # podplan: ignore[{reason}]\n"


def reports(report: Report) -> dict[str, str]:
    shown = {form: render(report, form, color=False, verbose=True) for form in FORMATS}
    return shown | {"color": render(report, "text", color=True, verbose=True)}


@cache
def reports_on(word: str) -> dict[str, str]:
    report = linter.lint((), texts=[(f"{word}/{word}.yaml", manifest(word))], options=EVERYTHING)
    assert len(report.findings) > 8
    assert report.suppressed
    return reports(report)


@every_text
def test_in_every_report(evil: str) -> None:
    plain = reports_on(PLAIN)
    for form, shown in reports_on(evil).items():
        check(form, shown, plain[form])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_as_names_of_files_and_folders(folder: Path) -> None:
    def reported(words: list[str], where: str) -> dict[str, str]:
        paths = []
        for word in words:
            below = folder / where / word
            below.mkdir(parents=True)
            (below / f"{word}.yaml").write_text(UNKNOWN_FIELD)
            (below / f"{word}-chart.yaml").write_text("{{- if .Values.a }}\nkind: Service\n{{- end }}\n")
            (below / f"{word}-gone.yaml").symlink_to("nowhere")
            paths += [str(Path(where, word)), str(Path(where, word, f"{word}-gone.yaml"))]
        report = linter.lint(paths, options=EVERYTHING)
        assert [len(each) for each in (report.findings, report.skipped, report.unreadable)] == [
            len(words)
        ] * 3
        return reports(report)

    words = names(TEXTS.values())
    plain = reported([f"plain-{number}" for number in range(len(words))], "plain")
    for form, shown in reported(words, "evil").items():
        check(form, shown, plain[form])


# --- plan ----------------------------------------------------------------------------------------------------------


def outputs(plan: Plan) -> dict[str, str]:
    return {
        "text": plan_text.render(plan, color=False, unicode=True, width=100, all_steps=True),
        "color": plan_text.render(plan, color=True, unicode=True, width=60, all_steps=True),
        "json": plan_json.render(plan),
        "markdown": plan_markdown.render(plan),
        "html": plan_html.render(plan),
        "svg": plan_svg.render(plan),
    }


def check_plans(planned: Callable[[str], Plan], evil: str) -> None:
    plain = outputs(planned(PLAIN))
    for form, shown in outputs(planned(evil)).items():
        check(form, shown, plain[form])


def workload(kind: str, name: str) -> dict[str, Any]:
    spec: dict[str, Any] = {
        "replicas": 2,
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}, "annotations": {"note": "n"}},
            "spec": {
                "containers": [
                    {"name": "app", "image": "app:1", "env": [{"name": "E", "value": "v"}],
                     "resources": {"requests": {"cpu": "1", "example.com/gpu": "1"}}},
                ],
            },
        },
    }  # fmt: skip
    if kind == "StatefulSet":
        spec["serviceName"] = "web"
        claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
        spec["volumeClaimTemplates"] = [{"metadata": {"name": "data"}, "spec": claim}]
    if kind == "DaemonSet":
        del spec["replicas"]
        spec["template"]["spec"]["nodeSelector"] = {"disk": "ssd"}
    metadata = {"name": name, "namespace": "shop", "labels": {"l": "v"}}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": metadata, "spec": spec}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], bool]]:
    """Yield where a text stands: the path, and whether it is the key there."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield (*path, key), True
            yield from places(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from places(each, (*path, index))
    elif isinstance(value, str):
        yield path, False


def changed(value: Any, path: tuple[Any, ...], *, key: bool, to: str) -> Any:
    value = copy.deepcopy(value)
    inner = value
    for step in path[:-1]:
        inner = inner[step]
    if key:
        inner[to] = inner.pop(path[-1])
    else:
        inner[path[-1]] = to
    return value


SERVICE_OBJECT: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {"selector": {"app": "web"}, "ports": [{"name": "http", "port": 80}]},
}
WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet")


# The kinds take turns.
# The server gets no variables, but what is filled in for them: a plan does not refuse them, as it does the plain text.
_VARIABLES = "${X} {{ .x }} "
PLACED = [
    (evil.replace(_VARIABLES, ""), (*WORKLOADS, "Service")[number % 4])
    for number, evil in enumerate(TEXTS.values())
]


def placed(word: str, kind: str) -> Iterator[dict[str, str]]:
    """Yield what plans look like with a word at one place of each object, and all else as it should be."""
    good = SERVICE_OBJECT if kind == "Service" else workload(kind, "web")
    before, after = [], []
    for number, (path, key) in enumerate(places(good)):
        old = copy.deepcopy(good)
        old["metadata"]["name"] = f"web-{number}"
        before.append(old)
        after.append(changed(old, path, key=key, to=word))
    # A comment takes no more than so many.
    for start in range(0, len(before), 24):
        old_ones, new_ones = before[start : start + 24], after[start : start + 24]
        yield outputs(linter.plan("update", new_ones, old=old_ones, options=Options(fail_new=True)))


@cache
def placed_plainly(kind: str) -> list[dict[str, str]]:
    return list(placed(PLAIN, kind))


@pytest.mark.parametrize(("evil", "kind"), PLACED, ids=list(TEXTS))
def test_at_any_place_of_what_is_planned(evil: str, kind: str) -> None:
    """The API server's word on it is shown, or the plan is."""
    for shown, plain in zip(placed(evil, kind), placed_plainly(kind), strict=True):
        assert "comment takes no more" not in shown["markdown"]
        for form, text in shown.items():
            check(form, text, plain[form])


@every_text
def test_everywhere_in_what_is_planned(evil: str) -> None:
    """As no server would store it, so that it comes through: names of containers, images, labels, nodes, pods."""

    def planned(word: str) -> Plan:
        def objects(image: str) -> list[dict[str, Any]]:
            found = []
            for kind in WORKLOADS:
                each = workload(kind, word)
                each["metadata"] |= {"namespace": word, "annotations": {word: word}}
                each["spec"]["selector"]["matchLabels"] = {"app": word}
                template = each["spec"]["template"]
                template["metadata"] = {"labels": {"app": word, word: image}, "annotations": {word: image}}
                template["spec"]["containers"] = [
                    {"name": word, "image": image, "env": [{"name": word, "value": image}],
                     "resources": {"requests": {word: "1"}}},
                ]  # fmt: skip
                if kind == "StatefulSet":
                    each["spec"]["volumeClaimTemplates"][0]["metadata"]["name"] = word
                if kind == "DaemonSet":
                    template["spec"]["nodeSelector"] = {word: word}
                found.append(each)
            other = {"apiVersion": "v1", "kind": word, "metadata": {"name": word, "namespace": word}}
            return [*found, {**other, "spec": {"selector": {"app": image}}}]

        nodes = [{"name": f"{word}{number}", "labels": {word: word}} for number in range(2)]
        options = Options(nodes=nodes, fail_new=True)
        return planner.update(objects(word), objects(word + "2"), options)

    check_plans(planned, evil)


@every_text
def test_in_scenarios_with_nodes_and_pods(evil: str) -> None:
    def planned(word: str) -> Plan:
        node = {"name": word, "labels": {"disk": "ssd", word: word}}
        scenario = {
            "kind": "DaemonSet",
            "name": word,
            "nodes": [node],
            "operations": [
                {"op": "apply", "manifests": [workload("DaemonSet", "web")]},
                {"op": "add-node", "node": {"name": word + "2", "labels": {"disk": "ssd"}}},
                {"op": "label-node", "name": word, "labels": {"disk": word}},
                {"op": "taint-node", "name": word + "2", "taints": [{"key": word, "effect": "NoExecute"}]},
                {"op": "set-image", "image": word},
                {"op": "set-image", "image": word, "container": word},
                {"op": "unready-pod", "node": word},
                {"op": "delete-pod", "node": word},
                {"op": "remove-node", "name": word},
            ],
        }
        return planner.scenario(scenario, Options())

    check_plans(planned, evil)


@every_text
def test_what_is_offered_to_paste_into_a_shell_holds_no_text_of_a_manifest(evil: str) -> None:
    for kind in WORKLOADS:
        old, new = workload(kind, "web"), workload(kind, "web")
        new["spec"]["template"]["spec"]["containers"][0]["image"] = "app:2"
        new["spec"]["selector"]["matchLabels"] = {"app": "other"}
        for field in ("name", "namespace"):
            for each in (old, new):
                each["metadata"][field] = evil
            plan = linter.plan("update", [new], old=[old], options=Options(fail_new=True))
            offered = [command for change in plan.changes for command in change.commands]
            for each_plan in plan.workloads:
                offered += each_plan.summary.stuck.commands if each_plan.summary.stuck else ()
            assert not any(evil in command for command in offered)


# --- messages and other commands -----------------------------------------------------------------------------------

# Everything at once, with what an argument of a process can hold.
EVIL = "".join(TEXTS.values()).replace("\0", "").replace("/", "")[:200] + "\x1b[41m\n::error::x ##[error]"


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Run podplan in this process; return its exit status and what it said."""
    status = guarded(list(arguments))
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    check_lines(captured.err)
    return status, captured.out + captured.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("lint", EVIL),
        ("lint", "--" + EVIL),
        (EVIL,),
        *((*("lint", option), EVIL, "a.yaml") for option in (
            "--fail-on", "--jobs", "--color", "--format", "--select", "--ignore", "--severity", "--limit", "--kubernetes-version",
            "--nodes", "--since", "--config", "--baseline", "--policies", "--kustomize", "--helm", "--namespace",
        )),
        ("lint", "--format", f"json=a.yaml/{EVIL}", "a.yaml"),
        ("lint", "--format", f"{EVIL}=a", "a.yaml"),
        ("lint", "--severity", f"{EVIL}=error", "a.yaml"),
        ("lint", "--limit", f"depth={EVIL}", "a.yaml"),
        ("lint", "--limit", f"{EVIL}=1", "a.yaml"),
        ("lint", "--schema-location", EVIL, "thing.yaml"),
        ("lint", "--schema-location", "{{." + EVIL + "}}", "thing.yaml"),
        ("lint", "--write-baseline", "a.yaml/" + EVIL, "a.yaml"),
        ("render", EVIL),
        ("render", "a.yaml", "--" + EVIL),
        ("explain", EVIL),
        ("rules", "--group", EVIL),
        ("config", EVIL),
        ("config", "--config", EVIL),
        ("completion", EVIL),
        ("cache", EVIL),
        ("plan", EVIL),
        ("plan", "create", EVIL),
        *((*("plan", "create", "a.yaml", option), EVIL) for option in (
            "--workload", "--feature-gate", "--pod-startup", "--state", "--nodes", "--readiness", "--format", "--max-pods", "--config",
        )),
        ("plan", "create", "a.yaml", "--workload", f"Deployment/{EVIL}"),
        ("plan", "create", "a.yaml", "-o", "a.yaml/" + EVIL),
        ("plan", "scale", "a.yaml", "--replicas", EVIL),
        ("plan", "set-image", "a.yaml", f"{EVIL}=x"),
        ("plan", "set-image", "a.yaml", f"web={EVIL}"),
        ("plan", "set-image", EVIL, "web=x"),
        ("plan", "delete-pod", "a.yaml", EVIL),
        ("plan", "undo", "a.yaml", EVIL),
        ("plan", "scenario", EVIL),
        ("plan", "update", "--since", EVIL),
    ],
    ids=lambda arguments: " ".join(arguments).replace(EVIL, "EVIL"),
)  # fmt: skip
def test_arguments_come_back_harmless(
    arguments: tuple[str, ...], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.yaml").write_text(DEPLOYMENT)
    (folder / "thing.yaml").write_text("apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\n")
    before = sorted(path.name for path in folder.iterdir())
    _, shown = said(capsys, *arguments)
    check_lines(shown)
    assert sorted(path.name for path in folder.iterdir()) == before


BROKEN = [
    f"a: [{EVIL}", f"kind: Service\napiVersion: v1\n{EVIL}: [", f"a: *{EVIL}", f"!<{EVIL}> x", f"%{EVIL}\n---\na",
    'kind: Service\napiVersion: v1\n"' + json.dumps(EVIL)[1:-1] + '": 1\n"' + json.dumps(EVIL)[1:-1] + '": 2\n',
    json.dumps({"kind": EVIL, "apiVersion": "v1"}) + EVIL,
]  # fmt: skip


@pytest.mark.parametrize("text", BROKEN, ids=lambda text: ascii(text)[1:12])
def test_broken_files_are_told_harmlessly(
    text: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.yaml").write_text(SERVICE)
    (folder / "broken.yaml").write_text(text)
    for arguments in (
        ("lint", "broken.yaml", "--color", "always"),
        ("lint", "broken.yaml", "--format", "github"),
        ("plan", "create", "broken.yaml"),
        ("plan", "scenario", "broken.yaml"),
        ("render", "broken.yaml"),
        *(("lint", "a.yaml", option, "broken.yaml") for option in ("--nodes", "--config", "--baseline", "--policies")),
    ):  # fmt: skip
        status, shown = said(capsys, *arguments)
        assert status in {1, 2, 3}
        if "github" in arguments:
            assert len(commands(shown)) == len(shown.splitlines()) - 1
        elif "always" not in arguments:
            check_lines(shown)


@pytest.mark.parametrize(
    "settings",
    [
        {EVIL: 1}, {"select": [EVIL]}, {"ignore": [EVIL]}, {"severity": {EVIL: "error"}}, {"severity": {"api": EVIL}}, {"rules": {EVIL: {}}},
        {"rules": {"unknown-field": {EVIL: 1}}}, {"nodes": EVIL}, {"baseline": EVIL}, {"exclude": [EVIL]}, {"policies": [EVIL]},
        {"per-path": {EVIL: {"ignore": [EVIL]}}}, {"per-path": {EVIL: {"ignore": ["api"]}}}, {"skip": [{"kind": EVIL, "name": EVIL}]},
        {"custom-rules": [EVIL]}, {"python-rules": [EVIL]}, {"kubernetes-version": EVIL}, {"fail-on": EVIL},
    ],
    ids=lambda settings: ascii(settings).replace(ascii(EVIL), "EVIL"),
)  # fmt: skip
def test_settings_are_shown_harmlessly(
    settings: dict[str, Any], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.yaml").write_text(UNKNOWN_FIELD)
    (folder / "web.yaml").write_text(DEPLOYMENT)
    (folder / "c.yaml").write_text(json.dumps(settings))
    for command in (
        ("config",), ("config", "--format", "json"), ("rules",), ("explain", "no-such-rule"), ("lint", "-v", "a.yaml"), ("plan", "create", "web.yaml"),
    ):  # fmt: skip
        _, shown = said(capsys, *command, "--config", "c.yaml")
        check_lines(shown)


@every_text
def test_what_is_rendered_is_harmless_and_the_same(
    evil: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = {evil: evil, "lines": f"a\n{evil}\nb"}
    text = json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": data})
    # YAML may hold the text as it is, behind a comment that holds it, too.
    written = f"# {evil.splitlines()[0]}\n{json.dumps(json.loads(text), ensure_ascii=False, indent=1)}"
    (folder / "a.yaml").write_text(text)
    (folder / "b.yaml").write_text(written.replace("\x7f", "\\u007f"), "utf-8")
    name = evil.replace("\0", "").replace("/", "")[:60]
    (folder / name).mkdir(exist_ok=True)
    (folder / name / "kustomization.yaml").write_text("resources: [a.yaml]\n")
    (folder / name / "a.yaml").write_text(text)
    for arguments in (("a.yaml",), ("--source", "a.yaml"), ("b.yaml",), ("--source", name), (".",)):
        status, shown = said(capsys, "render", *arguments)
        check_lines(shown)
        if status == 0:
            (document,) = read_documents(Source("-", shown))
            assert document.value["data"] == data
        else:
            assert arguments in {("b.yaml",), (".",)}


def test_several_faults_of_a_configuration_stand_on_lines_of_their_own(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "c.yaml").write_text("one: 1\ntwo: 2\n")
    status, shown = said(capsys, "config", "--config", "c.yaml")
    assert status == 2
    assert [line.partition(" There")[0] for line in shown.splitlines()] == [
        "podplan: c.yaml:1:1:",
        "podplan: c.yaml:2:1:",
    ]


RULES = [
    {"id": EVIL, "expression": "true"},
    {"id": "mine", "expression": f"object.{EVIL}"},
    {"id": "mine", "expression": "false", "summary": EVIL, "message": EVIL, "docs": f"{EVIL}\n\n::error::x", "kinds": ["Service", EVIL]},
    {"id": "mine", "expression": "false", "messageExpression": json.dumps(EVIL), "docs": "```\n::error::z"},
]  # fmt: skip


@pytest.mark.parametrize("rule", RULES, ids=["id", "expression", "page", "message"])
def test_rules_of_a_configuration_are_shown_harmlessly(
    rule: dict[str, Any], folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "a.yaml").write_text(SERVICE)
    (folder / "c.yaml").write_text("custom-rules: [r.yaml]\n")
    (folder / "r.yaml").write_text(json.dumps({"rules": [rule]}))
    for command in (
        ("rules",), ("rules", "--format", "json"), ("explain", "mine"), ("config",), ("lint", "--no-cache", "a.yaml"), ("lint", "--statistics", "a.yaml"),
        *(("lint", "--no-cache", "--format", form, "a.yaml") for form in ("json", "sarif", "gitlab", "junit")),
    ):  # fmt: skip
        _, shown = said(capsys, *command, "--config", "c.yaml")
        check_lines(shown)


def test_the_trace_of_a_bug_is_harmless(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError(EVIL)

    (folder / "a.yaml").write_text(SERVICE)
    monkeypatch.setattr(linter, "lint", fail)
    assert guarded(["lint", "a.yaml"]) == 70
    shown = capsys.readouterr().err
    assert "Traceback" in shown
    check_lines(shown)


# --- patches, completion, hooks ------------------------------------------------------------------------------------


def test_a_patch_shown_on_a_terminal_does_not_steer_it(folder: Path) -> None:
    (folder / "a.yaml").write_text(FIXABLE + "# \u202e\x85\n")
    terminal, other = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, "lint", "--diff", "a.yaml"], stdout=other, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
    ) as process:  # fmt: skip
        process.wait()
    os.set_blocking(terminal, False)
    shown = os.read(terminal, 10_000).decode().replace("\r\n", "\n")
    os.close(terminal)
    os.close(other)
    assert "+spec: {clusterIP: None}" in shown
    check_lines(shown)
    # Whoever takes it as a patch gets every byte.
    done = subprocess.run(
        [*COMMAND, "lint", "--diff", "a.yaml"], capture_output=True, check=False, stdin=subprocess.DEVNULL
    )
    assert "# \u202e\x85\n".encode() in done.stdout


def test_a_name_adds_nothing_to_a_patch(folder: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    (folder / "b").mkdir()
    (folder / "b/victim.yaml").write_text("old\n")
    evil = folder / "x\n--- b/victim.yaml\n+++ b/victim.yaml\n@@ -1 +1 @@\n-old\n+new\n.yaml"
    evil.parent.mkdir(parents=True)
    # Line ends that Python knows and `patch` does not are none.
    evil.write_text(FIXABLE + "# \u2028 \x85\n")
    assert guarded(["lint", "--diff", "."]) == 1
    patch = capfdbinary.readouterr().out
    subprocess.run(["git", "init", "-q"], check=True)
    done = subprocess.run(["git", "apply", "--numstat", "-z"], input=patch, capture_output=True, check=True)
    assert done.stdout == b"1\t1\t" + os.fsencode(str(evil.relative_to(folder))) + b"\0"
    subprocess.run(["git", "apply"], input=patch, check=True)
    assert evil.read_text() == FIXABLE.replace("ClusterIP", "clusterIP") + "# \u2028 \x85\n"
    assert (folder / "b/victim.yaml").read_text() == "old\n"


def test_completion_offers_no_name_that_a_shell_would_run(folder: Path) -> None:
    from types import SimpleNamespace

    from linter.cli.completers import workloads

    objects = [workload("Deployment", name) for name in (*TEXTS.values(), "web; touch x", "web.good")]
    (folder / "a.yaml").write_text("\n---\n".join(map(json.dumps, objects)))
    context: Any = SimpleNamespace(params={"files": ("a.yaml",)})
    parameter: Any = None
    assert workloads(context, parameter, "") == ["Deployment/web.good"]


def test_no_file_of_a_commit_is_an_option() -> None:
    """pre-commit appends the names of files to the command: `--config=evil.yaml` may be one."""
    from linter.loading.yaml.composer import compose

    text = (Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text()
    for hook in compose(text).value:
        assert hook.get("pass_filenames") is False or hook["args"][-1] == "--", hook["id"]


def test_the_check_sees_what_is_harmful() -> None:
    """A check that lets everything pass would hold nobody to anything."""
    for form, shown in {
        "text": "a \x1b[31m",
        "color": "a \x1b[41m",
        "json": '"\u202e"',
        "markdown": "[a](b)",
        "html": "<p onclick=x>",
        "svg": "<svg><a/></svg>",
        "junit": "<a",
        "github": "::error file=x::\n::add-mask::x\n",
        "sarif": "{",
    }.items():
        with pytest.raises((AssertionError, SyntaxError, ValueError)):
            check(form, shown, "<svg/>")
    for line in ("::error::x", "  ::set-output name=a::b", "x ##[error]", "##vso[a]b"):
        assert commands(line) == [line]
    assert commands("a::b::c\nx: ::\n# # [x]") == []


INVISIBLE = ["\u200b", "\u00ad", "\u2060", "\u2064", "\u180e", "\U000e0041", "\U000e007f", "\ufff9"]


@pytest.mark.parametrize("sign", INVISIBLE, ids=ascii)
def test_what_nobody_sees_is_made_visible(sign: str) -> None:
    text = (
        f"apiVersion: v1\nkind: Service\nmetadata: {{name: web}}\nspec: {{clusterIP: None, ty{sign}po: 1}}\n"
    )
    report = linter.lint((), texts=[("a.yaml", text)])
    code = ord(sign)
    escaped = f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    for name in ("text", "github"):
        shown = render(report, name, color=False, verbose=True)
        assert sign not in shown
        assert f"ty{escaped}po" in shown
    shown = render(report, "json", color=False, verbose=True)
    assert sign not in shown
    assert any(f"ty{sign}po" in finding["message"] for finding in json.loads(shown)["findings"])


def test_half_a_surrogate_pair_is_a_problem_of_the_text() -> None:
    text = 'apiVersion: v1\nkind: Service\nmetadata: {name: web, annotations: {a: "\ud800"}}\nspec: {clusterIP: None}\n'
    report = linter.lint((), texts=[("a\ud800.yaml", text)])
    assert [(each.rule, each.file, each.range.line) for each in report.findings] == [
        ("yaml-encoding", "a\\ud800.yaml", 3)
    ]
    for name in FORMATS:
        render(report, name, color=False, verbose=True).encode()
