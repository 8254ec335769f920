"""`podplan plan` as a user calls it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .calling import call

EXAMPLES = Path(__file__).parents[2] / "examples"
RECREATE = (EXAMPLES / "nginx-deploy-recreate.yaml").read_text("utf-8")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("nginx-deploy.yaml", "nginx-sts.yaml", "nginx-ds.yaml", "rs-nginx.yaml", "nodes.yaml"):
        (tmp_path / name).write_text((EXAMPLES / name).read_text("utf-8"), "utf-8")
    return tmp_path


def podplan(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return call("plan", *arguments, stdin=stdin.encode())


def plan(*arguments: str, stdin: str = "") -> dict[str, Any]:
    done = podplan(*arguments, "--format", "json", stdin=stdin)
    assert done.returncode in {0, 1}, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def scalings(result: dict[str, Any]) -> list[tuple[str, int, int]]:
    """Return the scale steps of the first workload: new or old, from, to."""
    workload = result["workloads"][0]
    roles = {name: revision["role"] for name, revision in workload["revisions"].items()}
    return [
        (roles[step["target"]], step["from"], step["to"])
        for step in workload["steps"]
        if step["action"] in {"scale-up", "scale-down"}
    ]


def test_a_rolling_update_of_the_tutorial() -> None:
    result = plan("set-image", "nginx-deploy.yaml", "nginx=nginx:1.25")
    assert scalings(result) == [
        ("new", 0, 1),
        ("old", 3, 2),
        ("new", 1, 2),
        ("old", 2, 1),
        ("new", 2, 3),
        ("old", 1, 0),
    ]
    summary = result["workloads"][0]["summary"]
    assert (summary["min_available"], summary["max_pods"], summary["completes"]) == (3, 4, True)


@pytest.mark.parametrize(("replicas", "pods"), [("5", ["web-2", "web-3", "web-4"]), ("1", ["web-1"])])
def test_a_statefulset_scales_in_order(replicas: str, pods: list[str]) -> None:
    steps = plan("scale", "nginx-sts.yaml", "--replicas", replicas)["workloads"][0]["steps"]
    assert [step["target"] for step in steps if step["action"] in {"create-pod", "delete-pod"}] == pods


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("create", "nginx-ds.yaml", "--nodes", "nodes.yaml"), 0, "k8s-master01"),
        (("update", "nginx-deploy.yaml", "-"), 0, "outage"),
        (("undo", "nginx-deploy.yaml", "-"), 0, "r1"),
        (("delete-pod", "nginx-sts.yaml", "web-0"), 0, "web-0"),
        (("restart", "nginx-deploy.yaml", "--fail", "new"), 1, "kubectl rollout undo"),
        (("set-image", "rs-nginx.yaml", "nginx=x:1"), 0, "ReplicaSet"),
        (("set-image", "nginx-deploy.yaml", "nope=x"), 1, "nginx"),
        (("set-image", "nginx-deploy.yaml"), 2, "CONTAINER=IMAGE"),
        (("scale", "nginx-deploy.yaml", "--replicas", "-1"), 2, "-1"),
        (("create",), 2, "FILE"),
        (("create", "gone.yaml"), 3, "does not exist"),
        (("update", "nginx-deploy.yaml"), 2, "OLD and NEW"),
        (("update", "--since", "HEAD"), 2, "git repository"),
        (("create", "nginx-deploy.yaml", "--workload", "web"), 2, "KIND/NAME"),
        (
            ("create", "nginx-deploy.yaml", "--workload", "sts/web"),
            2,
            "there is no StatefulSet/web in the input. There is `Deployment/nginx-deployment`.",
        ),
        (("create", "nginx-deploy.yaml", "--pod-startup", "soon"), 2, "20s"),
        (("create", "nginx-deploy.yaml", "--feature-gate", "X"), 2, "NAME=true"),
        (("create", "nginx-deploy.yaml", "--feature-gate", "X=true"), 2, "MaxUnavailableStatefulSet"),
        (("restart",), 2, "--state"),
        (("scenario", "nginx-deploy.yaml"), 2, "nginx-deploy.yaml:2:"),
        (
            ("drain", "k8s-node01", "nginx-deploy.yaml", "--nodes", "nodes.yaml"),
            0,
            "kubectl drain k8s-node01",
        ),
        (
            ("create", "nginx-deploy.yaml", "--nodes", "nodes.yaml", "--by", "node"),
            0,
            "node, after step",
        ),
        (("create", "nginx-ds.yaml", "--by", "node"), 0, "node-3"),
        (
            ("create", "nginx-deploy.yaml", "--by", "node"),
            2,
            "no nodes are known for the pods of Deployment default/nginx-deployment",
        ),
        (("create", "nginx-ds.yaml", "--by", "node", "--format", "json"), 2, "--format text, html or svg"),
        (("drain", "nginx-deploy.yaml", "--nodes", "nodes.yaml"), 2, "name a node"),
        (("drain", "k8s-node1", "nginx-deploy.yaml", "--nodes", "nodes.yaml"), 2, "k8s-node01"),
        (("drain", "k8s-node01"), 2, "--state"),
        (("upgrade-nodes", "nginx-deploy.yaml", "--nodes", "nodes.yaml"), 0, "Upgrade 5 nodes"),
        (
            ("upgrade-nodes", "nginx-deploy.yaml", "--nodes", "nodes.yaml", "--max-unavailable", "x"),
            2,
            "max_unavailable",
        ),
    ],
)
def test_exit_status_and_words(arguments: tuple[str, ...], status: int, words: str) -> None:
    done = podplan(*arguments, stdin=RECREATE.replace("1.24", "1.25"))
    assert done.returncode == status, done.stdout + done.stderr
    assert words in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_manifest_is_named_with_its_place(folder: Path) -> None:
    (folder / "bad.yaml").write_text("kind: Deployment\n  x: y\n")
    done = podplan("create", "bad.yaml")
    assert done.returncode == 3
    assert "bad.yaml:2:" in done.stderr


def test_a_manifest_that_the_server_refuses_is_refused(folder: Path) -> None:
    (folder / "bad.yaml").write_text(RECREATE.replace("replicas: 6", "replicas: -6"))
    result = plan("create", "bad.yaml")
    assert result["workloads"] == []
    assert result["changes"][0]["change"] == "refused"
    assert result["changes"][0]["refused"][0]["field"] == "spec.replicas"


def test_changes_since_a_revision(folder: Path) -> None:
    for arguments in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "one"],
    ):
        subprocess.run(["git", *arguments], check=True, capture_output=True)
    text = (folder / "nginx-deploy.yaml").read_text("utf-8")
    (folder / "nginx-deploy.yaml").write_text(text.replace("1.24.0-alpine", "1.25"), "utf-8")
    (folder / "nginx-ds.yaml").unlink()
    (folder / "rs-nginx.yaml").write_text(
        (folder / "rs-nginx.yaml").read_text("utf-8").replace("replicas: 3", "replicas: 4"), "utf-8"
    )
    (folder / "new.yaml").write_text(
        "apiVersion: v1\nkind: Service\nmetadata: {name: new}\nspec: {clusterIP: None}\n"
    )
    changes = {
        (each["kind"], each["name"]): each["change"] for each in plan("update", "--since", "HEAD")["changes"]
    }
    assert changes[("Deployment", "nginx-deployment")] == "rollout"
    assert changes[("DaemonSet", "nginx")] == "deleted"
    assert changes[("ReplicaSet", "nginx-replicaset")] == "scale"
    assert changes[("Service", "new")] == "created"
    assert changes[("StatefulSet", "web")] == "none"


def commit_all() -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@t"]
    for arguments in (["init", "-q"], ["add", "-A"], [*identity, "commit", "-qm", "one"]):
        subprocess.run(["git", *arguments], check=True, capture_output=True)


def test_what_can_no_longer_be_read_is_no_deletion(folder: Path) -> None:
    (folder / "old.yaml").write_text("apiVersion: v1\nkind: Service\n  a: b\n")
    commit_all()
    done = podplan("update", "--since", "HEAD", ".")
    assert done.returncode == 0
    assert "HEAD:old.yaml:3:" in done.stderr  # it was broken before, and it is left out
    (folder / "nginx-ds.yaml").write_text("apiVersion: apps/v1\nkind: DaemonSet\n  a: b\n")
    done = podplan("update", "--since", "HEAD", ".")
    assert done.returncode == 3
    assert "nginx-ds.yaml:3:" in done.stderr
    assert done.stdout == ""


def test_the_last_line_counts_what_becomes_of_the_objects(folder: Path) -> None:
    maps = [f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: conf-{number}}}\n" for number in range(40)]
    (folder / "all.yaml").write_text(
        "---\n".join([(folder / "nginx-deploy.yaml").read_text("utf-8"), *maps]), "utf-8"
    )
    done = podplan("set-image", "all.yaml", "nginx=nginx:1.25")
    assert done.stdout.splitlines()[-1] == "1 rolls out, 40 unchanged"
    assert "conf-7" not in done.stdout
    assert podplan("create", "all.yaml").stdout.splitlines()[-1] == "41 are created"


def test_the_help_says_all_of_every_command() -> None:
    shown = " ".join(podplan("--help").stdout.split())
    assert "Create the objects of the files, as `kubectl create` or a first `kubectl apply` does." in shown
    assert "..." not in shown.split("Commands:")[1].split("Examples:")[0]


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="needs the pipes that a shell makes of <(command)")
def test_a_file_out_of_a_command(folder: Path) -> None:
    old = (folder / "nginx-deploy.yaml").read_text("utf-8")
    read, write = os.pipe()
    os.write(write, old.replace("1.24.0-alpine", "1.25").encode())
    os.close(write)
    try:
        done = podplan("update", "nginx-deploy.yaml", f"/dev/fd/{read}")
    finally:
        os.close(read)
    assert done.returncode == 0, done.stderr
    assert "nginx:1.25" in done.stdout


def test_several_scenarios_in_one_call(folder: Path) -> None:
    data = Path(__file__).parents[1] / "conformance" / "rollouts.jsonl"
    lines = data.read_text("utf-8").splitlines()[:3]
    (folder / "three.json").write_text("\n".join(lines), "utf-8")
    assert len(plan("scenario", "three.json")["workloads"]) == 3


def test_a_wrong_scenario_is_named_with_its_place(folder: Path) -> None:
    (folder / "s.yaml").write_text("kind: Deployment\noperations:\n- op: scale\n  replicas: 3\n- op: jump\n")
    done = podplan("scenario", "s.yaml")
    assert done.returncode == 2
    assert "s.yaml:5:7: operations[1].op" in done.stderr


@pytest.mark.parametrize(
    ("form", "start"), [("json", "{"), ("markdown", ""), ("html", "<!doctype html"), ("svg", "<svg")]
)
def test_formats_into_a_file(form: str, start: str, folder: Path) -> None:
    done = podplan("restart", "nginx-deploy.yaml", "--format", form, "--output", "out/plan")
    assert (done.returncode, done.stdout) == (0, "")
    assert (folder / "out/plan").read_text("utf-8").lower().startswith(start)


def test_the_configuration_says_which_version(folder: Path) -> None:
    (folder / "podplan.yaml").write_text('kubernetes-version: "1.35"\n')
    assert plan("restart", "nginx-deploy.yaml")["kubernetes"] == "1.35"
    assert plan("restart", "nginx-deploy.yaml", "--kubernetes-version", "1.34")["kubernetes"] == "1.34"


def test_text_without_unicode() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "linter", "plan", "restart", "nginx-deploy.yaml"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        check=False,
    )
    assert done.returncode == 0
    assert done.stdout.isascii()


FILLED_IN = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: "${NAME}"}
spec:
  replicas: ${REPLICAS:=2}
  minReadySeconds: ${SECONDS_READY}
  selector: {matchLabels: {app: "${NAME}"}}
  template:
    metadata: {labels: {app: "${NAME}"}}
    spec: {containers: [{name: web, image: "example.org/web:1.0"}]}
---
apiVersion: v1
kind: Secret
metadata: {name: db}
data: {password: "ENC[AES256_GCM,data:Zm9v,iv:YmFy,tag:YmF6,type:str]"}
sops: {mac: "ENC[AES256_GCM,data:Zm9v,iv:YmFy,tag:YmF6,type:str]", version: 3.8.1}
"""


