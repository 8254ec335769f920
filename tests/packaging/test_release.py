"""The release workflow, the lock files, the notes, and what is sent to others."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema.validators import validator_for
from ruamel.yaml import YAML

from linter.engine.config.file import FILE_NAMES
from linter.engine.config.schema import SCHEMA
from linter.release import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType


WORKFLOWS = Path(__file__).parents[2] / ".github" / "workflows"


def workflow(name: str) -> dict[str, Any]:
    return dict(YAML(typ="safe").load((WORKFLOWS / name).read_text("utf-8")))


@pytest.mark.parametrize("name", sorted(path.name for path in WORKFLOWS.iterdir()))
def test_a_workflow_keeps_no_rights_it_does_not_need(name: str) -> None:
    vendored = files("check_jsonschema") / "builtin_schemas" / "vendor" / "github-workflows.json"
    schema = json.loads(vendored.read_text("utf-8"))
    assert [each.message for each in validator_for(schema)(schema).iter_errors(workflow(name))] == []
    assert workflow(name)["permissions"] == {}
    for job in workflow(name)["jobs"].values():
        for step in job["steps"]:
            assert re.search("@[0-9a-f]{40}$", step.get("uses", "@" + "0" * 40))
            assert "checkout" not in step.get("uses", "") or step["with"]["persist-credentials"] is False
            assert "${{" not in step.get("run", "")


@pytest.mark.parametrize(
    ("name", "rights"),
    [
        ("docs.yml", {"build": set(), "publish": {"contents"}}),
        (
            "release.yml",
            {
                "build": set(),
                "publish": {"id-token", "attestations"},
                "image": {"id-token", "attestations", "packages"},
                "release": {"contents"},
            },
        ),
    ],
)
def test_what_builds_has_no_rights(name: str, rights: dict[str, set[str]]) -> None:
    jobs = workflow(name)["jobs"]
    assert rights == {
        job: {right for right, level in asked["permissions"].items() if level == "write"}
        for job, asked in jobs.items()
    }
    # What has rights runs behind the reviewers of an environment.
    assert all("environment" in jobs[job] for job in jobs if rights[job])


def test_zizmor_finds_nothing(root: Path) -> None:
    zizmor = shutil.which("zizmor", path=str(Path(sys.executable).parent))
    if zizmor is None:
        pytest.skip("zizmor is not installed")
    command = [zizmor, "--offline", "--quiet", "--no-progress", ".github/workflows", "action.yml"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def pins(text: str) -> dict[str, str]:
    """Return the versions that a lock file names, each with at least one digest."""
    lines = [
        line
        for line in text.replace("\\\n", " ").splitlines()
        if line.strip() and not line.lstrip().startswith("#")
    ]
    pattern = re.compile(r"([a-z0-9-]+)==(\S+)( ; [^-]+)?(\s+--hash=sha256:[0-9a-f]{64})+$")
    found = [pattern.match(line) for line in lines]
    assert all(found), lines
    return {match[1]: match[2] for match in found if match}


def test_the_lock_files_pin_what_is_needed(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    run, build, cel, release = (
        pins((root / "requirements" / f"{name}.lock").read_text("utf-8"))
        for name in ("run", "build", "cel", "release")
    )
    assert named(project["project"]["dependencies"]) <= run.keys()
    assert named(project["build-system"]["requires"]) <= build.keys()
    assert named(project["project"]["optional-dependencies"]["cel"]) <= cel.keys()
    assert run.items() <= cel.items()
    assert {"build", "cyclonedx-bom"} <= release.keys()
    # What is installed together agrees.
    for one, other in ((run, build), (build, release), (build, cel)):
        assert {name: one[name] for name in one.keys() & other.keys()} == {
            name: other[name] for name in one.keys() & other.keys()
        }


def named(requirements: Iterable[str]) -> set[str]:
    """Return the names of what is required, as lock files spell them."""
    return {re.split(r"[><=]", each)[0].replace(".", "-") for each in requirements}


CHANGELOG = "# Changelog\n\n## Unreleased\n\n- c\n\n## 0.2.0 - 2026-01-02\n\n- b\n\n### More\n\n- b2\n\n## [0.1.0] - 2026-01-01\n\n- a\n\n## 0.0.1\n"


def test_the_notes_of_a_release(script: Callable[[str], ModuleType]) -> None:
    notes = script("notes.py").notes
    assert notes(CHANGELOG, "0.2.0") == "- b\n\n### More\n\n- b2\n"
    assert notes(CHANGELOG, "0.1.0") == "- a\n"
    for version in ("0.0.1", "0.2", "1.0.0"):
        with pytest.raises(ValueError, match=r"CHANGELOG\.md says nothing of"):
            notes(CHANGELOG, version)


def test_the_entry_for_schemastore(root: Path) -> None:
    entry = json.loads((root / "packaging" / "schemastore" / "catalog-entry.json").read_text("utf-8"))
    assert entry.keys() == {"name", "description", "fileMatch", "url"}
    assert entry["fileMatch"] == [*FILE_NAMES]
    raw = REPOSITORY.replace("https://github.com/", "https://raw.githubusercontent.com/")
    assert entry["url"] == f"{raw}/main/schemas/{SCHEMA}"
    assert (root / "schemas" / SCHEMA).exists()
    schema = json.loads((root / "schemas" / SCHEMA).read_text("utf-8"))
    validator_for(schema).check_schema(schema)
