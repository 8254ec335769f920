"""Kustomizations in a run: what they build is judged, at the place that wrote it; their files are not judged by themselves."""

from __future__ import annotations

import subprocess
from textwrap import dedent
from typing import TYPE_CHECKING, NamedTuple

import pytest

import linter
from linter.engine.built import in_file
from linter.engine.config.options import LintOptions
from linter.engine.fix import suggest

if TYPE_CHECKING:
    from pathlib import Path

    from linter.engine.report.finding import Finding, Report
    from linter.engine.rule import Problem
    from linter.loading.resource import Resource

DEPLOYMENT = dedent("""\
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
          - name: web
            image: nginx:1.27
    """)
SERVICE = dedent("""\
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec:
      selector: {app: web}
      ports: [{port: 80}]
    """)
BASE = {"base/kustomization.yaml": "resources: [web.yaml]\n", "base/web.yaml": DEPLOYMENT}


class Tree(NamedTuple):
    """Files in a folder of their own, which is the current one."""

    folder: Path

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def lint(self, files: dict[str, str], *paths: str, **options: object) -> Report:
        self.write(files)
        return linter.lint(paths or (".",), options=LintOptions(**options))  # type: ignore[arg-type]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return Tree(tmp_path)


def shown(report: Report) -> list[tuple[str, str, int, tuple[str, ...]]]:
    return [(each.rule, each.file, each.range.line, each.builds) for each in report.findings]


def only(report: Report) -> Finding:
    (finding,) = report.findings
    return finding


class TestWhatIsJudged:
    def test_what_a_kustomization_makes_of_a_file(self, tree: Tree) -> None:
        # The selector comes from the kustomization.
        incomplete = DEPLOYMENT.replace("  selector: {matchLabels: {app: web}}\n", "").replace(
            "    metadata: {labels: {app: web}}\n", ""
        )
        kustomization = "resources: [web.yaml]\nlabels: [{pairs: {app: web}, includeSelectors: true}]\n"
        report = tree.lint({"kustomization.yaml": kustomization, "web.yaml": incomplete})
        assert (shown(report), report.resources, report.files) == ([], 1, 2)

    def test_bases_and_patches_are_judged_in_what_uses_them_alone(self, tree: Tree) -> None:
        files = BASE | {
            "prod/kustomization.yaml": "resources: [../base]\npatches: [{path: patch.yaml}]\n",
            "prod/patch.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: -1}\n",
        }
        report = tree.lint(files)
        assert shown(report) == [("replicas", "prod/patch.yaml", 4, ("prod",))]
        assert (report.resources, report.skipped) == (1, ())

    def test_files_of_no_kustomization_are_judged_as_ever(self, tree: Tree) -> None:
        report = tree.lint(
            BASE | {"other/web.yaml": DEPLOYMENT.replace("kind: Deployment", "kind: Deploymnt")}
        )
        assert shown(report) == [("unknown-kind", "other/web.yaml", 2, ())]

    def test_a_file_beside_a_kustomization_that_does_not_list_it(self, tree: Tree) -> None:
        patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {}\n"
        report = tree.lint(BASE | {"base/patch.yaml": patch})
        assert shown(report) == []
        assert [(each.name, each.reason) for each in report.skipped] == [
            ("base/patch.yaml", "not listed in the kustomization of its folder")
        ]

    def test_such_a_file_is_judged_where_it_is_named(self, tree: Tree) -> None:
        patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {}\n"
        tree.write(BASE | {"base/patch.yaml": patch})
        assert {each.file for each in tree.lint({}, "base/patch.yaml").findings} == {"base/patch.yaml"}
        assert tree.lint({}, "base/patch.yaml", manifests_only=True).findings == ()

    def test_a_kustomization_that_is_excluded(self, tree: Tree) -> None:
        files = BASE | {
            "base/web.yaml": DEPLOYMENT,
            "prod/kustomization.yaml": "resources: [gone]\n",
        }
        report = tree.lint(files, exclude=("prod/**",))
        assert shown(report) == []

    def test_none_is_built_where_that_is_asked_for(self, tree: Tree) -> None:
        incomplete = DEPLOYMENT.replace("  selector: {matchLabels: {app: web}}\n", "")
        kustomization = "resources: [web.yaml]\nlabels: [{pairs: {app: web}, includeSelectors: true}]\n"
        files = {"kustomization.yaml": kustomization, "web.yaml": incomplete}
        assert tree.lint(files).findings == ()
        report = tree.lint(files, build_kustomizations=False)
        assert {each[1:] for each in shown(report)} == {("web.yaml", 4, ()), ("web.yaml", 6, ())}


