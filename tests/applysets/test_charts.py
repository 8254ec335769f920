"""Charts that are rendered when asked, by a stand-in for helm on PATH that fills in one value."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import pytest

import linter
from linter.applysets.charts import find_charts
from linter.engine.config.options import LintOptions
from linter.loading.discovery import Skipped, read_all
from linter.loading.render import Chart
from linter.loading.source import Source

if TYPE_CHECKING:
    from pathlib import Path

    from linter.engine.report.finding import Report

HELM = """\
values=$3/values.yaml
[ -n "$5" ] && values=$5
pull=$(sed -n 's/^pull: //p' "$values")
[ -n "$pull" ] || { echo 'Error: pull is missing' >&2; exit 1; }
for file in "$3"/templates/*.yaml; do
  printf -- '---\\n# Source: shop/templates/%s\\n' "${file##*/}"
  sed "s/{{ .Values.pull }}/$pull/" "$file"
done
"""
TEMPLATE = """\
{{- if true }}
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: "web:1", imagePullPolicy: {{ .Values.pull }}}
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: %s}
  ports: [{port: 80}]
"""
JOB = """\
apiVersion: batch/v1
kind: Job
metadata: {name: migrate}
spec:
  template:
    metadata: {labels: {app: web}}
    spec: {restartPolicy: Never, containers: [{name: migrate, image: "web:1"}]}
