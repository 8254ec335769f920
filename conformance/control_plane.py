"""Start a control plane on loopback, and stop all of it whatever happens."""

from __future__ import annotations

import json
import secrets
import socket
import subprocess
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final

from conformance.build import API_SERVER, SCHEDULER
from conformance.client import Client
from conformance.errors import StartError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from conformance.build import Programs

LOOPBACK: Final = "127.0.0.1"

_START_SECONDS: Final = 120.0
_STOP_SECONDS: Final = 5.0  # the data is thrown away, so that nothing is lost with a part that takes longer

# Admission without ServiceAccount and Priority: a manifest is judged by itself, not by what else the cluster holds.
_API_SERVER_FLAGS: Final = (
    "--authorization-mode=RBAC",
    "--service-cluster-ip-range=10.96.0.0/16",
    "--service-account-issuer=https://kubernetes.default.svc",
    "--disable-admission-plugins=ServiceAccount,Priority",
    "--allow-privileged=true",
    "--enable-priority-and-fairness=false",
)

# Only these: a node controller would taint nodes that no kubelet reports for, and evict their pods.
_CONTROLLERS: Final = (
    "cronjob-controller",
    "daemonset-controller",
    "deployment-controller",
    "disruption-controller",
    "endpointslice-controller",
    "garbage-collector-controller",
    "job-controller",
    "namespace-controller",
    "replicaset-controller",
    "replicationcontroller-controller",
    "resourcequota-controller",
    "statefulset-controller",
)


class _Ports:
    """Free ports, as the system names them."""

    def __init__(self) -> None:
        sockets = [socket.create_server((LOOPBACK, 0)) for _ in range(3)]
        self.api, self.etcd, self.peers = (listener.getsockname()[1] for listener in sockets)
        for listener in sockets:
            listener.close()


@contextmanager
def control_plane(
    programs: Programs,
    parts: Sequence[str],
    folder: Path,
    *,
    gates: Mapping[str, bool] | None = None,
    all_apis: bool = False,
) -> Iterator[Client]:
    """Run etcd, the API server and the named other parts; yield a client of a cluster administrator.

    Args:
        programs: The programs to run.
        parts: kube-controller-manager, kube-scheduler, both or none.
        folder: A new folder for data, keys and logs.
        gates: Feature gates that differ from the version's defaults.
        all_apis: Whether alpha and beta versions of APIs are served, too.

    Raises:
        StartError: A part did not start; the text ends with what it wrote last.
    """
    folder.mkdir(parents=True)
    ports = _Ports()
    token = secrets.token_hex(16)
    (folder / "tokens.csv").write_text(f'{token},recorder,1,"system:masters"\n', encoding="utf-8")
    key = folder / "service-account.key"
    subprocess.run(  # noqa: S603  the words are made here
        ["openssl", "genrsa", "-out", str(key), "2048"],  # noqa: S607  looked up on PATH on purpose
        check=True,
        capture_output=True,
    )
    gate_flags = (
        [f"--feature-gates={','.join(f'{name}={str(on).lower()}' for name, on in gates.items())}"]
        if gates
        else []
    )
    with ExitStack() as running:
        _start(running, folder, "etcd", programs.etcd, _etcd_flags(folder, ports))
        api_flags = [
            *_API_SERVER_FLAGS,
            *gate_flags,
            f"--etcd-servers=http://{LOOPBACK}:{ports.etcd}",
            f"--secure-port={ports.api}",
            f"--bind-address={LOOPBACK}",
            f"--cert-dir={folder / 'certificates'}",
            f"--token-auth-file={folder / 'tokens.csv'}",
            f"--service-account-key-file={key}",
            f"--service-account-signing-key-file={key}",
            *(["--runtime-config=api/all=true"] if all_apis else []),
        ]
        server = _start(running, folder, API_SERVER, programs.parts[API_SERVER], api_flags)
        certificate = folder / "certificates" / "apiserver.crt"
        url = f"https://{LOOPBACK}:{ports.api}"
        _wait(certificate.exists, server, folder)
        client = running.enter_context(Client(url, token, certificate))
        _wait(lambda: _is_ready(client), server, folder)
        config = _kubeconfig(folder, url, token, certificate)
        for part in parts:
            flags = _scheduler_flags(config) if part == SCHEDULER else _controller_manager_flags(config, key)
            _start(running, folder, part, programs.parts[part], [*flags, *gate_flags])
        yield client