class TestOneMistake:
    BROKEN = BASE | {
        "base/web.yaml": f"{DEPLOYMENT}        imagePullPolicy: Sometimes\n",
        "prod/kustomization.yaml": "resources: [../base]\nnamePrefix: prod-\n",
        "staging/kustomization.yaml": "resources: [../base]\nnamePrefix: staging-\n",
    }

    def test_is_one_finding_at_the_line_that_wrote_it(self, tree: Tree) -> None:
        report = tree.lint(self.BROKEN)
        assert shown(report) == [("container-image", "base/web.yaml", 12, ("prod", "staging"))]
        assert str(only(report).resource) == "Deployment default/prod-web"

    def test_keeps_its_fingerprint_when_another_overlay_comes(self, tree: Tree) -> None:
        before = only(tree.lint(self.BROKEN))
        after = only(tree.lint({"alpha/kustomization.yaml": "resources: [../base]\nnamePrefix: alpha-\n"}))
        assert after.builds == ("alpha", "prod", "staging")
        assert after.fingerprint == before.fingerprint

    def test_of_a_line_that_changes_many_objects(self, tree: Tree) -> None:
        files = {
            "kustomization.yaml": "resources: [a.yaml, b.yaml]\nnamespace: Shop\n",
            "a.yaml": DEPLOYMENT,
            "b.yaml": SERVICE,
        }
        report = tree.lint(files, select=("api",))
        assert {(each.file, each.range.line) for each in report.findings} == {("kustomization.yaml", 2)}
        assert len({each.rule for each in report.findings}) == len(report.findings)

    def test_may_be_suppressed_by_a_comment_where_it_was_written(self, tree: Tree) -> None:
        text = self.BROKEN["base/web.yaml"].replace(
            "Sometimes", "Sometimes  # podplan: ignore[container-image]"
        )
        report = tree.lint(self.BROKEN | {"base/web.yaml": text})
        assert shown(report) == []
        assert [(each.by, each.finding.builds) for each in report.suppressed] == [
            ("comment", ("prod", "staging"))
        ]

    def test_may_be_suppressed_by_an_annotation(self, tree: Tree) -> None:
        text = self.BROKEN["base/web.yaml"].replace(
            "{name: web}", "{name: web, annotations: {podplan/ignore: container-image}}", 1
        )
        report = tree.lint(self.BROKEN | {"base/web.yaml": text})
        assert shown(report) == []
        assert [each.by for each in report.suppressed] == ["annotation"]

    def test_a_suppression_that_suppresses_nothing_is_said_once(self, tree: Tree) -> None:
        text = DEPLOYMENT.replace("nginx:1.27", "nginx:1.27  # podplan: ignore[container-image]").replace(
            "{name: web}", "{name: web, annotations: {podplan/ignore: container-image}}", 1
        )
        report = tree.lint(self.BROKEN | {"base/web.yaml": text})
        assert [(each.rule, each.file, each.range.line) for each in report.findings] == [
            ("unused-ignore", "base/web.yaml", 3),
            ("unused-ignore", "base/web.yaml", 11),
        ]

    def test_is_reported_of_the_overlays_that_have_it(self, tree: Tree) -> None:
        patch = "- {op: replace, path: /spec/template/spec/containers/0/imagePullPolicy, value: Always}"
        kustomization = (
            f"resources: [../base]\npatches: [{{patch: '{patch}', target: {{kind: Deployment}}}}]\n"
        )
        report = tree.lint(self.BROKEN | {"prod/kustomization.yaml": kustomization})
        assert only(report).builds == ("staging",)


