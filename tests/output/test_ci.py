"""The GitHub Action, the examples in docs/ci.md and the contract in docs/outputs.md."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

from linter.output import json as json_output
from linter.output.plan_json import document
from linter.planner import plan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from linter.engine.report.finding import Report

ROOT = Path(__file__).parent.parent.parent
ACTION: dict[str, Any] = YAML(typ="safe").load((ROOT / "action.yml").read_text("utf-8"))
WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - {name: web, image: "nginx:1.24"}
"""


def block(document: str, kind: str) -> str:
    """Return a fenced block of a documentation page."""
    text = (ROOT / "docs" / document).read_text("utf-8")
    found = re.findall(rf"(?ms)^```\w+ {re.escape(kind)}\n(.*?)^```", text)
    assert len(found) == 1
    return str(found[0])


def problems(schema: str, value: Any) -> list[str]:
    """Check a value with one of the schemas that check-jsonschema ships."""
    from jsonschema.validators import validator_for

    data = json.loads(
        (files("check_jsonschema") / "builtin_schemas" / "vendor" / f"{schema}.json").read_text("utf-8")
    )
    validator = validator_for(data)(data)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def test_the_action_is_valid() -> None:
    assert problems("github-actions", ACTION) == []


def test_no_input_is_pasted_into_a_script() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step["run"]


def test_the_examples_are_valid() -> None:
    yaml = YAML(typ="safe")
    workflow = yaml.load(block("ci.md", "workflow"))
    assert problems("github-workflows", workflow) == []
    for more in ("workflow-steps-config", "workflow-steps"):
        workflow["jobs"]["podplan"]["steps"] += yaml.load(block("ci.md", more))
    for step in workflow["jobs"]["podplan"]["steps"]:
        assert re.search("@[0-9a-f]{40}$", step.get("uses", "@" + "0" * 40)), (
            "a tag can be moved, a commit cannot"
        )
        assert "checkout" not in step.get("uses", "") or step["with"]["persist-credentials"] is False
    assert workflow["permissions"] == {}
    assert problems("github-workflows", workflow) == []
    assert problems("gitlab-ci", yaml.load(block("ci.md", "gitlab"))) == []
    (step,) = (each for each in workflow["jobs"]["podplan"]["steps"] if "podplan@" in each.get("uses", ""))
    assert step["with"].keys() <= ACTION["inputs"].keys()


def test_the_page_names_the_inputs_and_hooks_that_there_are() -> None:
    text = (ROOT / "docs" / "ci.md").read_text("utf-8")
    hooks = {
        each["id"] for each in YAML(typ="safe").load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    }
    named = set(re.findall(r"^\| `([a-z-]+)`", text, re.MULTILINE))
    assert named == hooks | ACTION["inputs"].keys()


