"""The kubectl plugin's archives: how one starts, and the manifest. `make krew` builds them, which needs the package index."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

from linter.release import REPOSITORY, __version__

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType


@pytest.fixture(scope="module")
def build(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("krew/build.py")


@pytest.fixture
def plugin(root: Path, tmp_path: Path) -> Path:
    """A plugin as krew installs it: the archive's files in a store, and a link to it in a folder on PATH."""
    store = tmp_path / "store" / "podplan" / "v0.0.0"
    (store / "site-packages").mkdir(parents=True)
    for name in ("kubectl-podplan", "run.py"):
        shutil.copy(root / "packaging" / "krew" / name, store / name)
    (store / "site-packages" / "linter").symlink_to(root / "linter")
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "kubectl-podplan").symlink_to("../store/podplan/v0.0.0/kubectl-podplan")
    return programs


def run(programs: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    path = f"{programs}{os.pathsep}/usr/bin{os.pathsep}/bin"
    return subprocess.run(
        arguments, env={**os.environ, "PATH": path, **variables}, capture_output=True, text=True, check=False,
        cwd=programs.parent,
    )  # fmt: skip


def python(programs: Path, name: str, code: str = f'exec "{sys.executable}" "$@"') -> None:
    (programs / name).write_text(f"#!/bin/sh\n{code}\n")
    (programs / name).chmod(0o755)


def test_it_starts_through_the_link(plugin: Path) -> None:
    python(plugin, "python3")
    (plugin.parent / "linter.py").write_text("raise SystemExit('a stranger')\n")
    done = run(plugin, "kubectl-podplan", "--version", PYTHONPATH=".")
    assert (done.returncode, done.stdout) == (0, f"podplan, version {__version__}\n"), done.stderr


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not on PATH")
def test_kubectl_takes_it_for_its_subcommand(plugin: Path) -> None:
    python(plugin, "python3")
    (plugin / "kubectl").symlink_to(str(shutil.which("kubectl")))
    done = run(plugin, "kubectl", "podplan", "plan", "diff", "no-such-file.yaml")
    assert done.returncode == 2
    assert "use --live, or --state FILE" in done.stderr


def test_an_old_python_is_passed_over(plugin: Path) -> None:
    python(plugin, "python3", "exit 1")
    for name in ("python3.14", "python3.13", "python3.11"):
        python(plugin, name, "exit 1")
    python(plugin, "python3.12")
    assert run(plugin, "kubectl-podplan", "--version").returncode == 0
    python(plugin, "python3.12", "exit 1")
    done = run(plugin, "kubectl-podplan", "--version")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("kubectl podplan: it needs Python 3.11 to 3.14 on PATH")


def test_the_launcher_takes_the_pythons_that_the_archive_is_for(root: Path, build: ModuleType) -> None:
    launcher = (root / "packaging" / "krew" / "kubectl-podplan").read_text("utf-8")
    assert (
        f"for python in python3 {' '.join(f'python{each}' for each in reversed(build.PYTHONS))};" in launcher
    )
    first, last = (tuple(map(int, each.split("."))) for each in (build.PYTHONS[0], build.PYTHONS[-1]))
    assert f"{first} <= sys.version_info[:2] <= {last}" in launcher
    assert f"Needs Python {build.PYTHONS[0]} to {build.PYTHONS[-1]} " in (
        root / "packaging" / "krew" / "podplan.yaml"
    ).read_text("utf-8")


def test_the_manifest_is_one_that_krew_takes(root: Path, build: ModuleType) -> None:
    template = (root / "packaging" / "krew" / "podplan.yaml").read_text("utf-8")
    digests = {name: hashlib.sha256(name.encode()).hexdigest() for name in build.PLATFORMS}
    manifest: dict[str, Any] = YAML(typ="safe").load(build.fill(template, "1.2.3", digests))
    assert manifest["apiVersion"] == "krew.googlecontainertools.github.com/v1alpha2"
    assert (manifest["kind"], manifest["metadata"]) == ("Plugin", {"name": "podplan"})
    spec = manifest["spec"]
    assert (spec["version"], spec["homepage"]) == ("v1.2.3", REPOSITORY)
    # krew's own guide: at most fifty characters, and no full stop.
    assert len(spec["shortDescription"]) <= 50
    assert not spec["shortDescription"].endswith(".")
    assert all(len(line) <= 80 for field in ("description", "caveats") for line in spec[field].splitlines())
    platforms = {
        "{os}-{arch}".format(**each["selector"]["matchLabels"]): (each["uri"], each["sha256"], each["bin"])
        for each in spec["platforms"]
    }
    download = f"{REPOSITORY}/releases/download/v1.2.3/kubectl-podplan-v1.2.3"
    assert platforms == {
        name: (f"{download}-{name}.tar.gz", digests[name], "kubectl-podplan") for name in build.PLATFORMS
    }


def test_a_lock_is_installed_whole_whatever_python_builds(root: Path, build: ModuleType) -> None:
    lock = (root / "requirements" / "run.lock").read_text("utf-8")
    assert "typing-extensions==" in lock
    assert " ; " in lock
    whole = build.without_markers(lock)
    assert " ; " not in whole
    names = r"(?m)^([a-z0-9-]+==\S+)"
    assert re.findall(names, whole) == re.findall(names, lock)
    assert whole.count("--hash=") == lock.count("--hash=")


def test_the_same_folder_gives_the_same_archive(build: ModuleType, tmp_path: Path) -> None:
    written = []
    for number in range(2):
        folder = tmp_path / str(number)
        (folder / "site-packages").mkdir(parents=True)
        for name in (
            ("site-packages/b.py", "kubectl-podplan", "run.py")
            if number
            else ("run.py", "kubectl-podplan", "site-packages/b.py")
        ):
            (folder / name).write_text(name)
            os.utime(folder / name, (number, number))
        build.pack(folder, tmp_path / f"{number}.tar.gz")
        written.append((tmp_path / f"{number}.tar.gz").read_bytes())
    assert written[0] == written[1]
    with tarfile.open(tmp_path / "0.tar.gz") as tar:
        modes = {entry.name: entry.mode for entry in tar}
    assert modes == {"kubectl-podplan": 0o755, "run.py": 0o644, "site-packages/b.py": 0o644}
