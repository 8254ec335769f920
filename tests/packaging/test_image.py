"""What the Dockerfile says of itself. That it builds is seen where it is built: `make image`, and the release workflow."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def instructions(root: Path) -> list[tuple[str, str]]:
    """The instructions of the Dockerfile, each with its arguments on one line."""
    text = re.sub(r"(?m)^\s*#.*\n", "", (root / "Dockerfile").read_text("utf-8")).replace("\\\n", " ")
    return [
        (word, " ".join(rest.split()))
        for word, _, rest in (line.partition(" ") for line in text.splitlines() if line)
    ]


def test_hadolint_finds_nothing(root: Path) -> None:
    hadolint = shutil.which("hadolint", path=str(Path(sys.executable).parent))
    if hadolint is None:
        pytest.skip("hadolint is not installed: there is none for every platform")
    done = subprocess.run([hadolint, "Dockerfile"], cwd=root, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_it_runs_as_nobody_in_particular(instructions: list[tuple[str, str]]) -> None:
    last = instructions[[word for word, _ in instructions].index("FROM", 1) :]
    stage = last[[index for index, (word, _) in enumerate(last) if word == "FROM"][-1] :]
    users = [rest for word, rest in stage if word == "USER"]
    # A number: only so can Kubernetes tell that it is not root.
    assert users == ["65532:65532"]
    order = [word for word, _ in stage]
    assert "RUN" not in order[order.index("USER") :]
    assert ("ENTRYPOINT", '["podplan"]') in stage


def test_all_that_is_installed_is_named_by_its_digest(
    root: Path, instructions: list[tuple[str, str]]
) -> None:
    assert {word for word, _ in instructions} == {
        "ARG", "FROM", "ENV", "WORKDIR", "COPY", "RUN", "LABEL", "USER", "ENTRYPOINT", "CMD",
    }  # fmt: skip
    assert all(rest.startswith("${BASE}") for word, rest in instructions if word == "FROM")
    commands = [each for word, rest in instructions if word == "RUN" for each in rest.split(" && ")]
    pip = [each for each in commands if " -m pip " in each]
    assert len(pip) == 4
    assert all(
        "--require-hashes --only-binary :all:" in each or "--no-index --no-deps" in each for each in pip
    )
    assert all("python -I " in each for each in commands if "python" in each)
    locks = re.findall(r"requirements/(\w+)\.lock", " ".join(pip))
    assert locks == ["build", "cel"]
    assert all((root / "requirements" / f"{lock}.lock").exists() for lock in locks)
    workflow = (root / ".github" / "workflows" / "release.yml").read_text("utf-8")
    assert '--build-arg "BASE=$BASE@$digest"' in workflow
    base = re.search(r"(?m)^ARG BASE=(\S+)$", (root / "Dockerfile").read_text("utf-8"))
    assert base is not None
    assert f"BASE: {base[1]}\n" in workflow


def test_the_labels_are_those_of_the_project(root: Path, instructions: list[tuple[str, str]]) -> None:
    import tomllib

    from linter.release import DOCS, REPOSITORY

    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    (labels,) = (rest for word, rest in instructions if word == "LABEL")
    assert dict(re.findall(r'org\.opencontainers\.image\.(\w+)="([^"]*)"', labels)) == {
        "title": project["name"],
        "description": project["description"],
        "source": REPOSITORY,
        "documentation": DOCS,
        "licenses": project["license"],
        "version": "$VERSION",
        "revision": "$REVISION",
    }


def test_what_reaches_the_build_is_enough_and_no_more(
    root: Path, instructions: list[tuple[str, str]], tmp_path: Path
) -> None:
    patterns = (root / ".dockerignore").read_text("utf-8").splitlines()
    assert patterns[1] == "*"
    kept = [each[1:] for each in patterns if each.startswith("!")]
    ignored = [each for each in patterns[2:] if not each.startswith("!")]
    assert ignored == ["**/__pycache__"]
    context = tmp_path / "context"
    context.mkdir()
    for name in kept:
        if (root / name).is_dir():
            shutil.copytree(
                root / name,
                context / name,
                symlinks=True,
                ignore=lambda _, names: [each for each in names if fnmatch(each, "__pycache__")],
            )
        else:
            shutil.copy(root / name, context / name)
    (command,) = (
        each
        for word, rest in instructions
        if word == "RUN"
        for each in rest.split(" && ")
        if " wheel " in each
    )
    words = (
        command.replace("/build/bin/python", sys.executable)
        .replace("/wheels", str(tmp_path / "wheels"))
        .split()
    )
    subprocess.run(words, cwd=context, check=True, capture_output=True)
    (wheel,) = (tmp_path / "wheels").iterdir()
    assert wheel.name.startswith("podplan-")
    assert wheel.name.endswith("-py3-none-any.whl")
