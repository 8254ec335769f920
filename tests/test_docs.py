"""The documents show what podplan really prints, and the demo runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("script", ["docs/generate.py", "docs/console.py"])
def test_documents_are_current(script: str) -> None:
    done = subprocess.run(
        [sys.executable, script, "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_demo_finds_the_two_mistakes_and_nothing_unexpected() -> None:
    done = subprocess.run(
        [sys.executable, "examples/demo.py"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nginx-deploy-rolling.yaml:2:1: error: This Deployment has no apiVersion" in done.stdout
    assert re.search(r"nginx-ds-selector.yaml:18:\d+: \w+: None of the 5 nodes", done.stdout)


def test_links_between_documents_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
