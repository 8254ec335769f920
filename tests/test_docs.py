"""The documents show what podplan really prints, and the demo runs."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from .cli.calling import call

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("script", ["docs/generate.py", "docs/console.py"])
def test_documents_are_current(script: str) -> None:
    done = subprocess.run(
        [sys.executable, script, "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_demo_finds_the_two_mistakes_and_nothing_unexpected(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(command: list[str], *, cwd: Path, input: str, **_: Any) -> subprocess.CompletedProcess[str]:  # noqa: A002  subprocess's word
        assert command[:3] == [sys.executable, "-m", "linter"]
        monkeypatch.chdir(cwd)
        done = call(*command[3:], stdin=input.encode())
        sys.stdout.write(done.stdout)
        return done

    # Its twenty processes are run by `make demo`; what they say is looked at here.
    spec = importlib.util.spec_from_file_location("demo", ROOT / "examples/demo.py")
    assert spec is not None
    assert spec.loader is not None
    demo = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(demo)
    monkeypatch.setattr(demo, "subprocess", SimpleNamespace(run=run))
    demo.main()
    shown = capsys.readouterr().out
    assert "nginx-deploy-rolling.yaml:2:1: error: This Deployment has no apiVersion" in shown
    assert re.search(r"nginx-ds-selector.yaml:18:\d+: \w+: None of the 5 nodes", shown)


def test_links_between_documents_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
