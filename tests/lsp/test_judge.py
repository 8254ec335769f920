"""Files that kustomizations build from, while somebody types."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

pytest.importorskip("pygls", reason="the extra `lsp` is not installed")

from linter.engine.config.options import LintOptions
from linter.lsp.diagnostics import diagnostics_of
from linter.lsp.judge import AT_ONCE, AT_ONCE_IN_BUILDS, Folder, judge_folder, judge_text, rules_at_once
from linter.lsp.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILES = {
    "base/kustomization.yaml": "resources: [web.yaml]\n",
    "base/web.yaml": """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: -1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: example.com/web:1, imagepullpolicy: Always}
""",
    "prod/kustomization.yaml": "resources: [../base]\npatches: [{path: replicas.yaml}]\n",
    "prod/replicas.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: -3\n",
    "alone.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: alone}\ndata: []\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path.resolve()


def judged(folder: Path, texts: Mapping[str, str]) -> Folder:
    return judge_folder(folder, {folder / name: text for name, text in texts.items()}, LintOptions())


def shown(folder: Path, found: Folder) -> dict[str, list[tuple[str, int]]]:
    return {
        path.relative_to(folder).as_posix(): [(each.rule, each.range.line) for each in findings]
        for path, findings in found.findings.items()
    }


def test_what_is_built_is_judged_on_the_line_that_says_it(folder: Path) -> None:
    found = judged(folder, {})
    assert shown(folder, found) == {
        "alone.yaml": [("wrong-type", 4)],
        "base/web.yaml": [("unknown-field", 11)],
        "prod/replicas.yaml": [("replicas", 5)],
    }
    (finding,) = found.findings[folder / "prod/replicas.yaml"]
    (diagnostic,) = diagnostics_of([finding], Text(FILES["prod/replicas.yaml"]))
    assert diagnostic.message.endswith(" (built by prod)")


def test_open_texts_count_in_builds_instead_of_their_files(folder: Path) -> None:
    patch = "# three of them\n\n" + FILES["prod/replicas.yaml"]
    assert shown(folder, judged(folder, {"prod/replicas.yaml": patch}))["prod/replicas.yaml"] == [
        ("replicas", 7)
    ]
    without = {"prod/kustomization.yaml": "resources: [../base]\n"}
    assert shown(folder, judged(folder, without))["base/web.yaml"] == [("replicas", 5), ("unknown-field", 11)]


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("alone.yaml", AT_ONCE),
        ("base/web.yaml", AT_ONCE_IN_BUILDS),
        ("prod/kustomization.yaml", ()),
        ("prod/replicas.yaml", ()),
    ],
)
def test_a_file_is_judged_by_itself_as_far_as_it_says_everything(
    folder: Path, name: str, rules: tuple[str, ...]
) -> None:
    built = judged(folder, {}).built
    assert rules_at_once(folder / name, FILES[name], built) == rules


def test_a_base_has_no_finding_at_once_that_an_overlay_may_take_away(folder: Path) -> None:
    text = FILES["base/web.yaml"]
    found = judge_text(folder / "base/web.yaml", text, AT_ONCE_IN_BUILDS, LintOptions())
    assert [each.rule for each in found] == ["unknown-field"]
    assert judge_text(folder / "prod/replicas.yaml", FILES["prod/replicas.yaml"], (), LintOptions()) == ()


def test_a_template_of_a_chart_is_left_alone(tmp_path: Path) -> None:
    text = "kind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\n{{- if .Values.x }}\nspec: {}\n{{- end }}\n"
    assert rules_at_once(tmp_path / "web.yaml", text, frozenset()) == ()
