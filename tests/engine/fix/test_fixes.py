"""Fixes: what is fixed, that nothing else changes, and what is left alone."""

from __future__ import annotations

import difflib
import io
import json
import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import linter
from linter.cli.main import guarded
from linter.engine.config.options import LintOptions
from linter.engine.fix.apply import fix_all
from linter.engine.fix.edit import applied
from linter.engine.report.finding import Edit
from linter.engine.rule import Fix, Problem, Rule
from linter.engine.run.run import run
from linter.loading.discovery import texts
from linter.loading.place import Range
from linter.loading.source import Source
from linter.loading.yaml.reader import read_documents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from linter.engine.fix.apply import Fixed
    from linter.engine.report.finding import Report

OPTIONS = LintOptions(select=("api", "wiring"))


def all_fixed(text: str, options: LintOptions = OPTIONS) -> Fixed:
    return fix_all(texts([("a.yaml", text)]), options)


def fixed(text: str, options: LintOptions = OPTIONS) -> str:
    (source,) = all_fixed(text, options).sources
    return source.text


def changes(before: str, after: str) -> list[str]:
    """Return the changed lines, as `-old` and `+new`."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


DEPLOYMENT = """\
# The web server.
apiVersion: apps/v1
kind: Deployment   # keep me
metadata:
  name: web
  labels: {app: 'web',   tier: front}
spec:
  replicas: 2

  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        # the app
        app: web
    spec:
      containers:
      - name: web
        image: "nginx:1.25"   # pinned
        ports:
        - {containerPort: 80, protocol: TCP}
        env:
        - name: A
          value: "x"
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # numbers in quotes
        ("  replicas: 2", "  replicas: '2'"),
        ("  replicas: 2", '  replicas: "2"  # two'),
        ("containerPort: 80", 'containerPort: "80"'),
        ("    spec:\n", '    spec:\n      hostNetwork: "False"\n'),
        # text without quotes
        ("tier: front", "tier: 1.10"),
        ("tier: front", "tier: 0644"),
        ("tier: front", "tier: yes"),
        ("tier: front", "tier: 1_000"),
        ('value: "x"', "value: 1e3"),
        ('value: "x"', "value: true # on"),
        ("  name: web\n  labels", "  name: web\n  annotations:\n    since: 2024\n  labels"),
        # spelling
        ("protocol: TCP", "protocol: tcp"),
        ("  replicas: 2", "  Replicas: 2"),
        ("containerPort: 80", '"containerport": 80'),
        ('image: "nginx:1.25"   # pinned', 'image: "nginx:1.25"\n        imagePullPolicy: "always"'),
        ("  replicas: 2", "  replicas: 2\n  strategy: {type: rollingupdate}"),
        ("    spec:\n", "    spec:\n      dnsPolicy: clusterfirst\n"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_one_thing_is_mended_and_one_line_changes(before: str, after: str, newline: str) -> None:
    assert before in DEPLOYMENT
    broken = DEPLOYMENT.replace(before, after).replace("\n", newline)
    result = all_fixed(broken)
    text = result.sources[0].text
    assert not result.report.findings
    assert result.fixed.total() == 1
    changed = changes(broken, text)
    assert [line[0] for line in changed] == ["-", "+"]
    assert text.count("\r") == broken.count("\r")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1.10", '"1.10"'),
        ("0644", '"0644"'),
        ("yes", '"yes"'),
        ("-1", '"-1"'),
        ("1e3", '"1e3"'),
        ("True", '"True"'),
    ],
)
def test_text_in_quotes_is_what_was_written(written: str, meant: str) -> None:
    broken = DEPLOYMENT.replace('value: "x"', f"value: {written}")
    assert changes(broken, fixed(broken)) == [f"-          value: {written}", f"+          value: {meant}"]


def test_quotes_are_those_that_the_document_uses() -> None:
    single = DEPLOYMENT.replace('"', "'").replace("value: 'x'", "value: 1")
    assert "+          value: '1'" in changes(single, fixed(single))


def test_several_in_one_line_and_in_several_documents() -> None:
    broken = DEPLOYMENT.replace("{containerPort: 80, protocol: TCP}", "{containerPort: '80', protocol: tcp}")
    both = f"{broken}---\n{broken.replace('name: web', 'name: db').replace('app: web', 'app: db')}"
    result = all_fixed(both)
    assert not result.report.findings
    assert changes(both, result.sources[0].text) == [
        "-        - {containerPort: '80', protocol: tcp}",
        "+        - {containerPort: 80, protocol: TCP}",
    ] * 2  # fmt: skip


