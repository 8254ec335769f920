"""`--live` with a real cluster and a real kubectl, where a control plane has been built (docs/recording.md) and kubectl is there."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conformance.applies import replay
from conformance.build import API_SERVER, CONTROLLER_MANAGER, Programs, cache_folder
from conformance.control_plane import control_plane
from linter.kube.defaults.apply import apply_defaults
from linter.planner.report.differences import differences
from linter.planner.three_way_merge import applied

from .calling import call

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DATA = Path(__file__).parents[1] / "conformance" / "apply.jsonl"
RELEASES = [each for each in sorted(cache_folder().glob("*.*.*")) if (each / CONTROLLER_MANAGER).exists()]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("cluster"),
    pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not on PATH"),
    pytest.mark.skipif(not RELEASES, reason="no control plane was built: `make record` builds one"),
    pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the keys"),
]

WEB = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web"},
    "spec": {
        "replicas": 2,
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {
                "containers": [{"name": "web", "image": "web:1", "resources": {"requests": {"cpu": "0.5"}}}]
            },
        },
    },
}


@pytest.fixture(scope="module")
def kubeconfig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cluster, and how to reach it."""
    release = RELEASES[-1]
    etcd = Path(shutil.which("etcd") or release / "etcd")
    programs = Programs(etcd, {name: release / name for name in (API_SERVER, CONTROLLER_MANAGER)})
    folder = tmp_path_factory.mktemp("cluster") / "run"
    with control_plane(programs, [CONTROLLER_MANAGER], folder):
        yield folder / "kubeconfig"


@pytest.fixture
def kubectl(
    kubeconfig: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, request: pytest.FixtureRequest
) -> Callable[..., str]:
    """Kubectl, in a new namespace that is that of the context."""
    config = json.loads(kubeconfig.read_text("utf-8"))
    namespace = request.node.name.replace("_", "-")
    config["contexts"][0]["context"]["namespace"] = namespace
    own = tmp_path / "kubeconfig"
    own.write_text(json.dumps(config))
    monkeypatch.setenv("KUBECONFIG", str(own))
    monkeypatch.chdir(tmp_path)

    def run(*words: str, manifest: Any = None) -> str:
        text = None if manifest is None else json.dumps(manifest)
        done = subprocess.run(["kubectl", *words], input=text, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("create", "namespace", namespace)
    return run


def settle(kubectl: Callable[..., str], image: str) -> None:
    """Let all pods be Ready, as a kubelet would, until the rollout to an image is through."""
    running = {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}
    patch = json.dumps({"status": running})
    for _ in range(60):
        pods = json.loads(kubectl("get", "pods", "--output=json"))["items"]
        for pod in pods:
            name = pod["metadata"]["name"]
            if pod["status"]["phase"] == "Pending":
                kubectl("patch", "pod", name, "--subresource=status", "--patch", patch)
        found = json.loads(kubectl("get", "deployment", "web", "--output=json"))
        status = found.get("status", {})
        counts = {status.get(name) for name in ("replicas", "updatedReplicas", "availableReplicas")}
        done = status.get("observedGeneration") == found["metadata"]["generation"]
        images = {pod["spec"]["containers"][0]["image"] for pod in pods}
        if done and counts == {len(pods)} == {found["spec"]["replicas"]} and images == {image}:
            return
        subprocess.run(["sleep", "0.5"], check=True)
    pytest.fail("the rollout does not come to its end")


def test_a_plan_of_what_is_there(kubectl: Callable[..., str], tmp_path: Path) -> None:
    file = tmp_path / "web.json"
    file.write_text(json.dumps(WEB))
    done = call("plan", "diff", "--live", "web.json")
    assert done.stdout.startswith("Deployment test-a-plan-of-what-is-there/web is created.\n"), done.stderr
    kubectl("apply", "--filename=web.json")
    settle(kubectl, "web:1")
    # What nobody but the server and kubectl wrote makes no difference, and neither does what others have changed.
    kubectl("rollout", "restart", "deployment/web")
    kubectl("set", "env", "deployment/web", "B=2")
    settle(kubectl, "web:1")
    kubectl("diff", "--filename=web.json")
    assert call("plan", "diff", "--live", "web.json").stdout == "1 unchanged\n"
    file.write_text(json.dumps(WEB).replace("web:1", "web:2"))
    done = call("plan", "diff", "--live", "web.json")
    assert done.stdout == (
        "Deployment test-a-plan-of-what-is-there/web rolls out.\n"
        "  image web: web:1 → web:2\n"
        "  Always at least 2 available (of 2), at most 3 pods (4 with terminating ones). Takes 2 waves.\n\n"
        "1 rolls out\n"
    )
    kubectl("apply", "--filename=web.json")
    settle(kubectl, "web:2")
    assert call("plan", "diff", "--live", "web.json").stdout == "1 unchanged\n"


def test_what_kubectl_apply_makes(kubectl: Callable[..., str], kubeconfig: Path) -> None:
    namespace = kubectl("config", "view", "--minify", "--output=jsonpath={..namespace}")
    # One of each sort: the data file has them all as a cluster answered.
    wanted = {"env-set-by-others", "surge-by-others", "volume-source", "service-created", "statefulset-same"}
    cases = [
        each for line in DATA.read_text("utf-8").splitlines() if (each := json.loads(line))["id"] in wanted
    ]
    assert len(cases) == len(wanted)
    for case in replay(cases, kubeconfig, namespace):
        merged = apply_defaults(applied(case["live"], case["file"]))
        for item in (merged, case["stored"]):
            item["metadata"].pop("annotations", None)
        assert differences(apply_defaults(case["stored"]), merged) == [], case["id"]


def test_what_the_user_may_not_read_is_left_out(kubectl: Callable[..., str], tmp_path: Path) -> None:
    rules = [
        {"apiGroups": ["", "apps"], "resources": ["deployments", "replicasets", "pods"], "verbs": ["list"]}
    ]
    kubectl(
        "apply", "--filename=-",
        manifest={"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "few"}, "rules": rules},
    )  # fmt: skip
    kubectl("create", "rolebinding", "few", "--role=few", "--user=jane")
    kubectl("apply", "--filename=-", manifest=WEB)
    config = json.loads((tmp_path / "kubeconfig").read_text("utf-8"))
    config["users"][0]["user"]["as"] = "jane"
    (tmp_path / "kubeconfig").write_text(json.dumps(config))
    (tmp_path / "web.json").write_text(json.dumps(WEB))
    done = call("plan", "update", "--live", "web.json")
    assert done.returncode == 0
    assert "nodes is forbidden" in done.stderr
    assert "deployments.apps is forbidden" not in done.stderr
    assert "Deployment test-what-the-user-may-not-read-is-left-out/web" in done.stdout
