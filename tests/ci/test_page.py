"""docs/ci.md: its examples are right, and it names the inputs and hooks that there are."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = YAML(typ="safe").load((ROOT / "action.yml").read_text("utf-8"))
COMPONENT = (ROOT / "templates" / "podplan.yml").read_text("utf-8")


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


def test_the_examples_are_valid() -> None:
    yaml = YAML(typ="safe")
    workflow = yaml.load(block("ci.md", "workflow"))
    assert problems("github-workflows", workflow) == []
    workflow["jobs"]["podplan"]["steps"] += yaml.load(block("ci.md", "workflow-steps-config"))
    for step in workflow["jobs"]["podplan"]["steps"]:
        assert re.search("@[0-9a-f]{40}$", step.get("uses", "@" + "0" * 40)), (
            "a tag can be moved, a commit cannot"
        )
        assert "checkout" not in step.get("uses", "") or step["with"]["persist-credentials"] is False
    assert workflow["permissions"] == {}
    assert problems("github-workflows", workflow) == []
    included = yaml.load(block("ci.md", "gitlab"))
    assert problems("gitlab-ci", included) == []
    inputs = yaml.load(COMPONENT.partition("\n---\n")[0])["spec"]["inputs"]
    assert included["include"][0]["inputs"].keys() <= inputs.keys()
    assert problems("gitlab-ci", yaml.load(block("ci.md", "gitlab-without"))) == []
    (step,) = (each for each in workflow["jobs"]["podplan"]["steps"] if "podplan@" in each.get("uses", ""))
    assert step["with"].keys() <= ACTION["inputs"].keys()


def test_the_page_names_the_inputs_and_hooks_that_there_are() -> None:
    text = (ROOT / "docs" / "ci.md").read_text("utf-8")
    hooks = {
        each["id"] for each in YAML(typ="safe").load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    }
    inputs: dict[str, Any] = YAML(typ="safe").load(COMPONENT.partition("\n---\n")[0])["spec"]["inputs"]
    named = set(re.findall(r"^\| `([a-z-]+)`", text, re.MULTILINE))
    assert named == hooks | ACTION["inputs"].keys()
    # What the component has besides is named in its own paragraph.
    _, _, component = text.partition("## GitLab CI")
    assert {each for each in inputs if each not in ACTION["inputs"]} == {"stage", "image"}
    assert "`stage`" in component
    assert "`image`" in component
    assert {each for each in ACTION["inputs"] if each not in inputs} == {"base", "extras", "sarif", "token"}


def test_the_component_is_valid() -> None:
    """What GitLab makes of it: the jobs with their defaults filled in."""
    header, _, body = COMPONENT.partition("\n---\n")
    inputs = YAML(typ="safe").load(header)["spec"]["inputs"]
    filled = re.sub(
        r"\$\[\[ inputs\.([\w-]+) \]\]", lambda match: str(inputs[match[1]]["default"]).lower(), body
    )
    assert problems("gitlab-ci", YAML(typ="safe").load(filled)) == []