class TestWiring:
    def test_conflicts_are_those_of_one_build(self, tree: Tree) -> None:
        overlay = "resources: [../base]\n"
        scaler = (
            "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec:\n  maxReplicas: 3\n"
            "  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}\n"
        )
        files = BASE | {
            "base/web.yaml": DEPLOYMENT.replace("spec:\n  selector", "spec:\n  replicas: 2\n  selector"),
            "prod/kustomization.yaml": "resources: [../base, scaler.yaml]\n",
            "prod/scaler.yaml": scaler,
            "staging/kustomization.yaml": overlay,
        }
        found = [each for each in shown(tree.lint(files)) if each[0] == "autoscaler-fights-replicas"]
        assert found == [("autoscaler-fights-replicas", "base/web.yaml", 5, ("prod",))]

    def test_what_is_missing_may_be_in_another_build(self, tree: Tree) -> None:
        files = BASE | {
            "service/kustomization.yaml": "resources: [service.yaml, api.yaml]\n",
            "service/service.yaml": SERVICE,
            "service/api.yaml": DEPLOYMENT.replace("web", "api"),
        }
        assert "service-selects-nothing" not in {each[0] for each in shown(tree.lint(files))}
        files["base/web.yaml"] = DEPLOYMENT.replace("web", "api")
        assert "service-selects-nothing" in {each[0] for each in shown(tree.lint(files))}

    def test_what_is_missing_may_be_in_a_remote_base(self, tree: Tree) -> None:
        files = {
            "kustomization.yaml": "resources: [service.yaml, api.yaml, 'https://example.org/base?ref=v1']\n",
            "service.yaml": SERVICE,
            "api.yaml": DEPLOYMENT.replace("web", "api"),
        }
        report = tree.lint(files)
        assert "service-selects-nothing" not in {each[0] for each in shown(report)}
        assert [each.name for each in report.unbuilt] == ["kustomization.yaml"]
        assert report.resources == 2

    def test_files_that_hold_the_same_object_are_alternatives(self, tree: Tree) -> None:
        other = f"{SERVICE.replace('port: 80', 'port: 80, targetPort: http')}---\n{DEPLOYMENT}"
        files = {
            "aws/web.yaml": other,
            "azure/web.yaml": other.replace(
                "image: nginx:1.27", "image: nginx:1.27\n        ports: [{name: http, containerPort: 80}]"
            ),
        }
        found = [each for each in shown(tree.lint(files)) if each[0].startswith("target-port")]
        assert found == [("target-port-unknown", "aws/web.yaml", 6, ())]


class TestBadKustomizations:
    def test_one_mistake_is_one_finding(self, tree: Tree) -> None:
        files = BASE | {
            "base/kustomization.yaml": "resources: [wbe.yaml]\n",
            "prod/kustomization.yaml": "resources: [../base]\n",
            "staging/kustomization.yaml": "resources: [../base]\n",
        }
        report = tree.lint(files)
        assert shown(report) == [
            ("malformed-kustomization", "base/kustomization.yaml", 1, ("prod", "staging"))
        ]
        assert only(report).message == "wbe.yaml does not exist."

    def test_kustomizations_that_use_one_another(self, tree: Tree) -> None:
        report = tree.lint(
            {"a/kustomization.yaml": "resources: [../b]\n", "b/kustomization.yaml": "resources: [../a]\n"}
        )
        assert shown(report) == [("malformed-kustomization", "b/kustomization.yaml", 1, ("a",))]

    def test_a_comment_suppresses_it(self, tree: Tree) -> None:
        report = tree.lint(
            {
                "kustomization.yaml": "resources:\n- gone.yaml  # podplan: ignore[malformed-kustomization] made by CI\n"
            }
        )
        assert (shown(report), len(report.suppressed)) == ([], 1)

    def test_what_is_not_supported_is_skipped(self, tree: Tree) -> None:
        report = tree.lint(
            BASE | {"base/kustomization.yaml": "resources: [web.yaml]\nhelmCharts: [{name: x}]\n"}
        )
        assert (shown(report), report.resources) == ([], 1)
        (skipped,) = report.unbuilt
        assert skipped.name == "base/kustomization.yaml"
        assert (
            skipped.reason == "not built whole: `helmCharts` renders charts with helm, which is not run here."
        )

    def test_a_patch_of_what_is_left_out_is_left_out(self, tree: Tree) -> None:
        kustomization = "resources: [web.yaml, 'https://example.org/x']\npatches:\n- {path: p.yaml}\n- {patch: '[{op: add, path: /spec/replicas, value: 2}]', target: {kind: Deployment}}\n"
        patch = "apiVersion: v1\nkind: Service\nmetadata: {name: remote}\nspec: {type: NodePort}\n"
        report = tree.lint(BASE | {"base/kustomization.yaml": kustomization, "base/p.yaml": patch})
        assert (shown(report), report.resources) == ([], 1)

    def test_what_is_too_large_is_not_built(self, tree: Tree) -> None:
        from linter.loading.limits import DEFAULT

        files = {
            "kustomization.yaml": "resources: [a.yaml, b.yaml]\n",
            "a.yaml": DEPLOYMENT,
            "b.yaml": SERVICE,
        }
        report = tree.lint(files, limits=DEFAULT._replace(documents=1))
        (skipped,) = report.unbuilt
        assert "--limit documents=NUMBER" in skipped.reason


