"""The same input gives the same bytes: on any number of processes, from the cache or not, whatever the hash seed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FORMATS = ("text", "json", "sarif", "github", "gitlab", "junit", "markdown", "html")
EXAMPLES = Path(__file__).parents[2] / "examples"
MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: "web-{number}", labels: {{app: web}}}}
spec:
  replicas: {number}
  selector: {{matchLabels: {{app: "web-{number}"}}}}
  template:
    metadata: {{labels: {{app: "{label}", tier: front, zone: a}}}}
    spec:
      containers: [{{name: app, image: "app:latest", typo: 1, ports: [{{name: http, containerPort: 80}}]}}]
---
apiVersion: v1
kind: Service
metadata: {{name: "web-{number}"}}
spec: {{selector: {{app: "web-{number}", zone: b}}, ports: [{{port: 80, targetPort: https}}]}}
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    for number in range(12):
        text = MANIFEST.format(number=number, label=f"web-{number}" if number % 3 else "other")
        text = text if number % 4 else text.replace(", typo: 1", "")
        (folder / f"{number}.yaml").write_text(text)
    (folder / "broken.yaml").write_text("kind: Deployment\napiVersion: apps/v1\n  x: [\n")
    return folder


def output(*arguments: str, folder: Path, cache: Path, seed: str) -> bytes:
    environment = {
        **os.environ,
        "PYTHONHASHSEED": seed,
        "PODPLAN_CACHE_DIR": str(cache),
        "PYTHONUTF8": "1",
    }
    environment.pop("GITHUB_ACTIONS", None)
    done = subprocess.run(
        [sys.executable, "-m", "linter", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    return done.stdout


@pytest.mark.parametrize("form", FORMATS)
def test_lint(form: str, project: Path, tmp_path: Path) -> None:
    def lint(*more: str, seed: str) -> bytes:
        return output("lint", "--format", form, *more, folder=project, cache=tmp_path, seed=seed)

    first = lint("--no-cache", "--jobs", "1", seed="1")
    assert first
    assert lint("--no-cache", "--jobs", "3", seed="2") == first
    assert lint("--jobs", "2", seed="3") == first  # fills the cache
    assert lint(seed="4") == first  # the whole run from the cache
    (project / "0.yaml").touch()
    assert lint("--select", "api,wiring,rollout", seed="5") == first  # the files from the cache


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html", "svg"])
def test_plan(form: str, tmp_path: Path) -> None:
    def plan(seed: str) -> bytes:
        arguments = ("plan", "set-image", "nginx-sts.yaml", "nginx=x:1", "--fail", "new", "--format", form)
        return output(*arguments, folder=EXAMPLES, cache=tmp_path, seed=seed)

    assert plan("1") == plan("2")
