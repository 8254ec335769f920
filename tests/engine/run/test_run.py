"""The run: stages, places, the gate, suppressions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import linter
from linter.engine import registry
from linter.engine.config.options import LintOptions
from linter.engine.registry import UnknownRuleError, all_rules, choose
from linter.engine.rule import Problem
from linter.path import Key, format_path
from linter.version import VersionError, parse_version

if TYPE_CHECKING:
    from pathlib import Path

    from linter.engine.report.finding import Finding, Report

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: other
    spec:
      containers:
      - name: app
        image: app:1
"""


def lint(text: str, **options: Any) -> Report:
    options.setdefault("select", ("api",))
    return linter.lint((), texts=[("a.yaml", text)], options=LintOptions(**options))


def brief(findings: tuple[Finding, ...]) -> list[tuple[str, int, int]]:
    return [(each.rule, each.range.line, each.range.column) for each in findings]


def test_a_finding_has_everything() -> None:
    (finding,) = lint(DEPLOYMENT).findings
    assert (finding.rule, finding.group, finding.severity) == ("selector-mismatch", "api", "error")
    assert finding.field == "spec.template.metadata.labels"
    assert finding.reason == "Invalid"
    assert finding.range == (12, 9, 12, 19)
    assert str(finding.resource) == "Deployment default/web"
    assert finding.file == "a.yaml"
    assert finding.lines == ["        app: other"]


def test_later_documents_and_lists_keep_their_lines() -> None:
    text = (
        "kind: List\napiVersion: v1\nitems:\n- "
        + DEPLOYMENT.replace("\n", "\n  ").rstrip()
        + "\n---\n"
        + DEPLOYMENT
    )
    assert brief(lint(text).findings) == [("selector-mismatch", 15, 11), ("selector-mismatch", 32, 9)]


@pytest.mark.parametrize(
    ("change", "by", "reason"),
    [
        (("        app: other", "        app: other # podplan: ignore[selector-mismatch] because legacy"), "comment", "legacy"),
        (("      labels:\n        app: other", "      labels: # podplan: ignore[selector-mismatch]\n        app: other"), "comment", None),
        (("        app: other", "        # podplan: ignore[selector-mismatch]\n        app: other"), "comment", None),
        (("apiVersion", "# podplan: ignore[unknown-field, selector-mismatch]\napiVersion"), "comment", None),
        (("apiVersion", "# podplan: ignore[selector-mismatch]\n---\napiVersion"), "comment", None),
        (("  name: web", "  name: web\n  annotations: {podplan/ignore: selector-mismatch}"), "annotation", None),
    ],
)  # fmt: skip
def test_suppressions(change: tuple[str, str], by: str, reason: str | None) -> None:
    report = lint(DEPLOYMENT.replace(*change))
    assert [each.rule for each in report.findings if each.rule != "unused-ignore"] == []
    (suppressed,) = report.suppressed
    assert (suppressed.finding.rule, suppressed.by, suppressed.reason) == ("selector-mismatch", by, reason)


def test_a_comment_on_another_line_suppresses_nothing_and_is_reported() -> None:
    report = lint(DEPLOYMENT.replace("  name: web", "  name: web # podplan: ignore[selector-mismatch]"))
    assert brief(report.findings) == [("unused-ignore", 4, 13), ("selector-mismatch", 12, 9)]
    assert report.findings[0].severity == "info"


@pytest.mark.parametrize(
    "comment", ["ignore", "ignore selector-mismatch", "ignore: all", "ignore[selector-mismatch"]
)
def test_a_comment_that_names_no_rule_in_brackets_is_reported(comment: str) -> None:
    report = lint(DEPLOYMENT.replace("app: other", f"app: other # podplan: {comment}"))
    assert brief(report.findings) == [("selector-mismatch", 12, 9), ("unused-ignore", 12, 20)]
    assert "write `# podplan: ignore[RULE]`" in report.findings[1].message.replace("Write", "write")


@pytest.mark.parametrize("comment", ["ignored in this folder", "see the docs", "ignore-list"])
def test_a_comment_that_is_none_of_ours_is_left_alone(comment: str) -> None:
    report = lint(DEPLOYMENT.replace("app: other", f"app: other # podplan: {comment}"))
    assert brief(report.findings) == [("selector-mismatch", 12, 9)]


SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: kafka
  annotations: {podplan/ignore: service-selects-nothing}
spec:
  selector: {app: kafka}
  ports: [{port: 80}]
"""


def test_a_suppression_is_not_called_unused_where_the_rule_could_not_judge(tmp_path: Path) -> None:
    (tmp_path / "svc.yaml").write_text(SERVICE)
    assert linter.lint([str(tmp_path / "svc.yaml")]).findings == ()  # a hook names the changed files alone
    assert linter.lint([str(tmp_path)]).findings == ()  # no pods are in the run
    (tmp_path / "web.yaml").write_text(
        DEPLOYMENT.replace("app: other", "app: web").replace("app: web", "app: kafka")
    )
    (finding,) = [each for each in linter.lint([str(tmp_path)]).findings if each.rule == "unused-ignore"]
    assert finding.file.endswith("svc.yaml")  # the pods are there, and nothing is wrong
    broken = DEPLOYMENT.replace("kind: Deployment", "kind: Deployment # podplan: ignore[mutable-image-tag]")
    (tmp_path / "broken.yaml").write_text(broken.replace("spec:", "specs:", 1))
    report = linter.lint([str(tmp_path / "broken.yaml")])
    assert [each.rule for each in report.findings] == ["unknown-field"]


def test_a_suppression_of_a_rule_that_does_not_run_is_left_alone() -> None:
    text = DEPLOYMENT.replace("app: other", "app: web # podplan: ignore[service-selects-nothing]")
    assert lint(text).findings == ()


def test_a_suppression_of_a_rule_that_does_not_exist() -> None:
    (finding,) = lint(
        DEPLOYMENT.replace("app: other", "app: web # podplan: ignore[selector-mismach]")
    ).findings
    assert finding.rule == "unused-ignore"
    assert "`selector-mismatch`" in finding.message


def test_severity_can_be_changed() -> None:
    report = lint(DEPLOYMENT, severity={"selector-mismatch": "info"})
    assert [each.severity for each in report.findings] == ["info"]
    assert not report.fails("warning")
    assert report.fails("info")
    assert not report.fails("never")


def test_rules_of_stage_validate_do_not_see_what_does_not_decode() -> None:
    report = lint(
        DEPLOYMENT.replace("  selector:", "  replicas: three\n  selector:"),
        select=("api", "wiring", "rollout"),
    )
    assert {each.rule for each in report.findings} == {"wrong-type"}


def test_a_failing_rule_is_an_internal_error_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = all_rules()["selector-mismatch"]

    def fail(_resource: Any, _context: Any) -> Any:
        raise KeyError("x")

    broken = rule._replace(check=fail)
    monkeypatch.setattr(registry, "choose", lambda *_: [broken])
    (finding,) = lint(DEPLOYMENT).findings
    assert finding.rule == "internal-error"
    assert finding.severity == "error"
    assert "selector-mismatch" in finding.message
    assert str(finding.resource) == "Deployment default/web"


def test_rules_that_wait_are_loaded_once_for_all_objects_that_they_wait_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = DEPLOYMENT.replace("app: other", "app: web")
    lint(one, select=("wiring",))  # loads what is needed
    asked: list[object] = []
    loaded = registry.loaded

    def counted(rules: Any) -> Any:
        asked.append(rules)
        return loaded(rules)

    monkeypatch.setattr(registry, "loaded", counted)
    many = "---\n".join(one.replace("name: web", f"name: web-{number}") for number in range(9))
    assert len(lint(many, select=("wiring",)).findings) == 8
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("select", "ignore", "has", "lacks"),
    [
        ((), (), "selector-mismatch", "no-such"),
        (("selector-mismatch",), (), "selector-mismatch", "unknown-field"),
        (("api",), ("selector-mismatch",), "unknown-field", "selector-mismatch"),
        (("selector-mismatch",), ("api",), "selector-mismatch", "unknown-field"),
        ((), ("api",), "unused-ignore", "selector-mismatch"),
    ],
)
def test_choosing_rules(select: tuple[str, ...], ignore: tuple[str, ...], has: str, lacks: str) -> None:
    ids = {rule.id for rule in choose(select, ignore)}
    assert has in ids
    assert lacks not in ids


def test_unknown_rules_are_refused_with_the_nearest_one() -> None:
    with pytest.raises(UnknownRuleError, match="`selector-mismatch`"):
        choose(("selector-mismach",), ())


def test_fingerprints_survive_moved_lines_and_tell_twins_apart() -> None:
    twice = DEPLOYMENT + "---\n" + DEPLOYMENT
    first, second = lint(twice).findings
    (moved,) = lint("# a note\n\n" + DEPLOYMENT).findings
    assert first.fingerprint == moved.fingerprint != second.fingerprint


def test_paths_are_spelled_as_the_api_server_does() -> None:
    path = ("spec", "containers", 0, "resources", "limits", Key("cpu"))
    assert format_path(path) == "spec.containers[0].resources.limits[cpu]"
    assert Problem(path, "m").reason is None


@pytest.mark.parametrize(("text", "version"), [("1.36", (1, 36, 999)), ("v1.31.4", (1, 31, 4))])
def test_versions(text: str, version: tuple[int, int, int]) -> None:
    assert parse_version(text) == version
    assert str(parse_version(text)) == text.removeprefix("v")


@pytest.mark.parametrize("text", ["", "1", "1.x", "1.29", "2.0", "1.99", "٣.٤"])
def test_versions_that_are_refused(text: str) -> None:
    with pytest.raises(VersionError):
        parse_version(text)


def test_advice_goes_to_the_owner_not_to_what_it_made() -> None:
    owned = DEPLOYMENT.replace("app: other", "app: web").replace("kind: Deployment", "kind: ReplicaSet")
    advised = lint(owned, select=("practice",)).findings
    made = owned.replace(
        "  name: web",
        "  name: web\n  ownerReferences:\n  - {apiVersion: apps/v1, kind: Deployment, name: web, uid: u, controller: true}",
        1,
    )
    assert advised
    assert lint(made, select=("practice",)).findings == ()


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("a.yaml", "apiVersion: v1\nkind: Service\nspec: [\n", ["yaml-syntax"]),
        ("a.json", '{"apiVersion": "v1", "kind": "Service", "spec": [}', ["yaml-syntax"]),
        ("a.yaml", "{{ template }}: [\n", []),
        ("package.json", '{"name": "web", "version": [}', []),
    ],
)
def test_a_broken_file_of_a_folder_is_reported_where_it_is_meant_as_a_manifest(
    name: str, text: str, found: list[str], tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text)
    report = linter.lint([str(tmp_path)], options=LintOptions(cache=False))
    assert [each.rule for each in report.findings] == found


def test_a_kind_with_wrong_capitals_hides_nothing() -> None:
    text = DEPLOYMENT.replace("kind: Deployment", "kind: deployment")
    report = lint(text)
    assert [(each.rule, each.range.line, each.fixable) for each in report.findings] == [
        ("unknown-kind", 2, True),
        ("selector-mismatch", 12, False),
    ]
    typo = lint(text.replace("image: app:1", "image: app:1\n        imagePullPolcy: Always"))
    assert [each.rule for each in typo.findings] == ["unknown-kind", "selector-mismatch", "unknown-field"]
    # Of a kind that nobody knows nothing else is said.
    other = lint(text.replace("kind: deployment", "kind: Deploymentt"))
    assert [(each.rule, each.fixable) for each in other.findings] == [("unknown-kind", False)]


def test_only_files_of_what_is_judged_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kustomizations around a named file are asked whether they use it; that judges none of their files."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "alone.yaml").write_text(DEPLOYMENT)
    (tmp_path / "base").mkdir()
    (tmp_path / "base/kustomization.yaml").write_text("resources: [web.yaml]\n")
    (tmp_path / "base/web.yaml").write_text(DEPLOYMENT)
    assert linter.lint(["alone.yaml"]).files == 1
    assert linter.lint(["base/web.yaml"]).files == 2
    assert linter.lint(["."]).files == 3