def test_a_list_of_objects() -> None:
    indented = DEPLOYMENT.replace("replicas: 2", 'replicas: "2"').replace("\n", "\n  ").rstrip(" ")
    broken = f"apiVersion: v1\nkind: List\nitems:\n-\n  {indented}"
    assert changes(broken, fixed(broken)) == ['-    replicas: "2"', "+    replicas: 2"]


def test_json_stays_json() -> None:
    document = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web", "labels": {"a": 1}},
        "spec": {"clusterIP": "None", "type": "clusterIP"},
    }
    broken = json.dumps(document, indent=2)
    text = fixed(broken, LintOptions(select=("api",)))
    assert changes(broken, text) == [
        '-      "a": 1', '+      "a": "1"', '-    "type": "clusterIP"', '+    "type": "ClusterIP"',
    ]  # fmt: skip
    assert json.loads(text)


# --- names that Kubernetes changed ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "kind", "spec"),
    [
        ("apps/v1beta1", "apps/v1", "Deployment", None),
        ("extensions/v1beta1", "apps/v1", "Deployment", None),
        ("apps/v1beta2", "apps/v1", "Deployment", None),
        ("policy/v1beta1", "policy/v1", "PodDisruptionBudget", "maxUnavailable: 1, selector: {matchLabels: {app: web}}"),
        (
            "autoscaling/v2beta2",
            "autoscaling/v2",
            "HorizontalPodAutoscaler",
            "maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}",
        ),
    ],
)  # fmt: skip
def test_moved_api_versions(old: str, new: str, kind: str, spec: str | None) -> None:
    good = DEPLOYMENT
    if spec is not None:
        good = f"apiVersion: {new}\nkind: {kind}\nmetadata: {{name: web}}\nspec: {{{spec}}}\n"
    broken = good.replace(f"apiVersion: {new}\nkind: {kind}", f"apiVersion: {old}\nkind: {kind}")
    assert fixed(broken, LintOptions(select=("api",))) == good


@pytest.mark.parametrize(
    "text",
    [
        # the selector came from the labels of the template
        DEPLOYMENT.replace("apps/v1", "extensions/v1beta1").replace("  selector:\n    matchLabels:\n      app: web\n", ""),
        # a field that the new version does not have
        DEPLOYMENT.replace("apps/v1", "apps/v1beta1").replace("replicas: 2", "rollbackTo: {revision: 1}"),
        # a kind whose schema is another one now
        """\
apiVersion: extensions/v1beta1
kind: Ingress
metadata: {name: web}
spec: {backend: {serviceName: web, servicePort: 80}}
""",
        # an empty selector selected nothing in v1beta1, and selects everything in v1
        "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {selector: {}}\n",
    ],
)  # fmt: skip
def test_api_versions_that_need_more_than_another_name(text: str) -> None:
    assert fixed(text) == text


# --- what another place settles ------------------------------------------------------------------------------------

STATEFUL_SET = """\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  # three of them
  replicas: 3
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers: [{name: db, image: "postgres:16"}]
"""
HEADLESS = """\
apiVersion: v1
kind: Service
metadata: {name: db}
spec: {clusterIP: None, selector: {app: db}}
"""


def test_the_one_headless_service_becomes_the_service_name() -> None:
    broken = f"{STATEFUL_SET}---\n{HEADLESS}"
    assert changes(broken, fixed(broken)) == ["+  serviceName: db"]


@pytest.mark.parametrize(
    "services",
    [
        "",
        f"---\n{HEADLESS}---\n{HEADLESS.replace('name: db', 'name: peers')}",
        f"---\n{HEADLESS.replace('clusterIP: None, ', '')}",
        f"---\n{HEADLESS.replace('app: db', 'app: web')}",
        f"---\n{HEADLESS.replace('name: db', 'name: db, namespace: other')}",
    ],
)
def test_no_service_name_where_it_is_not_certain(services: str) -> None:
    text = f"{STATEFUL_SET}{services}"
    assert fixed(text) == text