def _etcd_flags(folder: Path, ports: _Ports) -> list[str]:
    url = f"http://{LOOPBACK}:{ports.etcd}"
    peers = f"http://{LOOPBACK}:{ports.peers}"
    return [
        f"--data-dir={folder / 'etcd'}",
        f"--listen-client-urls={url}",
        f"--advertise-client-urls={url}",
        f"--listen-peer-urls={peers}",
        f"--initial-advertise-peer-urls={peers}",
        f"--initial-cluster=default={peers}",
        "--unsafe-no-fsync",
    ]


def _controller_manager_flags(config: Path, key: Path) -> list[str]:
    return [
        f"--kubeconfig={config}",
        f"--controllers={','.join(_CONTROLLERS)}",
        "--leader-elect=false",
        "--secure-port=0",
        "--kube-api-qps=2000",
        "--kube-api-burst=4000",
        f"--service-account-private-key-file={key}",
    ]


def _scheduler_flags(config: Path) -> list[str]:
    """Let a pod that did not fit be tried again after one second: rounds wait for it."""
    settings = {
        "apiVersion": "kubescheduler.config.k8s.io/v1",
        "kind": "KubeSchedulerConfiguration",
        "clientConnection": {"kubeconfig": str(config), "qps": 2000, "burst": 4000},
        "leaderElection": {"leaderElect": False},
        "podInitialBackoffSeconds": 1,
        "podMaxBackoffSeconds": 1,
    }
    path = config.with_name("scheduler.json")
    path.write_text(json.dumps(settings), encoding="utf-8")
    return [f"--config={path}", "--secure-port=0"]


def _kubeconfig(folder: Path, url: str, token: str, certificate: Path) -> Path:
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [
            {"name": "local", "cluster": {"server": url, "certificate-authority": str(certificate)}},
        ],
        "users": [{"name": "recorder", "user": {"token": token}}],
        "contexts": [{"name": "local", "context": {"cluster": "local", "user": "recorder"}}],
        "current-context": "local",
    }
    path = folder / "kubeconfig"
    path.write_text(json.dumps(config), encoding="utf-8")
    return path


def _start(
    running: ExitStack, folder: Path, name: str, program: Path, flags: Sequence[str]
) -> subprocess.Popen[bytes]:
    """Start a program that is stopped when `running` is left."""
    log = running.enter_context((folder / f"{name}.log").open("wb"))
    process = subprocess.Popen(  # noqa: S603  the programs were built here
        [program, *flags],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # Ctrl-C is the recorder's: it stops the parts in their order
    )
    running.callback(_stop, process)
    return process


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait(is_done: Callable[[], bool], server: subprocess.Popen[bytes], folder: Path) -> None:
    """Wait for a step of the API server's start; it also ends itself where it cannot start."""
    deadline = time.monotonic() + _START_SECONDS
    while not is_done():
        if time.monotonic() > deadline or server.poll() is not None:
            tails = "\n".join(_log_tail(folder, name) for name in (API_SERVER, "etcd"))
            raise StartError(f"{API_SERVER} did not start:\n{tails}")
        time.sleep(0.2)


def _is_ready(client: Client) -> bool:
    try:
        ready = client.ask("GET", "/readyz"), client.ask("GET", "/api/v1/namespaces/default")
    except OSError:  # it does not listen yet
        return False
    return all(answer.is_success for answer in ready)


def _log_tail(folder: Path, name: str) -> str:
    lines = (folder / f"{name}.log").read_text(encoding="utf-8", errors="replace").splitlines()
    return "\n".join(lines[-5:])
