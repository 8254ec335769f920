"""podplan as a package: in a checkout with links and without, as an sdist, and as the built wheel in a clean environment."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# One process for all: the wheel is built once.
pytestmark = pytest.mark.xdist_group("package")

_LINKS = ("rules", "schemas")


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


@pytest.mark.slow
def test_the_wheel_holds_every_rule_and_schema(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("rules", "schemas"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                assert f"linter/{path.relative_to(ROOT).as_posix()}" in inside
    assert "linter/py.typed" in inside
    assert not any(name.startswith(("tests/", "rules/", "schemas/")) for name in inside)


@pytest.mark.slow
def test_the_sdist_holds_real_folders_and_makes_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    build: list[str | Path] = [sys.executable, "-m", "build", "--no-isolation", "--outdir", tmp_path]
    subprocess.run([*build, "--sdist", ROOT], check=True, capture_output=True)
    (archive,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(archive) as inside:
        assert not any(member.issym() or member.islnk() for member in inside)
        inside.extractall(tmp_path, filter="data")
    subprocess.run(
        [*build, "--wheel", tmp_path / archive.name.removesuffix(".tar.gz")], check=True, capture_output=True
    )
    (again,) = tmp_path.glob("*.whl")
    assert sorted(zipfile.ZipFile(again).namelist()) == sorted(zipfile.ZipFile(wheel).namelist())


def _python(code: str, checkout: Path) -> str:
    run = subprocess.run(
        [sys.executable, "-P", "-c", code],
        env={**os.environ, "PYTHONPATH": str(checkout)},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


_FIND = """
import importlib.util, linter
print([name for name in ("rules", "schemas", "tests", "benchmarks", "docs", "linter", "fuzz", "examples")
       if importlib.util.find_spec("linter." + name)])
from linter.rules.index import RULES
from linter.schemas import kinds
print(len(RULES) > 200, "apps/v1 Deployment" in kinds())
"""


def test_a_checkout_holds_rules_and_schemas_and_nothing_else_of_the_repository() -> None:
    assert _python(_FIND, ROOT) == "['rules', 'schemas']\nTrue True\n"


def test_a_checkout_without_links_holds_the_same(tmp_path: Path) -> None:
    for folder in ("linter", "rules", "schemas", "tests/kube"):
        shutil.copytree(
            ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", *_LINKS)
        )
    for name in _LINKS:
        (tmp_path / "linter" / name).write_text(
            f"../{name}", encoding="utf-8"
        )  # as git leaves a link that it cannot make
    assert _python(_FIND, tmp_path) == "['rules', 'schemas']\nTrue True\n"
    example = str(ROOT / "examples/nginx-deploy.yaml")
    assert _python(f"import linter; print(linter.lint([{example!r}]).findings)", tmp_path) == "()\n"


@pytest.mark.slow
@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="no git checkout: there is nothing to install from")
def test_pip_installs_it_from_git(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install", "--no-deps"]
    source = f"git+file://{ROOT}"
    subprocess.run([*pip, "--no-build-isolation", "--target", tmp_path, source], check=True)
    assert _python(_FIND, tmp_path) == "['rules', 'schemas']\nTrue True\n"


@pytest.mark.slow
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