class TestNamedFiles:
    FILES = BASE | {
        "base/web.yaml": f"{DEPLOYMENT}        imagePullPolicy: Sometimes\n",
        "prod/kustomization.yaml": "resources: [../base]\nnamePrefix: prod-\n",
        "other/kustomization.yaml": "resources: [service.yaml]\n",
        "other/service.yaml": SERVICE.replace("port: 80", "port: -80"),
    }

    @pytest.mark.parametrize("name", ["base/web.yaml", "base/kustomization.yaml", "prod/kustomization.yaml"])
    def test_are_judged_in_the_kustomizations_that_use_them(self, tree: Tree, name: str) -> None:
        tree.write(self.FILES)
        (tree.folder / ".git").rmdir()
        for command in (["init", "--quiet"], ["add", "--all"]):
            subprocess.run(["git", *command], check=True)
        report = tree.lint({}, name, manifests_only=True)
        assert shown(report) == [("container-image", "base/web.yaml", 12, ("prod",))]

    def test_without_git_the_folders_above_are_asked(self, tree: Tree) -> None:
        report = tree.lint(self.FILES, "other/service.yaml")
        assert {each[1:] for each in shown(report)} == {("other/service.yaml", 6, ("other",))}


class TestSince:
    def git(self, *arguments: str) -> None:
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.invalid"]
        subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)

    def commit(self, tree: Tree, files: dict[str, str]) -> None:
        tree.write(files)
        (tree.folder / ".git").rmdir()
        for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "-m", "start"]):
            self.git(*command)

    def since(self, *paths: str) -> list[tuple[str, str, int, tuple[str, ...]]]:
        return shown(linter.lint(paths or (".",), since="HEAD"))

    def test_a_changed_base_shows_in_the_kustomizations_that_use_it(self, tree: Tree) -> None:
        self.commit(tree, TestOneMistake.BROKEN | {"base/web.yaml": DEPLOYMENT})
        assert self.since() == []
        tree.write(TestOneMistake.BROKEN)
        found = [("container-image", "base/web.yaml", 12, ("prod", "staging"))]
        assert self.since() == found
        assert self.since("prod") == [(*found[0][:3], ("prod",))]

    def test_what_was_wrong_before_is_not_new(self, tree: Tree) -> None:
        self.commit(tree, TestOneMistake.BROKEN)
        tree.write({"base/web.yaml": f"# a line\n{TestOneMistake.BROKEN['base/web.yaml']}"})
        assert self.since() == []
        assert self.since("prod") == []

    def test_nor_is_it_in_a_file_under_a_new_name(self, tree: Tree) -> None:
        self.commit(tree, TestOneMistake.BROKEN)
        self.git("mv", "base/web.yaml", "base/app.yaml")
        tree.write({"base/kustomization.yaml": "resources: [app.yaml]\n"})
        assert self.since() == []

    def test_links_are_followed_at_the_revision(self, tree: Tree) -> None:
        tree.write(TestOneMistake.BROKEN)
        (tree.folder / "prod" / "up").symlink_to("../base")
        self.commit(tree, {"prod/kustomization.yaml": "resources: [up]\nnamePrefix: prod-\n"})
        (tree.folder / "base" / "more.yaml").write_text(SERVICE.replace("port: 80", "port: -80"))
        tree.write({"base/kustomization.yaml": "resources: [web.yaml, more.yaml]\n"})
        found = [each[:2] for each in self.since("prod")]
        assert ("service-ports", "base/more.yaml") in found
        assert ("container-image", "base/web.yaml") not in found