def test_what_is_filled_in_or_decrypted_later_is_not_refused(folder: Path) -> None:
    (folder / "old.yaml").write_text(FILLED_IN)
    (folder / "new.yaml").write_text(FILLED_IN.replace("web:1.0", "web:1.1"))
    result = plan("update", "old.yaml", "new.yaml")
    assert [(change["kind"], change["change"]) for change in result["changes"]] == [
        ("Deployment", "rollout"),
        ("Secret", "none"),
    ]
    assert result["workloads"][0]["summary"]["completes"]
    assert result["workloads"][0]["strategy"]["max_surge"] == 1
    assert result["workloads"][0]["summary"]["max_pods"] == 3


@pytest.mark.parametrize("kustomization", [False, True])
def test_what_flux_fills_in_is_planned(folder: Path, *, kustomization: bool) -> None:
    below = folder / "apps/web"
    below.mkdir(parents=True)
    (below / "web.yaml").write_text(FILLED_IN)
    if kustomization:
        (below / "kustomization.yaml").write_text("resources: [web.yaml]\n")
    (folder / "flux.yaml").write_text(
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: web}\n"
        "spec: {path: ./apps/web, postBuild: {substitute: {REPLICAS: '4', NAME: shop}}}\n"
    )
    subprocess.run(["git", "init", "-q"], check=True)
    subprocess.run(["git", "add", "-A"], check=True)
    commit = ["git", "-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "one"]
    subprocess.run(commit, check=True)
    (below / "web.yaml").write_text(FILLED_IN.replace("web:1.0", "web:1.1"))
    (workload,) = plan("update", "--since", "HEAD", ".")["workloads"]
    assert (workload["name"], workload["summary"]["min_available"]) == ("shop", 3)


def test_what_must_be_there_and_is_not_known_is_not_refused(folder: Path) -> None:
    (folder / "a.yaml").write_text(
        "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: '${APP}'}\n"
        "spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: '${CAPACITY}'}}}\n"
        "---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\n"
        "spec: {selector: {a: b}, ports: [{port: '${PORT}'}]}\n"
    )
    result = plan("create", "a.yaml")
    assert [change["change"] for change in result["changes"]] == ["created", "created"]