@pytest.mark.parametrize(
    ("before", "after", "added"),
    [
        ("      app: web\n  template", "      app: web\n      tier: '1'\n  template", ['+        tier: "1"']),
        ("        # the app\n        app: web\n", "        team: a\n", ["+        app: web"]),
        ("      labels:\n        # the app\n        app: web\n", "      name: x\n", ["+      labels:", "+        app: web"]),
        (
            "    metadata:\n      labels:\n        # the app\n        app: web\n",
            "",
            ["+    metadata:", "+      labels:", "+        app: web"],
        ),
        ("      labels:\n        # the app\n        app: web\n", "      labels: {}\n", ["-      labels: {}", "+      labels: {app: web}"]),
        ("      labels:\n        # the app\n        app: web\n", "      labels:\n", ["-      labels:", "+      labels: {app: web}"]),
        (
            "      labels:\n        # the app\n        app: web\n",
            "      labels: {team: a}\n",
            ["-      labels: {team: a}", "+      labels: {app: web, team: a}"],
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_labels_that_the_selector_needs(before: str, after: str, added: list[str], newline: str) -> None:
    assert before in DEPLOYMENT
    broken = DEPLOYMENT.replace(before, after).replace("\n", newline)
    text = fixed(broken)
    assert changes(broken, text) == added
    assert text.count("\n") == text.count(newline)


def test_a_label_that_differs_is_left_to_people() -> None:
    text = DEPLOYMENT.replace("        app: web\n", "        app: wbe\n")
    assert fixed(text) == text


def test_the_current_name_of_a_deprecated_field() -> None:
    options = LintOptions(select=("deprecated-service-account-field",))
    broken = DEPLOYMENT.replace("    spec:\n", "    spec:\n      serviceAccount: web  # who\n")
    text = fixed(broken, options)
    assert changes(broken, text) == [
        "-      serviceAccount: web  # who",
        "+      serviceAccountName: web  # who",
    ]
    both = broken.replace("serviceAccount: web", "serviceAccountName: web\n      serviceAccount: web")
    assert fixed(both, options) == both


# --- what is left alone --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("replicas: 2", 'replicas: "010"'),  # eight or ten
        ("replicas: 2", 'replicas: "two"'),
        ("replicas: 2", 'replicas: "2.5"'),
        ("replicas: 2", "replicas: !!str 2"),
        ("replicas: 2", "replicas: |-\n    2"),
        ("containerPort: 80", 'containerPort: "80000"'),  # it would still be refused
        ("tier: front", "tier: !!int 1"),
        ("protocol: TCP", "protocol: tpc"),  # more than capitals
        ("  replicas: 2", "  replicas: 2\n  Replicas: 3"),
        ("    spec:\n", '    spec:\n      hostNetwork: "yes"\n'),
    ],
)
def test_left_to_people(before: str, after: str) -> None:
    assert before in DEPLOYMENT
    broken = DEPLOYMENT.replace(before, after)
    result = all_fixed(broken)
    assert result.report.findings
    assert result.sources[0].text == broken
    assert (result.fixed.total(), result.changed) == (0, [])


def test_a_value_that_an_anchor_shares_is_not_changed_elsewhere() -> None:
    text = """\
apiVersion: v1
kind: Service
metadata:
  name: web
  labels: &shared
    a: 1
  annotations: *shared
spec: {clusterIP: None, ports: [{port: 80}]}
"""
    assert fixed(text) == text.replace("a: 1", 'a: "1"') or fixed(text) == text
    document = read_documents(Source("a.yaml", fixed(text)))[0].value
    assert document["metadata"]["labels"] == document["metadata"]["annotations"]


def test_an_error_that_only_comes_to_light_does_not_stop_a_fix() -> None:
    broken = DEPLOYMENT.replace("replicas: 2", 'replicas: "2"').replace(
        "        app: web\n", "        app: db\n"
    )
    result = all_fixed(broken)
    assert changes(broken, result.sources[0].text) == ['-  replicas: "2"', "+  replicas: 2"]
    assert [finding.rule for finding in result.report.findings] == ["selector-mismatch"]


def test_one_fix_that_makes_it_worse_does_not_stop_the_others() -> None:
    def look(resource: Any, context: Any) -> Iterator[Problem]:
        spec = resource.manifest["spec"]
        if spec["replicas"] == 2:
            yield Problem(("spec", "replicas"), "Odd numbers only.", fix=Fix("set", ("spec", "replicas"), -3))
        if "paused" not in spec:
            yield Problem(("spec", "paused"), "Say it.", fix=Fix("add", ("spec",), {"paused": False}))

    rule = Rule("odd", "custom", "warning", None, "resource", look, "x", {})
    result = all_fixed(DEPLOYMENT, LintOptions(select=("odd",), custom_rules=(rule,)))
    assert changes(DEPLOYMENT, result.sources[0].text) == ["+  paused: false"]
    assert [finding.field for finding in result.report.findings] == ["spec.replicas"]


def test_a_fix_that_does_not_help_is_not_made() -> None:
    def look(resource: Any, context: Any) -> Iterator[Problem]:
        yield Problem(("spec", "replicas"), "Never right.", fix=Fix("set", ("spec", "replicas"), 3))

    rule = Rule("never", "custom", "info", None, "resource", look, "x", {})
    assert fixed(DEPLOYMENT, LintOptions(select=("never",), custom_rules=(rule,))) == DEPLOYMENT


@pytest.mark.parametrize(
    "options",
    [LintOptions(select=("wiring",)), LintOptions(ignore=("wrong-type",)), LintOptions(ignore=("api",))],
)
def test_only_what_is_asked_for_is_all_fixed(options: LintOptions) -> None:
    broken = DEPLOYMENT.replace("replicas: 2", 'replicas: "2"')
    assert fixed(broken, options) == broken


def test_what_is_suppressed_is_not_all_fixed() -> None:
    broken = DEPLOYMENT.replace("replicas: 2", 'replicas: "2"  # podplan: ignore[wrong-type]')
    assert fixed(broken) == broken


def test_findings_say_that_they_can_be_all_fixed() -> None:
    broken = DEPLOYMENT.replace("replicas: 2", 'replicas: "2"').replace("tier: front", "tier: []")
    report = linter.lint((), texts=[("a.yaml", broken)], options=OPTIONS)
    assert {finding.field: finding.fixable for finding in report.findings} == {
        "metadata.labels[tier]": False,
        "spec.replicas": True,
    }


# --- invariants ----------------------------------------------------------------------------------------------------

MISTAKES = [
    ("replicas: 2", "replicas: '2'"),
    ("tier: front", "tier: on"),
    ("app: 'web'", "app: 007"),
    ("protocol: TCP", "protocol: Tcp"),
    ("containerPort: 80", "ContainerPort: '80'"),
    ('value: "x"', "value: .5"),
    ("      app: web\n  template", "      app: web\n      track: stable\n  template"),
    ("kind: Deployment   # keep me", "kind: Deployment"),
    ("apiVersion: apps/v1", "apiVersion: apps/v1beta1"),
    ("\n\n", "\n# podplan: nothing\n"),
    ('image: "nginx:1.25"   # pinned', "image: nginx:1.25\n        imagePullPolicy: IFNOTPRESENT"),
]  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(MISTAKES), unique=True), st.sampled_from(["\n", "\r\n"]))
def test_mended_text_is_right_and_mending_it_again_changes_nothing(
    mistakes: list[tuple[str, str]], newline: str
) -> None:
    broken = DEPLOYMENT
    for before, after in mistakes:
        assume(before in broken)
        broken = broken.replace(before, after)
    broken = broken.replace("\n", newline)
    result = all_fixed(broken)
    text = result.sources[0].text
    assert not result.report.findings
    assert fixed(text) == text
    # A changed line holds a mistake: no more lines change than there are mistakes.
    assert sum(line.startswith("-") for line in changes(broken, text)) <= len(mistakes)
    # Every comment and every empty line is still there.
    assert [line for line in text.splitlines() if line.strip()[:1] in {"", "#"}] == [
        line for line in broken.splitlines() if line.strip()[:1] in {"", "#"}
    ]