class TestAction:
    @pytest.fixture
    def repository(self, tmp_path: Path) -> Path:
        """A repository with a manifest."""
        folder = tmp_path / "repository"
        (folder / "k8s").mkdir(parents=True)
        (folder / "k8s" / "web.yaml").write_text(WEB)
        for arguments in (
            ["init", "--quiet"],
            ["config", "user.name", "Test"],
            ["config", "user.email", "test@example.invalid"],
            ["add", "--all"],
            ["commit", "--quiet", "--message", "start"],
        ):
            subprocess.run(["git", *arguments], cwd=folder, check=True)
        return folder

    @pytest.fixture
    def act(self, tmp_path: Path, repository: Path) -> Callable[..., tuple[int, str, str]]:
        """Run the steps of the action as a runner does; return exit status, log and summary."""
        installed = tmp_path / "podplan" / "bin" / "python"
        installed.parent.mkdir(parents=True)
        installed.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        installed.chmod(0o755)
        summary = tmp_path / "summary"

        def run(**given: str) -> tuple[int, str, str]:
            known = {
                f"inputs.{name}": str(each.get("default", "")) for name, each in ACTION["inputs"].items()
            }
            known |= {f"inputs.{name.replace('_', '-')}": value for name, value in given.items()}
            log = ""
            for step in ACTION["runs"]["steps"][1:]:  # podplan is installed
                output = tmp_path / f"output-{step.get('id')}"
                if step.get("if") and not (known["inputs.plan"] == "true" and known["inputs.base"]):
                    continue
                done = subprocess.run(
                    ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
                    cwd=repository,
                    env={
                        **os.environ,
                        "GITHUB_ACTIONS": "true",
                        "GITHUB_OUTPUT": str(output),
                        "GITHUB_STEP_SUMMARY": str(summary),
                        "RUNNER_TEMP": str(tmp_path),
                        **resolve(step["env"], known),
                    },
                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                )  # fmt: skip
                log += done.stdout
                if done.returncode:
                    return done.returncode, log, summary.read_text("utf-8")
                if output.exists():
                    pairs = (line.split("=", 1) for line in output.read_text("utf-8").splitlines())
                    known |= {f"steps.{step['id']}.outputs.{name}": value for name, value in pairs}
            return 0, log, summary.read_text("utf-8")

        return run

    def test_a_good_change_passes_with_its_plan(
        self, act: Callable[..., tuple[int, str, str]], repository: Path, tmp_path: Path
    ) -> None:
        (repository / "k8s" / "web.yaml").write_text(WEB.replace("1.24", "1.25"))
        sarif = str(tmp_path / "podplan.sarif")
        status, log, summary = act(paths="k8s/", base="HEAD", sarif=sarif)
        assert status == 0, log
        assert "scale up new 0 → 1" in log
        assert "podplan lint: " in summary
        assert "## podplan: what this change rolls out" in summary
        uris = re.findall(r'"uri": "([^"]+)"', Path(sarif).read_text("utf-8"))
        assert set(uris) <= {"k8s/web.yaml"}

    def test_a_bad_change_fails_with_annotations(
        self, act: Callable[..., tuple[int, str, str]], repository: Path
    ) -> None:
        (repository / "k8s" / "web.yaml").write_text(WEB.replace("labels: {app: web}", "labels: {app: api}"))
        status, log, summary = act(paths="k8s/\n", base="")
        assert status == 1
        assert "::error file=k8s/web.yaml,line=10," in log
        assert "❌ podplan lint: 1 error" in summary
        assert "rolls out" not in summary

    def test_a_refused_update_fails_unless_told_otherwise(
        self, act: Callable[..., tuple[int, str, str]], repository: Path
    ) -> None:
        (repository / "k8s" / "web.yaml").write_text(WEB.replace("app: web", "app: site"))
        status, log, summary = act(base="HEAD")
        assert status == 1, log
        assert "<code>spec.selector</code>" in summary or "`spec.selector`" in summary
        status, log, _ = act(base="HEAD", fail_on_plan="false")
        assert status == 0, log

    def test_an_unknown_base_fails(self, act: Callable[..., tuple[int, str, str]]) -> None:
        assert act(base="0" * 40)[0] != 0


TRAPS = ("venv", "pip", "ensurepip", "linter", "json", "yaml", "ruamel", "click", "jsonschema", "sitecustomize", "usercustomize",
         "hatchling", "runpy", "typing", "subprocess")  # fmt: skip


