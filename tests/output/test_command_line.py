"""The formats as the command line offers them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from linter.cli.main import guarded

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  clusterIP: None
  clusterIP: 10.96.0.9
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one faulty manifest, and no word about where this runs."""
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    (tmp_path / ".git").mkdir()
    (tmp_path / "k8s").mkdir()
    (tmp_path / "k8s" / "web.yaml").write_text(MANIFEST)
    monkeypatch.chdir(tmp_path / "k8s")
    return tmp_path / "k8s"


def test_several_formats_at_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = ("json", "sarif", "github", "gitlab", "junit", "markdown", "html")
    arguments = [part for name in names for part in ("--format", f"{name}=out/{name}")]
    assert guarded(["lint", "--format", "text", *arguments, "."]) == 1
    assert "duplicate-key" in capsys.readouterr().out
    written = {name: (folder / "out" / name).read_text("utf-8") for name in names}
    assert all("duplicate-key" in text for text in written.values())
    json.loads(written["json"])
    assert json.loads(written["gitlab"])[0]["location"]["path"] == "k8s/web.yaml"
    run = json.loads(written["sarif"])["runs"][0]
    assert run["tool"]["driver"]["rules"][0]["help"]["markdown"]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "k8s/web.yaml", "uriBaseId": "%SRCROOT%"}
    assert written["github"].startswith("::error file=k8s/web.yaml,line=6,")
    ET.fromstring(written["junit"])  # noqa: S314  it is our own text


def test_github_actions_gets_annotations(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert guarded(["lint", "."]) == 1
    assert capsys.readouterr().out.startswith("::error file=k8s/web.yaml,")
    assert guarded(["lint", "--format", "text", "."]) == 1
    assert capsys.readouterr().out.startswith("web.yaml:6:")


def test_half_a_surrogate_pair_can_be_written(folder: Path) -> None:
    text = MANIFEST.replace("name: web", 'name: "\\ud800"')
    (folder / "web.yaml").write_text(text)
    names = ("json", "sarif", "github", "gitlab", "junit", "markdown", "html", "text")
    for name in names:
        assert guarded(["lint", "--format", f"{name}=out", "."]) == 1
        assert (folder / "out").read_text("utf-8")


@pytest.mark.parametrize("name", ["html", "svg"])
def test_a_plan_is_drawn_into_a_file(name: str, folder: Path) -> None:
    (folder / "web.yaml").write_text(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {a: b}}\n"
        "  template:\n    metadata: {labels: {a: b}}\n    spec: {containers: [{name: web, image: nginx}]}\n"
    )
    assert guarded(["plan", "create", "web.yaml", "--format", name, "--output", "plan"]) == 0
    assert "Deployment default/web" in (folder / "plan").read_text("utf-8")