class TestCache:
    def test_a_change_of_a_base_is_seen(self, tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PODPLAN_CACHE_DIR", str(tree.folder / ".cache"))
        files = TestOneMistake.BROKEN
        first = tree.lint(files, cache=True)
        again = tree.lint({}, cache=True)
        assert again.findings == first.findings
        assert tree.lint({"base/web.yaml": DEPLOYMENT}, cache=True).findings == ()

    def test_a_change_outside_of_the_paths_is_seen(self, tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PODPLAN_CACHE_DIR", str(tree.folder / ".cache"))
        assert len(tree.lint(TestOneMistake.BROKEN, "prod", cache=True).findings) == 1
        assert tree.lint({"base/web.yaml": DEPLOYMENT}, "prod", cache=True).findings == ()


class TestFix:
    TYPO = BASE | {
        "base/web.yaml": f"{DEPLOYMENT}        imagePullPolicy: always\n",
        "prod/kustomization.yaml": "resources: [../base]\nnamePrefix: prod-\n",
        "staging/kustomization.yaml": "resources: [../base]\n",
    }

    def fix(self, tree: Tree, files: dict[str, str], *paths: str) -> dict[str, str]:
        """Return what becomes of the files that are fixed."""
        from linter.engine.fix.apply import fix_all
        from linter.loading.discovery import read_all

        tree.write(files)
        fixed = fix_all(read_all(paths or (".",)), LintOptions())
        return {after.name: after.text for _, after in fixed.changed}

    def test_of_a_file_that_several_kustomizations_use(self, tree: Tree) -> None:
        assert self.fix(tree, self.TYPO) == {
            "base/web.yaml": self.TYPO["base/web.yaml"].replace("always", "Always")
        }

    def test_of_a_field_in_a_file(self, tree: Tree) -> None:
        files = self.TYPO | {"base/web.yaml": f"{DEPLOYMENT}        imagepullpolicy: Always\n"}
        finding = only(tree.lint(files))
        assert finding.message.endswith("Did you mean `imagePullPolicy`?")
        assert finding.fixable

    def test_not_of_a_file_outside_of_the_paths(self, tree: Tree) -> None:
        assert self.fix(tree, self.TYPO, "prod") == {}
        assert [each.fixable for each in tree.lint({}, "prod").findings] == [False]

    def test_not_of_a_kustomization(self, tree: Tree) -> None:
        patch = "- {op: add, path: /spec/template/spec/containers/0/imagePullPolicy, value: always}"
        kustomization = (
            f"resources: [../base]\npatches: [{{patch: '{patch}', target: {{kind: Deployment}}}}]\n"
        )
        assert self.fix(tree, BASE | {"prod/kustomization.yaml": kustomization}) == {}

    def test_not_where_it_breaks_an_overlay(self, tree: Tree) -> None:
        # The patch replaces the very word that the fix would change.
        patch = "- {op: test, path: /spec/template/spec/containers/0/imagePullPolicy, value: always}"
        kustomization = (
            f"resources: [../base]\npatches: [{{patch: '{patch}', target: {{kind: Deployment}}}}]\n"
        )
        assert self.fix(tree, self.TYPO | {"staging/kustomization.yaml": kustomization}) == {}


@pytest.mark.usefixtures("elsewhere")
class TestFoldersElsewhere:
    """Without git, and outside of the current folder, what the user named is the limit."""

    @pytest.fixture
    def elsewhere(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in "abcdef":
            Tree(tmp_path / name).write(
                {**BASE, "prod/kustomization.yaml": "resources: [../base]\nnamePrefix: Prod-\n"}
            )
        (tmp_path / "current").mkdir()
        monkeypatch.chdir(tmp_path / "current")

    def test_a_base_beside_the_overlay_is_read(self) -> None:
        (finding,) = linter.lint(["../a"], options=LintOptions()).findings
        assert (finding.rule, finding.file, finding.builds) == (
            "object-name",
            "../a/prod/kustomization.yaml",
            ("../a/prod",),
        )

    def test_what_leads_out_of_the_named_folder_is_not(self) -> None:
        (finding,) = linter.lint(["../a/prod"], options=LintOptions()).findings
        assert finding.message.startswith("../base lies outside of the repository")

    def test_findings_come_in_the_order_of_the_paths(self) -> None:
        paths = [f"../{name}" for name in "fbdace"]
        found = linter.lint(paths, options=LintOptions()).findings
        assert [each.file for each in found] == [f"{path}/prod/kustomization.yaml" for path in paths]


def test_a_finding_is_traced_to_its_file_only_for_a_fix(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    traced: list[str] = []

    def noted(problem: Problem, resource: Resource) -> Resource | None:
        traced.append(problem.message)
        return in_file(problem, resource)

    monkeypatch.setattr(suggest, "in_file", noted)
    faulty = DEPLOYMENT.replace("spec:\n  selector", 'spec:\n  replicas: "2"\n  selector')
    report = tree.lint(BASE | {"base/web.yaml": faulty})
    assert [(each.field, each.fixable) for each in report.findings] == [("spec.replicas", True)]
    assert len(traced) == 1
    report = tree.lint({"base/web.yaml": DEPLOYMENT.replace(":1.27", ":latest")})
    assert [(each.rule, each.fixable) for each in report.findings] == [("mutable-image-tag", False)]
    assert len(traced) == 1
