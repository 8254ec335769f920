"""What a run imports: start-up is most of the time of most runs, so each gets what it uses and no more."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from linter.loading.yaml.plain import native_version

REPOSITORY = Path(__file__).parents[2] / "benchmarks" / "repository.py"
MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "web:1"}]}
"""
_RUN = """\
import atexit, sys
atexit.register(lambda: print(*sys.modules, file=sys.stderr))
from linter.cli.main import main
main()
"""
IS_NATIVE = native_version() is not None
MOST_COLD, MOST_WITH_CACHE, MOST_UNCHANGED = 140, 145, 49  # modules of podplan for one rich Deployment
# Found to take a millisecond or more, or to stand for a part of podplan that the run has no use for.
NEVER = {
    "argparse", "asyncio", "concurrent", "csv", "difflib", "email", "hashlib", "html", "http", "jsonschema",
    "jsonschema_rs", "linter.applysets", "linter.engine.report.baseline", "linter.engine.custom_resources", "linter.engine.custom",
    "linter.apiserver.explain", "linter.engine.fix.apply", "linter.loading.git",
    "linter.loading.yaml.composer", "linter.loading.yaml.positions", "linter.loading.render", "linter.output.html", "linter.output.sarif", "linter.planner",
    "linter.rules.practice", "logging", "multiprocessing", "socket", "ssl", "statistics", "subprocess", "tempfile",
    "sqlite3", "tomllib", "traceback", "xml",
    *(("ruamel", "_ruamel_yaml", "datetime", "pathlib", "typing", "urllib") if IS_NATIVE else ()),
}  # fmt: skip
ENGINE = {
    "linter.engine.checking",
    "linter.kube",
    "linter.loading.yaml.plain",
    "linter.rules",
    *(() if IS_NATIVE else ("ruamel", "_ruamel_yaml")),
}
CLICK = {"click", "dataclasses", "inspect"}
# What a sound object has no use for: each is loaded where something is wrong, or is written in another way.
UNNEEDED = {
    "bisect", "contextlib", "importlib", "math",
    "linter.apiserver.equality", "linter.apiserver.pod.claims", "linter.apiserver.pod.legacy_volumes", "linter.engine.documents",
    "linter.engine.fix.suggest", "linter.kube.nulls", "linter.kube.schema", "linter.loading.globs",
    "linter.loading.lines", "linter.loading.recognition", "linter.output.summary", "linter.rules.facts.near_miss",
    "linter.rules.facts.made_objects", "linter.rules.facts.selectors", "linter.rules.facts.visibility",
    *(("linter.apiserver.pod.containers", "linter.apiserver.pod.template") if IS_NATIVE else ()),
}  # fmt: skip
COMMAND_LINE = {
    *CLICK,
    "json",
    "linter.engine",
    "linter.loading",
    "pathlib",
    "_sqlite3",
    "typing",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PODPLAN_CACHE_DIR", str(tmp_path / ".cache"))
    for variable in ("GITHUB_ACTIONS", "COVERAGE_PROCESS_START"):
        monkeypatch.delenv(variable, raising=False)
    (tmp_path / "web.yaml").write_text(MANIFEST)
    return tmp_path


def imported(*arguments: str) -> set[str]:
    """Return what a run imports, and the packages that it is in."""
    done = subprocess.run(
        [sys.executable, "-I", "-c", _RUN, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ,
    )
    modules = done.stderr.split()
    return {
        ".".join(parts[:n])
        for parts in (each.split(".") for each in modules)
        for n in range(1, len(parts) + 1)
    }


@pytest.mark.parametrize("option", ["--version", "--help", "-h"])
def test_version_and_help(folder: Path, option: str) -> None:
    assert imported(option) & (NEVER | ENGINE | COMMAND_LINE) == set()
    assert not (folder / ".cache").exists()


def test_a_run_without_a_cache(folder: Path) -> None:
    found = imported("lint", "--no-cache", "web.yaml")
    assert found >= ENGINE
    assert found & (NEVER | UNNEEDED | CLICK | {"_sqlite3", "json", "linter.engine.report.records"}) == set()
    assert not (folder / ".cache").exists()


def test_only_the_rules_that_a_manifest_needs(folder: Path) -> None:
    found = imported("lint", "--no-cache", "web.yaml")
    assert found >= {"linter.apiserver.apps.deployment", "linter.rules.wiring.overlapping_selectors"}
    assert (
        found
        & {
            "linter.apiserver.autoscaling",
            "linter.apiserver.networking.ingress",
            "linter.rules.wiring.ingress_backend_missing",
        }
        == set()
    )


def test_options_are_read_by_click(folder: Path) -> None:
    assert "click" in imported("lint", "--no-cache", "--jobs", "1", "web.yaml")


def test_a_run_again(folder: Path) -> None:
    first = imported("lint", "web.yaml")
    assert first >= ENGINE | {"_sqlite3"}
    assert first & NEVER == set()
    assert (folder / ".cache").exists()
    assert (
        imported("lint", "web.yaml") & (NEVER | UNNEEDED | CLICK | ENGINE | {"json", "linter.engine.rule"})
        == set()
    )


@pytest.mark.skipif(not IS_NATIVE, reason="other modules read YAML without the compiled part")
def test_so_many_modules_and_no_more(folder: Path) -> None:
    """Each takes 0.2 ms of the run of one file that a hook waits for: whoever raises a number here knows what for."""
    runpy.run_path(str(REPOSITORY))["write"](folder / "rich", 1)
    (file,) = (folder / "rich").rglob("*.yaml")
    for options, most in ((["--no-cache"], MOST_COLD), ([], MOST_WITH_CACHE), ([], MOST_UNCHANGED)):
        ours = {name for name in imported("lint", *options, str(file)) if name.partition(".")[0] == "linter"}
        assert len(ours) <= most


def test_what_is_found_gets_its_fingerprint_without_openssl(folder: Path) -> None:
    (folder / "web.yaml").write_text(
        MANIFEST.replace("spec:\n  selector", "spec:\n  replicas: -1\n  selector")
    )
    found = imported("lint", "--no-cache", "--fail-on", "never", "web.yaml")
    assert "linter.engine.report.fingerprint" in found
    assert found & {"hashlib", "_hashlib"} == set()


def test_a_group_that_is_chosen_is_all_that_is_loaded(folder: Path) -> None:
    found = imported("lint", "--no-cache", "--select", "api", "web.yaml")
    assert "linter.apiserver.server" in found
    assert found & {"linter.rules.wiring", "linter.rules.rollout", "linter.rules.practice"} == set()
    assert "linter.rules.practice" in imported(
        "lint", "--no-cache", "--select", "practice", "--fail-on", "never", "."
    )
    assert sorted(folder.iterdir())


def test_what_is_rendered_is_not_checked(folder: Path) -> None:
    (folder / "kustomization.yaml").write_text("resources: [web.yaml]\n")
    found = imported("render", ".")
    assert "linter.applysets.kustomize" in found
    assert (
        found & {"linter.engine", "linter.apiserver", "linter.planner", "linter.rules", "subprocess"} == set()
    )


def test_plans_build_no_kustomizations(folder: Path) -> None:
    assert "linter.applysets" not in imported("plan", "create", str(folder / "web.yaml"))
