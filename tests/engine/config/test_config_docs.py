"""The examples in docs/configuration.md and docs/custom-rules.md are right."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import linter
from linter.engine.config.check_names import check_names
from linter.engine.config.file import load
from linter.engine.config.options import LintOptions
from linter.engine.config.schema import schema
from linter.engine.custom.manifests import from_policies
from linter.engine.custom.python import from_python
from linter.engine.custom.yaml import from_yaml
from linter.engine.registry import all_rules

if TYPE_CHECKING:
    from linter.engine.rule import Rule

DOCS = Path(__file__).parents[3] / "docs"
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 30
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: "nginx:1.25", resources: {limits: {memory: 8Gi}}}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def example(page: str, language: str, word: str) -> str:
    """Return the first example of a page in a language that holds a word."""
    text = (DOCS / page).read_text()
    blocks: list[str] = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    return next(block for block in blocks if word in block)


def found(rules: list[Rule]) -> list[tuple[str, str | None, str]]:
    options = LintOptions(select=("custom",), custom_rules=tuple(rules))
    report = linter.lint((), texts=[("a.yaml", DEPLOYMENT)], options=options)
    return [(each.rule, each.field, each.message) for each in report.findings]


def test_the_configuration_is_one() -> None:
    Path("podplan.yaml").write_text(example("configuration.md", "yaml", "fail-on"))
    config = load(Path("podplan.yaml"))
    check_names(config, all_rules())
    assert set(config.values) == set(schema()["properties"]) - {"$schema", "python-rules"}


def test_the_table_is_one() -> None:
    Path("pyproject.toml").write_text(example("configuration.md", "toml", "fail-on"))
    assert load(Path("pyproject.toml")).values["per-path"] == {"charts/**": {"ignore": ["practice"]}}


def test_every_setting_has_its_line() -> None:
    lines = re.findall(r"^\| `([a-z-]+)` \|", (DOCS / "configuration.md").read_text(), re.MULTILINE)
    assert set(lines) == set(schema()["properties"]) - {"$schema"}


def test_every_key_of_a_rule_has_its_line() -> None:
    text = (DOCS / "custom-rules.md").read_text()
    cells = re.findall(r"^\| (`.*?`) \|", text, re.MULTILINE)
    keys = schema("podplan-rules.schema.json")["$defs"]["rule"]["properties"]
    assert {key for cell in cells for key in re.findall(r"`(\w+)`", cell)} == set(keys)


def test_the_rules_in_yaml() -> None:
    Path("rules.yaml").write_text(example("custom-rules.md", "yaml", "team-label"))
    assert found(from_yaml(Path("rules.yaml"))) == [
        ("team-label", "metadata.labels", "Add the label `team`, so that somebody can be called."),
        ("most-replicas", "spec.replicas", "At most 20 replicas are agreed, not 30."),
        ("memory-agreed", "spec.template.spec.containers", "A container may use 4Gi of memory at most."),
    ]


def test_the_policy() -> None:
    Path("policy.yaml").write_text(example("custom-rules.md", "yaml", "ValidatingAdmissionPolicy"))
    assert found(from_policies(["policy.yaml"])) == [("few-replicas", "spec.replicas", "At most 5 replicas.")]


def test_the_rule_in_python() -> None:
    Path("rules.py").write_text(example("custom-rules.md", "python", "image-registry"))
    assert found(from_python("rules.py", Path())) == [
        (
            "image-registry",
            "spec.template.spec.containers[0].image",
            "Take the image from registry.example.com/.",
        )
    ]
