"""The GitHub Action, the examples in docs/ci.md and the contract in docs/outputs.md."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

from linter.output import json as json_output
from linter.output.plan_json import document
from linter.planner import plan

if TYPE_CHECKING:
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
