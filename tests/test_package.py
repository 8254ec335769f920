"""The built wheel, installed into a clean environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT],
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_holds_every_rule_and_schema(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("rules", "schemas"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert f"linter/{path.relative_to(ROOT).as_posix()}" in inside
    assert "linter/py.typed" in inside
    assert not any(name.startswith(("tests/", "rules/", "schemas/")) for name in inside)


def test_lint_and_plan_from_the_wheel(wheel: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        f"{tmp_path}/venv",
        "--disable-pip-version-check",
        "--quiet",
    ]
    subprocess.run([*pip, "install", str(wheel)], check=True)
    podplan = tmp_path / "venv/bin/podplan"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    lint = subprocess.run(
        [podplan, "lint", "--format", "json", ROOT / "examples/nginx-deploy-rolling.yaml"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment,
        check=False,
    )
    assert lint.returncode == 1, lint.stderr
    assert [each["rule"] for each in json.loads(lint.stdout)["findings"]] == ["missing-api-version"]
    plan = subprocess.run(
        [
            podplan,
            "plan",
            "set-image",
            ROOT / "examples/nginx-deploy.yaml",
            "nginx=nginx:1.25",
            "--format",
            "json",
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment,
        check=False,
    )
    assert plan.returncode == 0, plan.stderr
    assert json.loads(plan.stdout)["workloads"][0]["summary"]["completes"] is True
