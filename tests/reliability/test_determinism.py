"""The same input gives the same bytes: on any number of jobs, cached or not, whatever the order of Python's sets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from linter.cli.lint.request import FORMATS
from linter.cli.plan.request import FORMATS as PLAN_FORMATS

from .running import COMMAND, DEPLOYMENT, podplan
from .strategies import recorded_scenarios, recorded_texts

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with files of all sorts, broken ones and several documents in one among them."""
    where = tmp_path_factory.mktemp("manifests")
    texts = recorded_texts()[::300]
    for number, text in enumerate(texts):
        path = where / f"{number % 7}" / f"{number}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    (where / "many.yaml").write_text("\n---\n".join(text for text in texts[::2] if "---" not in text))
    (where / "broken.yaml").write_text("kind: Deployment\napiVersion: apps/v1\n  x: [\n")
    (where / "values.yaml").write_text("a: 1\n")
    (where / "helm.yaml").write_text("{{- if .Values.a }}\nkind: Service\napiVersion: v1\n{{- end }}\n")
    return where


def reports(folder: Path, out: Path, *arguments: str, **env: str) -> dict[str, bytes]:
    """Return the report in every format, and what was said besides."""
    into = [f"--format={form}={out / form}" for form in FORMATS]
    done = podplan(
        "lint", *into, "--select", "api,wiring,rollout,practice", *arguments, ".", cwd=folder, env=env
    )
    assert done.returncode == 1
    return {form: (out / form).read_bytes() for form in FORMATS} | {"stderr": done.stderr}


def test_reports_are_the_same_bytes_on_any_number_of_jobs_cached_or_not(folder: Path, tmp_path: Path) -> None:
    cache = {"PODPLAN_CACHE_DIR": str(tmp_path / "cache")}
    first = reports(folder, tmp_path / "a", "--no-cache", "--jobs", "1", PYTHONHASHSEED="0")
    assert len(json.loads(first["json"])["findings"]) > 100
    elsewhere = {"PYTHONHASHSEED": "1", "LC_ALL": "C", "TZ": "Asia/Tokyo"}
    others = {
        "three jobs, another hash seed, place and time": reports(folder, tmp_path / "b", "--no-cache", "--jobs", "3", **elsewhere),
        "a cold cache": reports(folder, tmp_path / "c", "--jobs", "2", PYTHONHASHSEED="2", **cache),
        "the whole run from the cache": reports(folder, tmp_path / "d", PYTHONHASHSEED="3", **cache),
        # The same rules said otherwise: the files are known, the run is not.
        "its files from the cache": reports(folder, tmp_path / "e", "--fail-on", "info", "--select", "practice", PYTHONHASHSEED="4", **cache),
    }  # fmt: skip
    for name, other in others.items():
        assert other == first, name
    # With one file changed, the others come from the cache.
    changed = folder / "changed.yaml"
    changed.write_text(DEPLOYMENT)
    try:
        half = reports(folder, tmp_path / "g", PYTHONHASHSEED="5", **cache)
        assert half == reports(folder, tmp_path / "h", "--no-cache", "--jobs", "1", PYTHONHASHSEED="6")
    finally:
        changed.unlink()


def test_runs_side_by_side_share_a_cache(folder: Path, tmp_path: Path) -> None:
    expected = podplan("lint", "--no-cache", ".", cwd=folder).stdout
    env = {**os.environ, "PODPLAN_CACHE_DIR": str(tmp_path / "cache")}
    processes = [
        subprocess.Popen(
            [*COMMAND, "lint", "."], cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(4)
    ]
    for process in processes:
        out, said = process.communicate(timeout=120)
        assert out == expected
        assert said == b""


SEVERAL = """
import json, sys
from linter.cli.main import guarded
print(json.dumps([guarded(each) for each in json.loads(sys.argv[1])]))
"""


def outputs(commands: list[list[str]], folder: Path, seed: str) -> tuple[bytes, bytes]:
    """Run several commands in one process; return all that they write."""
    done = subprocess.run(
        [sys.executable, "-c", SEVERAL, json.dumps(commands)],
        cwd=folder,
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        check=True,
    )
    return done.stdout, done.stderr


def test_plans_mending_and_lists_are_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "scenarios.jsonl").write_text("\n".join(map(json.dumps, recorded_scenarios()[::32])))
    text = DEPLOYMENT.replace("replicas: 3", 'replicas: "3"').replace("image:", "Image:")
    (tmp_path / "a.yaml").write_text(text)
    (tmp_path / "b.yaml").write_text(DEPLOYMENT)
    commands = [["plan", "scenario", "scenarios.jsonl", "--format", form] for form in PLAN_FORMATS]
    commands += [
        ["plan", "set-image", "b.yaml", "web=x:1", "--fail", "new", "--format", form] for form in PLAN_FORMATS
    ]
    commands += [
        ["lint", "--diff", "a.yaml"],
        ["rules"],
        ["rules", "--format", "json"],
        ["config"],
        ["config", "--format", "json"],
    ]
    first, said = outputs(commands, tmp_path, "0")
    assert len(first) > 100_000
    assert b"+  replicas: 3" in first
    for seed in ("1", "random"):
        assert outputs(commands, tmp_path, seed) == (first, said)