class TestActionOnAHostilePullRequest:
    @pytest.fixture
    def workspace(self, tmp_path: Path) -> Path:
        """A workspace in which every module that could be asked for leaves a trace."""
        folder = tmp_path / "workspace"
        folder.mkdir()
        program = f"open({str(tmp_path / 'executed')!r}, 'w')\n"
        for name in TRAPS[: len(TRAPS) // 2]:
            (folder / f"{name}.py").write_text(program)
        for name in TRAPS[len(TRAPS) // 2 :]:
            (folder / name).mkdir()
            (folder / name / "__init__.py").write_text(program)
            (folder / name / "__main__.py").write_text(program)
        for name in ("pyproject.toml", "setup.py", "setup.cfg", "pip.conf", "hatch_build.py"):
            (folder / name).write_text(program)
        (folder / "podplan.yaml").write_text("python-rules: [trap.py]\n")
        (folder / "trap.py").write_text(program)
        (folder / "charts.yaml").write_text("helm: auto\n")
        (folder / "Chart.yaml").write_text("name: stranger\n")
        (folder / "web.yaml").write_text(WEB)
        return folder

    def run(self, step: Mapping[str, Any], folder: Path, **variables: str) -> tuple[int, str]:
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=folder,
            env={
                **os.environ,
                "RUNNER_TEMP": str(folder.parent),
                "GITHUB_OUTPUT": str(folder.parent / "output"),
                "GITHUB_STEP_SUMMARY": str(folder.parent / "summary"),
                # As a workflow may set it, which means well.
                "PYTHONPATH": ".",
                **variables,
            },
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout

    @pytest.mark.slow
    def test_installing_runs_nothing_of_it(self, workspace: Path, tmp_path: Path) -> None:
        step = ACTION["runs"]["steps"][0]
        # Without an index pip itself, and no trap, says that it finds nothing.
        status, log = self.run(step, workspace, SOURCE=str(ROOT), PIP_NO_INDEX="1", PIP_FIND_LINKS="")
        assert status == 1
        assert "No matching distribution found for" in log
        assert not (tmp_path / "executed").exists()
        assert sorted(path.name for path in workspace.iterdir() if path.name == "__pycache__") == []

    def test_linting_runs_nothing_of_it(self, workspace: Path, tmp_path: Path) -> None:
        installed = tmp_path / "podplan" / "bin" / "python"
        installed.parent.mkdir(parents=True)
        installed.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        installed.chmod(0o755)
        given = {
            "PATHS": ".", "KUBERNETES_VERSION": "1.36", "FAIL_ON": "error", "SARIF": "", "ISOLATED": "false", "CONFIG": "",
        }  # fmt: skip
        (tmp_path / "helm").write_text(f"#!/bin/sh\ntouch {tmp_path}/executed\n")
        (tmp_path / "helm").chmod(0o755)
        given["PATH"] = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
        for config, isolated, status in (
            ("podplan.yaml", "false", 2),
            ("", "false", 2),
            ("", "true", 0),
            ("charts.yaml", "false", 0),
        ):
            log = self.run(
                ACTION["runs"]["steps"][1], workspace, **given | {"CONFIG": config, "ISOLATED": isolated}
            )[1]
            assert not (tmp_path / "executed").exists(), log
            assert f"status={status}" in (tmp_path / "output").read_text().splitlines()[-2:], log
        for arguments in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "start"]):
            identity = ["-c", "user.name=Test", "-c", "user.email=test@example.invalid"]
            subprocess.run(["git", *identity, *arguments], cwd=workspace, check=True)
        (workspace / "web.yaml").write_text(WEB.replace("1.24", "1.25"))
        log = self.run(ACTION["runs"]["steps"][2], workspace, **given | {"CONFIG": "", "BASE": "HEAD"})[1]
        assert "scale up new" in log
        assert not (tmp_path / "executed").exists()


def resolve(variables: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    """Fill in the expressions of a step's variables."""
    return {
        name: re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda match: known.get(match[1], ""), value)
        for name, value in variables.items()
    }


class TestContract:
    def test_lint(self, report: Report) -> None:
        said, done = json.loads(block("outputs.md", "lint")), json_output.as_object(report)
        assert said.keys() == done.keys()
        assert said["summary"].keys() == done["summary"].keys()
        assert said["findings"][0].keys() == done["findings"][0].keys()
        assert said["findings"][0]["resource"].keys() == done["findings"][0]["resource"].keys()

    def test_plan(self) -> None:
        said = json.loads(block("outputs.md", "plan"))
        old, new = (YAML(typ="safe").load(text) for text in (WEB, WEB.replace("1.24", "1.25")))
        done = document(plan.update([old], [new]))
        assert said.keys() <= done.keys()
        assert said["changes"][0].keys() <= done["changes"][0].keys()
        (told,), (workload,) = said["workloads"], done["workloads"]
        assert told.keys() <= workload.keys()
        for name in ("strategy", "summary"):
            assert told[name].keys() <= workload[name].keys()
        for name in ("rounds", "steps", "differences"):
            assert told[name][0].keys() <= workload[name][0].keys()
        assert told["steps"][0] == {key: workload["steps"][0][key] for key in told["steps"][0]}


def test_a_plan_since_a_revision_leaves_other_yaml_alone(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("services:\n  web: {image: nginx}\n")
    (tmp_path / "web.yaml").write_text(WEB)
    for arguments in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "start"]):
        identity = ["-c", "user.name=Test", "-c", "user.email=test@example.invalid"]
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True)
    (tmp_path / "web.yaml").write_text(WEB.replace("1.24", "1.25"))
    command = [sys.executable, "-m", "linter", "plan", "update", "--since", "HEAD"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "compose" not in done.stdout + done.stderr
    assert "None" not in done.stdout