"""
FILES = {
    "charts/web/Chart.yaml": "name: shop\n",
    "charts/web/values.yaml": "pull: Always\n",
    "charts/web/values-prod.yaml": "pull: Sometimes\n",
    "charts/web/dev-values.yaml": "pull: Sometimes\n",
    "charts/web/templates/web.yaml": TEMPLATE,
    "charts/web/templates/service.yaml": SERVICE % "web",
    "charts/web/charts/part/Chart.yaml": "name: part\n",
}
WITHOUT = "helm is not on PATH; install it, or pipe `helm template …` into podplan with - as path"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "root"
    write(root, FILES)
    programs = tmp_path / "bin"
    programs.mkdir()
    # The stand-in leaves the first line of templates out, as helm does.
    install(programs, "helm", HELM.replace('sed "', 'sed "/{{-/d;'))
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.chdir(root)
    return root


def install(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    (folder / name).chmod(0o755)


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")


def lint(*paths: str, since: str | None = None, **options: Any) -> Report:
    options.setdefault("select", ("api",))
    return linter.lint(paths or (".",), options=LintOptions(render_charts=True, **options), since=since)


def found(report: Report) -> list[tuple[str, str, int, tuple[str, ...]]]:
    return [(each.rule, each.file, each.range.line, each.builds) for each in report.findings]


def test_charts_are_found_with_the_values_files_beside_them() -> None:
    charts = find_charts(list(read_all(["."])))
    assert charts == [
        Chart("charts/web"),
        Chart("charts/web", ("charts/web/dev-values.yaml",)),
        Chart("charts/web", ("charts/web/values-prod.yaml",)),
    ]


def test_a_finding_names_the_template_and_the_renderings_that_have_it() -> None:
    report = lint()
    builds = ("charts/web (dev-values.yaml)", "charts/web (values-prod.yaml)")
    assert found(report) == [("container-image", "charts/web/templates/web.yaml", 1, builds)]
    assert report.unbuilt == ()
    assert report.skipped == ()
    assert report.resources == 6


def test_values_that_differ_between_renderings_are_findings_of_their_own(folder: Path) -> None:
    write(folder, {"charts/web/dev-values.yaml": "pull: Never2\n"})
    assert [(each.builds, "`Never2`" in each.message) for each in lint().findings] == [
        (("charts/web (dev-values.yaml)",), True),
        (("charts/web (values-prod.yaml)",), False),
    ]


def test_nothing_is_rendered_that_nobody_asked_for() -> None:
    report = linter.lint((".",), options=LintOptions())
    assert report.resources == 1  # the Service, which is no template
    assert report.unbuilt == ()


def test_each_rendering_is_judged_by_itself(folder: Path) -> None:
    # What lies in another rendering, or in a file, contradicts nothing; what no rendering has is missing.
    write(
        folder,
        {
            "charts/web/values-prod.yaml": "pull: Always\n",
            "charts/web/dev-values.yaml": "pull: Always\n",
            "k8s/service.yaml": SERVICE % "web",
        },
    )
    assert found(lint(select=("wiring",))) == []
    write(folder, {"charts/web/templates/service.yaml": SERVICE % "wbe"})
    builds = ("charts/web", "charts/web (dev-values.yaml)", "charts/web (values-prod.yaml)")
    assert found(lint("charts", select=("service-selects-nothing",))) == [
        ("service-selects-nothing", "charts/web/templates/service.yaml", 1, builds)
    ]


def test_hooks_are_no_part_of_what_runs_afterwards(folder: Path) -> None:
    rule = "service-selects-several"
    write(folder, {"charts/web/templates/job.yaml": JOB})
    assert [each.file for each in lint("charts", select=(rule,)).findings] == [
        "charts/web/templates/service.yaml"
    ]
    hook = JOB.replace("{name: migrate}", '{name: migrate, annotations: {"helm.sh/hook": pre-upgrade}}')
    write(folder, {"charts/web/templates/job.yaml": hook})
    assert lint("charts", select=(rule,)).findings == ()


def test_what_helm_refuses_is_left_out_with_its_reason(folder: Path) -> None:
    write(folder, {"charts/web/values-prod.yaml": "push: Always\n"})
    report = lint()
    assert report.unbuilt == (
        Skipped(
            "charts/web/Chart.yaml",
            "charts/web (values-prod.yaml) is not rendered: helm failed: Error: pull is missing",
        ),
    )
    assert [each.builds for each in report.findings] == [("charts/web (dev-values.yaml)",)]


def test_without_helm_charts_are_skipped_as_they_are_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    report, plain = lint(), linter.lint((".",), options=LintOptions())
    assert report.unbuilt[0].reason == f"charts/web is not rendered: {WITHOUT}"
    assert set(plain.skipped) == set(report.skipped) - set(report.unbuilt)
    assert report.resources == plain.resources == 1


def test_what_is_packed_or_named_wrongly_stands_in_the_chart(folder: Path, tmp_path: Path) -> None:
    for said in ("shop/charts/packed/templates/a.yaml", "shop/../../outside.yaml", "shop"):
        install(tmp_path / "bin", "helm", f"printf -- '---\\n# Source: {said}\\n'; cat ../bin/service")
        write(tmp_path, {"bin/service": SERVICE.replace("port: 80", "prt: 80") % "web", "outside.yaml": ""})
        files = {each.file for each in lint(select=("api",)).findings}
        assert files == {"charts/web/Chart.yaml"}, said


def test_yaml_that_is_broken_is_said(folder: Path, tmp_path: Path) -> None:
    install(
        tmp_path / "bin",
        "helm",
        "printf -- '---\\n# Source: shop/templates/web.yaml\\nkind: A\\nkind: B\\n---\\n# Source: shop/x\\n'",
    )
    report = lint()
    assert [each.name for each in report.unbuilt] == ["charts/web/templates/web.yaml"] * 3
    assert report.unbuilt[0].reason.startswith("as helm renders charts/web: ")


def test_since_a_revision_both_sides_are_rendered(folder: Path) -> None:
    for command in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "one"],
    ):
        subprocess.run(["git", *command], check=True, capture_output=True)
    assert found(lint(since="HEAD")) == []
    write(folder, {"charts/web/values.yaml": "pull: Now\n"})
    assert [each.message.partition(";")[0] for each in lint(since="HEAD").findings] == [
        "imagePullPolicy is `Now`"
    ]


def test_the_files_of_a_chart_that_is_rendered_are_no_sources_of_their_own() -> None:
    names = {each.name for each in read_all(["."]) if isinstance(each, Source)}
    assert "charts/web/templates/service.yaml" in names
    assert [each for each in lint().findings if not each.builds] == []
