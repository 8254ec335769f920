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


def live(**fields: Any) -> dict[str, Any]:
    """A Deployment as the server holds it: it was applied, restarted since, and two of its pods are Ready."""
    item = manifest(namespace="shop", uid="d")
    item["metadata"]["annotations"] = {
        "kubectl.kubernetes.io/last-applied-configuration": json.dumps(manifest()),
        "deployment.kubernetes.io/revision": "1",
    }
    item["spec"] |= fields
    item["spec"]["template"]["metadata"]["annotations"] = {
        "kubectl.kubernetes.io/restartedAt": "2026-01-01T00:00:00Z"
    }
    item["status"] = {"replicas": 2, "updatedReplicas": 2, "readyReplicas": 2, "availableReplicas": 2}
    return item


def owned(
    item: dict[str, Any], kind: str, name: str, owner: dict[str, Any], **metadata: Any
) -> dict[str, Any]:
    reference = {
        "apiVersion": "apps/v1", "kind": owner["kind"], "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"], "controller": True,
    }  # fmt: skip
    return {
        **item,
        "kind": kind,
        "metadata": {
            "name": name,
            "namespace": "shop",
            "uid": name,
            "ownerReferences": [reference],
            **metadata,
        },
    }


def running(deployment: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a Deployment with its ReplicaSet and two pods, which are Ready."""
    template = deployment["spec"]["template"]
    labels = {**template["metadata"]["labels"], "pod-template-hash": "abc"}
    spec = {
        "replicas": 2,
        "selector": {"matchLabels": labels},
        "template": {**template, "metadata": {**template["metadata"], "labels": labels}},
    }
    status = {"replicas": 2, "readyReplicas": 2, "availableReplicas": 2}
    revision = {"deployment.kubernetes.io/revision": "1"}
    replica_set = owned(
        {"apiVersion": "apps/v1", "spec": spec, "status": status},
        "ReplicaSet", "web-abc", deployment, labels=labels, annotations=revision,
    )  # fmt: skip
    ready = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
    pod = {"apiVersion": "v1", "spec": template["spec"], "status": ready}
    pods = [owned(pod, "Pod", f"web-abc-{name}", replica_set, labels=labels) for name in "xy"]
    return [deployment, replica_set, *pods]


def test_a_diff_says_what_the_files_change(cluster: Path) -> None:
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web"},
        "spec": {"ports": [{"port": 80}]},
    }
    spec = {"ports": [{"port": 81}]}
    last = {"kubectl.kubernetes.io/last-applied-configuration": json.dumps({**service, "spec": spec})}
    metadata = {"name": "web", "namespace": "shop", "annotations": last}
    other = {**service, "metadata": metadata, "spec": spec}
    answers(cluster, [*running(live()), other])
    files = [
        manifest("example.com/web:2"),
        service,
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}},
    ]
    (cluster / "web.json").write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": files}))
    done = call("plan", "diff", "--live", "web.json")
    assert done.returncode == 0
    assert (
        done.stdout
        == """\
Deployment shop/web rolls out.
  image web: example.com/web:1 → example.com/web:2
  Always at least 2 available (of 2), at most 3 pods (4 with terminating ones). Takes 2 waves.

Service shop/web changes; no pod is touched.
  spec.ports[81]: {"port": 81, "protocol": "TCP", "targetPort": 81} → (none)
  spec.ports[80]: (none) → {"port": 80, "protocol": "TCP", "targetPort": 80}

ConfigMap shop/a is applied; the state holds no object of its kind, so that it may be there already.

1 rolls out, 1 may be new, 1 changes
"""
    )


def test_what_others_have_changed_stays(cluster: Path) -> None:
    """A restart leaves an annotation in the template, which no file has: applied again, the file changes nothing."""
    answers(cluster, running(live()))
    (cluster / "web.json").write_text(json.dumps(manifest()))
    done = call("plan", "diff", "--live", "web.json")
    assert (done.returncode, done.stdout) == (0, "1 unchanged\n")
    assert (
        json.loads(call("plan", "update", "--live", "web.json", "--format", "json").stdout)["workloads"][0][
            "differences"
        ]
        == []
    )


def test_a_diff_of_what_is_refused_or_gets_stuck(cluster: Path) -> None:
    answers(cluster, running(live()))
    file = manifest("example.com/web:2")
    file["spec"]["selector"] = {"matchLabels": {"app": "other"}}
    (cluster / "web.json").write_text(json.dumps(file))
    done = call("plan", "diff", "--live", "web.json")
    assert done.returncode == 1
    assert done.stdout.startswith("Deployment shop/web is refused by the API server:\n  spec.")
    assert "\n  spec.selector: Invalid: " in done.stdout
    (cluster / "web.json").write_text(json.dumps(manifest("example.com/web:2")))
    done = call("plan", "diff", "--live", "web.json", "--fail", "new", "--ascii")
    assert done.returncode == 1
    assert (
        "Deployment shop/web gets stuck.\n  image web: example.com/web:1 -> example.com/web:2\n"
        in done.stdout
    )
    assert "\n  Stuck: " in done.stdout


def test_what_the_server_was_asked_for_and_does_not_hold_is_new(cluster: Path) -> None:
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web"},
        "spec": {"ports": [{"port": 80}]},
    }
    (cluster / "web.json").write_text(json.dumps(service))
    answers(cluster, [])
    assert call("plan", "diff", "--live", "web.json").stdout.startswith("Service shop/web is created")
    refused = (
        'Error from server (Forbidden): services is forbidden: User "jane" cannot list resource "services"\n'
    )
    answers(cluster, [], refused, 1)
    assert call("plan", "diff", "--live", "web.json").stdout.startswith(
        "Service shop/web is applied; the state"
    )


def test_a_diff_needs_a_cluster(cluster: Path) -> None:
    done = call("plan", "diff", "web.json")
    assert done.returncode == 2
    assert "use --live, or --state FILE" in done.stderr


def test_kubectl_is_not_waited_for_without_end(cluster: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without input: kubectl asks for a password where the kubeconfig names a user without one."""
    program = cluster / "bin" / "kubectl"
    program.write_text(f"#!{sys.executable}\nimport sys\nsys.exit(repr(sys.stdin.read()))\n")
    assert "kubectl failed: ''" in call("plan", "update", "--live", "web.json").stderr
    program.write_text(f"#!{sys.executable}\nimport time\ntime.sleep(60)\n")
    monkeypatch.setattr("linter.loading.program.TIMEOUT", 0.5)
    done = call("plan", "update", "--live", "web.json")
    assert (done.returncode, done.stdout) == (3, "")
    assert "kubectl did not end within 0.5 s" in done.stderr


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
