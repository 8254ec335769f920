"""What the playground's page asks, asked here."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "playground"


@pytest.fixture(scope="module")
def judge() -> Iterator[Any]:
    """The module, as the page imports it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(FOLDER))
        yield importlib.import_module("judge")
        del sys.modules["judge"]


def example(name: str, side: str) -> str:
    (file,) = FOLDER.glob(f"examples/?-{name}.{side}.yaml")
    return file.read_text("utf-8")


def ask(judge: Any, before: str, after: str, *, practice: bool = False) -> Any:
    return json.loads(judge.judge(before, after, "1.36", practice=practice))


def brief(answer: Any) -> dict[str, tuple[str, str, str]]:
    return {part: (each["summary"], each["worst"], each["judged"]) for part, each in answer.items()}


def test_an_update(judge: Any) -> None:
    answer = ask(judge, example("rolling-update", "before"), example("rolling-update", "after"))
    assert brief(answer) == {
        "lint": ("nothing found", "good", "Judged 2 resources in 1 file for Kubernetes 1.36."),
        "plan": (
            "1 rolls out, 1 unchanged",
            "good",
            "Planned the change from before to after: 2 objects, Kubernetes 1.36.",
        ),
    }
    assert answer["plan"]["page"].startswith("<!DOCTYPE html>")


def test_mistakes(judge: Any) -> None:
    answer = ask(judge, "", example("mistakes", "after"))
    assert brief(answer) == {
        "lint": ("2 errors, 1 warning", "bad", "Judged 2 resources in 1 file for Kubernetes 1.36."),
        "plan": (
            "1 is created, 1 is refused",
            "bad",
            "Planned the first apply, for “Before” is empty: 2 objects, Kubernetes 1.36.",
        ),
    }
    assert "imagepullpolicy" in answer["lint"]["page"]


def test_advice_on_request(judge: Any) -> None:
    text = example("refused", "before")
    assert ask(judge, "", text)["lint"]["summary"] == "nothing found"
    assert ask(judge, "", text, practice=True)["lint"]["worst"] == "warning"


def test_nothing_and_what_cannot_be_read(judge: Any) -> None:
    assert brief(ask(judge, "", " \n")) == {
        "lint": ("nothing to check", "none", "Paste a manifest into “After”."),
        "plan": ("nothing to plan", "none", "Paste a Deployment, StatefulSet or DaemonSet into “After”."),
    }
    answer = brief(ask(judge, "kind: [", example("refused", "after")))
    assert answer["plan"][:2] == ("no timeline", "none")
    assert answer["plan"][2].startswith("before.yaml:")


def test_nodes_among_the_objects_are_the_nodes(judge: Any) -> None:
    text = (
        "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: agent}\nspec:\n  selector: {matchLabels: {app: agent}}\n"
        "  template:\n    metadata: {labels: {app: agent}}\n    spec: {containers: [{name: agent, image: example.com/agent:1}]}\n"
    )
    node = "---\napiVersion: v1\nkind: Node\nmetadata: {name: lonely-node}\n"
    assert "lonely-node" in ask(judge, "", text + node)["plan"]["page"]


def test_custom_resources_are_counted_as_what_they_are(judge: Any) -> None:
    answer = ask(judge, "", "apiVersion: example.com/v1\nkind: Web\nmetadata: {name: web}\n")
    assert answer["lint"]["judged"] == (
        "Judged 1 resource in 1 file for Kubernetes 1.36; 1 custom resource without a definition not at all."
    )


@pytest.mark.parametrize(
    ("name", "verdict"), [("refused", "1 is refused"), ("statefulset", "1 rolls out, 1 unchanged")]
)
def test_other_examples(judge: Any, name: str, verdict: str) -> None:
    answer = ask(judge, example(name, "before"), example(name, "after"))
    assert (answer["lint"]["summary"], answer["plan"]["summary"]) == ("nothing found", verdict)


def test_nothing_compiled_is_needed() -> None:
    """In the browser there are podplan, ruamel.yaml and the standard library, without its parts that start processes."""
    program = """
import sys
for name in ("jsonschema_rs", "_ruamel_yaml", "podplan_native", "re2", "jsonschema", "referencing", "rpds", "click"):
    sys.modules[name] = None
import json, judge
definition = '''
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: webs.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Web, plural: webs, singular: web, listKind: WebList}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties: {size: {type: integer}, host: {type: string, pattern: "^[a-z]+$"}}
---
apiVersion: example.com/v1
kind: Web
metadata: {name: web}
size: large
host: shop
'''
answer = json.loads(judge.judge("", sys.stdin.read() + "---" + definition, "1.36", practice=True))
print(answer["lint"]["summary"], "|", answer["plan"]["summary"])
assert "`size` must be a whole number" in answer["lint"]["page"], answer["lint"]["page"]
print(sorted({"sqlite3", "subprocess", "multiprocessing", "socket"} & sys.modules.keys()))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=example("mistakes", "after"),
        env={"PYTHONPATH": f"{ROOT}:{FOLDER}", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines()[1] == "[]"
