"""The hooks, run by the real pre-commit in a repository of their own, with this work tree as their source."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Commit = Callable[[Mapping[str, str]], subprocess.CompletedProcess[str]]

# One process for all: the hooks' environment is built once.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("pre-commit")]

ROOT = Path(__file__).parent.parent.parent
HOOKS = {"podplan-lint": [], "podplan-lint-project": [], "podplan-plan": ["k8s/"]}
WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: web
          image: nginx:1.24
          ports: [{containerPort: 80}]
          readinessProbe: {httpGet: {path: /, port: 80}}
          lifecycle: {preStop: {sleep: {seconds: 5}}}
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Variables that keep git and pre-commit away from what the machine has set up, and the other way round."""
    home = tmp_path_factory.mktemp("home")
    ours = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GIT_", "PRE_COMMIT", "VIRTUAL_ENV", "GITHUB_", "PYTHONPATH"))
    }
    path = os.pathsep.join([str(Path(sys.executable).parent), ours.get("PATH", "")])
    identity = {
        f"GIT_{role}_{what}": value
        for role in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "Test"), ("EMAIL", "test@example.invalid"))
    }
    # What pip has fetched before it need not fetch again.
    cache = Path(ours.get("XDG_CACHE_HOME", Path.home() / ".cache"), "pip")
    return {
        "PIP_CACHE_DIR": str(cache),
        **ours,
        **identity,
        "PATH": path,
        "HOME": str(home),
        "GIT_CONFIG_NOSYSTEM": "1",
        "PRE_COMMIT_HOME": str(home / "pre-commit"),
        "NO_COLOR": "1",
        "PRE_COMMIT_COLOR": "never",
    }


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory, environment: Mapping[str, str]) -> Path:
    """A repository that holds the work tree as it is, as pre-commit would clone it."""
    copy = tmp_path_factory.mktemp("podplan")
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in filter(None, listing.stdout.split("\0")):
        if (ROOT / name).is_file() and not name.startswith("tests/"):
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
    commit(copy, environment)
    return copy


def commit(folder: Path, environment: Mapping[str, str]) -> None:
    """Make a repository of a folder."""
    for arguments in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "start"]):
        subprocess.run(["git", *arguments], cwd=folder, env=environment, check=True)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory, environment: Mapping[str, str], hooks: Path) -> Path:
    """A repository with one manifest and other YAML, and the hooks installed."""
    folder = tmp_path_factory.mktemp("repository")
    (folder / "k8s").mkdir()
    (folder / "k8s" / "web.yaml").write_text(WEB)
    (folder / "compose.yaml").write_text("services:\n  web: {image: nginx}\n")
    commit(folder, environment)
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=hooks, env=environment, capture_output=True, text=True, check=True
    )
    ids = "".join(f"      - id: {hook}\n        args: {arguments}\n" for hook, arguments in HOOKS.items())
    (folder / ".pre-commit-config.yaml").write_text(
        f"repos:\n  - repo: {hooks.as_uri()}\n    rev: {head.stdout.strip()}\n    hooks:\n{ids}"
    )
    subprocess.run(["pre-commit", "install", "--install-hooks"], cwd=folder, env=environment, check=True)
    # Committed, it survives the reset behind a refused commit, whichever test comes first.
    for arguments in (["add", "--all"], ["commit", "--quiet", "--no-verify", "--message", "hooks"]):
        subprocess.run(["git", *arguments], cwd=folder, env=environment, check=True)
    return folder


@pytest.fixture
def try_commit(repository: Path, environment: Mapping[str, str]) -> Commit:
    """Write files, stage everything and commit; if that is refused, take the files back."""

    def attempt(files: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        for name, text in files.items():
            (repository / name).write_text(text)
        subprocess.run(["git", "add", "--all"], cwd=repository, env=environment, check=True)
        done = subprocess.run(
            ["git", "commit", "--message", "change"],
            cwd=repository, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            subprocess.run(["git", "reset", "--quiet", "--hard"], cwd=repository, env=environment, check=True)
        return done

    return attempt


def test_a_good_commit_passes_and_shows_what_it_rolls_out(
    try_commit: Commit,
) -> None:
    done = try_commit({"k8s/web.yaml": WEB.replace("1.24", "1.25")})
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "podplan lint (staged files)" in said
    assert "Failed" not in said
    assert "nginx:1.24 → nginx:1.25" in said
    assert "scale up new 0 → 1" in said


def test_a_bad_commit_is_stopped_at_its_line(
    try_commit: Commit,
) -> None:
    done = try_commit({"k8s/web.yaml": WEB.replace("labels: {app: web}", "labels: {app: api}")})
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert "podplan lint (staged files)" in said
    assert "k8s/web.yaml:11:" in said
    assert "labels: {app: api}" in said
    assert "Traceback" not in said
    assert "\x1b" not in said


def test_yaml_that_is_no_manifest_is_left_alone(
    try_commit: Commit,
) -> None:
    done = try_commit({"compose.yaml": "services:\n  web: {image: nginx, ports: ['80:80']}\n"})
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_update_that_the_cluster_would_refuse_is_stopped(
    try_commit: Commit,
) -> None:
    changed = WEB.replace("app: web", "app: site")
    done = try_commit({"k8s/web.yaml": changed})
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert "spec.selector" in said
    assert "selector" in said.lower()


def test_a_commit_that_only_deletes_runs_the_hooks_on_the_project(
    repository: Path, environment: Mapping[str, str]
) -> None:
    (repository / "k8s" / "web.yaml").unlink()
    done = subprocess.run(
        ["git", "commit", "--all", "--message", "delete"],
        cwd=repository, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    subprocess.run(["git", "reset", "--quiet", "--hard"], cwd=repository, env=environment, check=True)
    said = done.stdout + done.stderr
    assert "podplan lint (whole project)" in said
    assert "1 is deleted" in said