@given(
    st.text(max_size=30),
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5), st.text(max_size=3)), max_size=4),
)
def test_edits_leave_every_other_character(text: str, edits: list[tuple[int, int, str]]) -> None:
    text = text.replace("\n", " ")
    made = [
        Edit(Range(1, start + 1, 1, start + length + 1), new)
        for start, length, new in edits
        if start + length <= len(text)
    ]
    one = applied(text, made[:1])
    if made:
        place = made[0].range
        assert one == text[: place.column - 1] + made[0].text + text[place.end_column - 1 :]
    else:
        assert one == text
    assert applied(text, made) == applied(text, reversed(made))


# --- the command ---------------------------------------------------------------------------------------------------

BROKEN = DEPLOYMENT.replace("replicas: 2", 'replicas: "2"')


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    return tmp_path


def lint(*arguments: str) -> int:
    return guarded(["lint", "--select", "api", *arguments])


@pytest.mark.usefixtures("folder")
def test_fix_replaces_the_files(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a.yaml", "b.yaml", "k8s/c.yaml"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(BROKEN)
    Path("b.yaml").write_text(DEPLOYMENT)
    Path("a.yaml").chmod(0o640)
    untouched = Path("b.yaml").stat().st_mtime_ns
    assert lint("--fix", ".") == 0
    assert Path("a.yaml").read_text() == DEPLOYMENT == Path("k8s/c.yaml").read_text()
    assert stat.S_IMODE(Path("a.yaml").stat().st_mode) == 0o640
    assert Path("b.yaml").stat().st_mtime_ns == untouched
    assert "fixed 2 problems in 2 files" in capsys.readouterr().err
    assert sorted(path.name for path in Path().iterdir()) == ["a.yaml", "b.yaml", "k8s"]


@pytest.mark.usefixtures("folder")
def test_bytes_that_are_not_mended_stay(capsys: pytest.CaptureFixture[str]) -> None:
    data = (
        b"\xef\xbb\xbf" + BROKEN.replace("\n", "\r\n").replace("web server", "w\u00e9b \U0001f600").encode()
    )
    Path("a.yaml").write_bytes(data)
    Path("link.yaml").symlink_to("a.yaml")
    assert lint("--fix", "link.yaml") == 0
    assert Path("a.yaml").read_bytes() == data.replace(b'replicas: "2"', b"replicas: 2")
    assert Path("link.yaml").is_symlink()
    capsys.readouterr()


@pytest.mark.usefixtures("folder")
def test_what_is_left_decides_the_status(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.yaml").write_text(BROKEN.replace("        app: web\n", "        app: db\n"))
    assert lint("--fix", "a.yaml") == 1
    captured = capsys.readouterr()
    assert "selector-mismatch" in captured.out
    assert "wrong-type" not in captured.out


@pytest.mark.usefixtures("folder")
def test_diff_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.yaml").write_text(BROKEN)
    assert lint("--diff", "a.yaml") == 1
    captured = capsys.readouterr()
    assert captured.out.startswith("--- a/a.yaml\n+++ b/a.yaml\n@@ ")
    assert changes(BROKEN, DEPLOYMENT) == [line for line in captured.out.splitlines()[3:] if line[0] in "+-"]
    assert "--fix would fix 1 problem in 1 file" in captured.err
    assert Path("a.yaml").read_text() == BROKEN
    Path("a.yaml").write_text(DEPLOYMENT)
    assert lint("--diff", "a.yaml") == 0
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("folder")
def test_a_diff_of_a_file_without_a_last_line_end(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.yaml").write_text(BROKEN.replace('value: "x"\n', "value: 1"))
    assert lint("--diff", "a.yaml") == 1
    assert capsys.readouterr().out.endswith(
        '-          value: 1\n\\ No newline at end of file\n+          value: "1"\n\\ No newline at end of file\n'
    )


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("text", [BROKEN, DEPLOYMENT])
def test_standard_input_becomes_standard_output(
    text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert lint("--fix", "-") == 0
    captured = capsys.readouterr()
    assert captured.out == DEPLOYMENT
    assert "nothing found" in captured.err


@pytest.mark.usefixtures("folder")
def test_a_file_that_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_path: Path, _text: str) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("linter.loading.writing.replace_file", refuse)
    Path("a.yaml").write_text(BROKEN)
    assert lint("--fix", "a.yaml") == 3
    assert "a.yaml: permission denied" in capsys.readouterr().err


SHARED = {
    "mapping": """\
      securityContext: &a
        runAsNonRoot: true
        runAsUser: 1000
      nodeSelector: *a
      containers: [{name: a, image: "a:1"}]
""",
    "scalar": """\
      containers:
      - {name: a, image: "a:1", ports: [{containerPort: &p 80}], env: [{name: P, value: *p}]}
""",
}
"""Values that are text in one place and a number in another, by way of an anchor."""


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("shared", SHARED)
def test_an_anchor_that_is_text_and_number_is_told_and_left_alone(
    shared: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n"
        "  template:\n    metadata:\n      labels: {app: web}\n    spec:\n" + SHARED[shared]
    )
    Path("a.yaml").write_text(text)
    assert lint("--fix", "a.yaml") == 1
    captured = capsys.readouterr()
    assert Path("a.yaml").read_text() == text
    assert "must be text" in captured.out
    if shared == "mapping":
        assert "2 problems left alone" in captured.err
        assert "through an anchor" in captured.err
        assert "a.yaml:11, a.yaml:12" in captured.err


def test_what_others_kept_from_being_fixed_is_fixed_in_the_same_run() -> None:
    text = (Path(__file__).parent / "fixtures" / "two-runs.yaml").read_text("utf-8")
    once = fix_all(texts([("a.yaml", text)]), LintOptions())
    assert once.changed
    assert not fix_all(once.sources, LintOptions()).changed


@pytest.mark.usefixtures("folder")
def test_files_that_cannot_be_written_do_not_keep_others_from_being_fixed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    fixed = DEPLOYMENT
    for name in ("a", "c", "linked"):
        Path(f"{name}.yaml").write_text(BROKEN)
    Path("b.yaml").write_bytes(BROKEN.encode("utf-16"))
    Path("d.yaml").write_bytes(BROKEN.encode() + b"# \xff\n")
    os.link("linked.yaml", "other.yml.txt")
    assert lint("--fix", ".") == 3
    captured = capsys.readouterr()
    assert (Path("a.yaml").read_text(), Path("c.yaml").read_text()) == (fixed, fixed)
    assert Path("linked.yaml").read_text() == BROKEN
    assert Path("b.yaml").read_bytes() == BROKEN.encode("utf-16")
    assert Path("d.yaml").read_bytes() == BROKEN.encode() + b"# \xff\n"
    assert "fixed 2 problems in 2 files" in captured.err
    assert "linked.yaml: has 2 names (hard links)" in captured.err
    for name in ("b.yaml", "d.yaml"):
        assert f"{name}: was left alone: --fix writes UTF-8 text" in captured.err
    # The report is about what the files hold now.
    assert "linked.yaml:" in captured.out


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("other", "message"),
    [
        (["--diff"], "only one"),
        (["--write-baseline", "b.json"], "only one"),
        (["--since", "HEAD"], "only one"),
        (["--kustomize", "overlay"], "fix files"),
    ],
)
def test_fix_goes_with_nothing_else_that_reads_or_writes(
    other: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lint("--fix", *other) == 2
    assert message in capsys.readouterr().err


def _odd(resource: Any, context: Any) -> Iterator[Problem]:
    """Offer a fix for the better of two fields, and one for the worse of the first if it is 2, or one that is of no use if it is 4."""
    spec = resource.manifest["spec"]
    if spec["replicas"] in {2, 4}:
        value = -3 if spec["replicas"] == 2 else 6
        yield Problem(("spec", "replicas"), "Odd numbers only.", fix=Fix("set", ("spec", "replicas"), value))
    if spec["replicas"] == 6:
        yield Problem(("spec", "replicas"), "Odd numbers only.")
    for name in ("paused", "minReadySeconds"):
        if name not in spec:
            value = False if name == "paused" else 5
            yield Problem(("spec", name), "Say it.", fix=Fix("add", ("spec",), {name: value}))


ODD = LintOptions(
    select=("odd",), custom_rules=(Rule("odd", "custom", "warning", None, "resource", _odd, "x", {}),)
)


def _deployments(number: int, replicas: Callable[[int], object]) -> list[str]:
    return [
        DEPLOYMENT.replace("web", f"web{each}").replace("replicas: 2", f"replicas: {replicas(each)}")
        for each in range(number)
    ]


@pytest.mark.parametrize("in_one_file", [True, False])
@pytest.mark.parametrize("wrong", [0, 3, 10**6])
def test_the_number_of_runs_does_not_grow_with_the_number_of_documents(
    monkeypatch: pytest.MonkeyPatch, wrong: int, *, in_one_file: bool
) -> None:
    def runs(documents: int) -> int:
        count = 0

        def counted(*arguments: Any) -> Report:
            nonlocal count
            count += 1
            return run(*arguments)

        monkeypatch.setattr("linter.engine.fix.apply.run", counted)
        parts = _deployments(documents, lambda number: (2, 4)[number % 2] if number < wrong else 3)
        named = (
            [("a.yaml", "---\n".join(parts))]
            if in_one_file
            else [(f"{n}.yaml", part) for n, part in enumerate(parts)]
        )
        result = fix_all(texts(named), ODD)
        assert result.fixed.total() == 2 * documents
        assert len(result.refused) == min(wrong, documents)
        return count

    few = runs(8)
    assert few == runs(32)
    assert few <= 20


def test_more_findings_than_are_reported_are_fixed() -> None:
    options = OPTIONS._replace(limits=OPTIONS.limits._replace(findings=8))
    result = all_fixed("---\n".join(_deployments(20, lambda _: "'3'")), options)
    assert result.fixed.total() == 20
    assert not result.report.findings
