"""Plans that start from what kubectl gets: here a stand-in that answers from a file and writes down what it was asked."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from .calling import call

if TYPE_CHECKING:
    from pathlib import Path

KUBECTL = """\
#!{python}
import json, os, sys
with open(os.path.join({folder!r}, "asked"), "a") as file:
    print(*sys.argv[1:], file=file)
if "config" in sys.argv:
    print("shop", end="")
else:
    answer = json.load(open(os.path.join({folder!r}, "answer.json")))
    print(answer["stdout"], end="")
    print(answer["stderr"], end="", file=sys.stderr)
    sys.exit(answer["code"])
"""
TEMPLATE = {
    "metadata": {"labels": {"app": "web"}},
    "spec": {"containers": [{"name": "web", "image": "example.com/web:1"}]},
}


def manifest(image: str = "example.com/web:1", **metadata: Any) -> dict[str, Any]:
    template = json.loads(json.dumps(TEMPLATE))
    template["spec"]["containers"][0]["image"] = image
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", **metadata},
        "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "web"}}, "template": template},
    }


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / "bin" / "kubectl"
    program.parent.mkdir()
    program.write_text(KUBECTL.format(python=sys.executable, folder=str(tmp_path)))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "web.json").write_text(json.dumps(manifest("example.com/web:2")))
    answers(tmp_path, [manifest(namespace="shop")])
    return tmp_path


def answers(folder: Path, items: list[dict[str, Any]], stderr: str = "", code: int = 0) -> None:
    stdout = json.dumps({"apiVersion": "v1", "kind": "List", "items": items})
    (folder / "answer.json").write_text(json.dumps({"stdout": stdout, "stderr": stderr, "code": code}))


def test_an_update_starts_from_what_is_there(cluster: Path) -> None:
    done = call("plan", "update", "--live", "web.json", "--format", "json")
    asked = (cluster / "asked").read_text().splitlines()
    assert asked[0] == "config view --minify --output=jsonpath={..namespace}"
    assert asked[1].startswith("--namespace=shop get deployments.apps,")
    assert asked[1].endswith(" --output=json")
    assert "secrets" not in asked[1]
    assert f"ran: kubectl {asked[1]}" in done.stderr
    (change,) = json.loads(done.stdout)["changes"]
    # The file names no namespace: it is applied in the context's.
    assert (change["namespace"], change["name"], change["change"]) == ("shop", "web", "rollout")


def test_context_and_namespace_are_handed_on(cluster: Path) -> None:
    answers(cluster, [manifest(namespace="test")])
    done = call("plan", "restart", "--live", "--context", "prod", "-n", "test", "--format", "json")
    (asked,) = (cluster / "asked").read_text().splitlines()
    assert asked.startswith("--context=prod --namespace=test get ")
    assert json.loads(done.stdout)["workloads"][0]["namespace"] == "test"


def test_what_may_not_be_read_is_said(cluster: Path) -> None:
    answers(cluster, [manifest(namespace="shop")], "Error from server (Forbidden): nodes is forbidden\n", 1)
    done = call("plan", "update", "--live", "web.json")
    assert "nodes is forbidden; the plan does without" in done.stderr
    assert "shop/web" in done.stdout


@pytest.mark.parametrize(
    ("stdout", "stderr", "words"),
    [
        (
            "",
            "The connection to the server was refused\n",
            "kubectl failed: The connection to the server was refused",
        ),
        ("[]", "", "kubectl failed: it said nothing"),
    ],
)
def test_a_failure_is_exit_3(cluster: Path, stdout: str, stderr: str, words: str) -> None:
    (cluster / "answer.json").write_text(json.dumps({"stdout": stdout, "stderr": stderr, "code": 1}))
    done = call("plan", "update", "--live", "web.json")
    assert (done.returncode, done.stdout) == (3, "")
    assert words in done.stderr


def test_no_kubectl(cluster: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(cluster))
    done = call("plan", "update", "--live", "web.json")
    assert done.returncode == 3
    assert "kubectl is not on PATH" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--context", "prod", "web.json"), "--context and --namespace go with --live"),
        (("--live", "--state", "web.json", "web.json"), "--live and --state exclude each other"),
    ],
)
def test_options_that_do_not_go_together(cluster: Path, arguments: tuple[str, ...], words: str) -> None:
    assert cluster
    done = call("plan", "update", *arguments)
    assert done.returncode == 2
    assert words in done.stderr
