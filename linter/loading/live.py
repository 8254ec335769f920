"""Live objects, as kubectl gets them. Nothing is changed in the cluster, and no Secret or ConfigMap is asked for."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any, NamedTuple

from linter.errors import UnreadableError
from linter.loading.limits import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from subprocess import CompletedProcess

    from linter.loading.limits import Limits

KINDS = (
    "deployments.apps",
    "replicasets.apps",
    "statefulsets.apps",
    "daemonsets.apps",
    "controllerrevisions.apps",
    "pods",
    "persistentvolumeclaims",
    "poddisruptionbudgets.policy",
    "horizontalpodautoscalers.autoscaling",
    "resourcequotas",
    "limitranges",
    "namespaces",
    "nodes",
    "priorityclasses.scheduling.k8s.io",
)
"""What a plan depends on."""


class LiveError(UnreadableError):
    """kubectl is not on PATH, or it failed."""


class Live(NamedTuple):
    """What kubectl answered."""

    objects: list[dict[str, Any]]
    namespace: str
    """The namespace that was asked."""
    command: str
    """What was run, for the user to see."""
    refused: tuple[str, ...]
    """What the user may not read, in the server's words."""


def read_live(context: str | None = None, namespace: str | None = None, *, limits: Limits = DEFAULT) -> Live:
    """Ask kubectl for all that a plan depends on.

    Args:
        context: The context of the kubeconfig; None: the current one.
        namespace: The namespace; None: the context's own.
        limits: Bounds on the answer.

    Raises:
        LiveError: kubectl is not on PATH, failed, or answered with too much.
    """
    chosen = [] if context is None else [f"--context={context}"]
    if namespace is None:
        namespace = _kubectl([*chosen, "config", "view", "--minify", "--output=jsonpath={..namespace}"])
        namespace = namespace.strip() or "default"
    words = [*chosen, f"--namespace={namespace}", "get", ",".join(KINDS), "--output=json"]
    done = _run(words)
    if len(done.stdout) > limits.file_bytes:
        raise LiveError(
            f"kubectl answered with more than {limits.file_bytes} bytes; raise the limit with --limit file-bytes=NUMBER."
        )
    try:
        # What may not be read is told on standard error, and the rest is printed nevertheless.
        answer = json.loads(done.stdout)
        items = answer["items"]
    except (ValueError, KeyError, TypeError):
        raise LiveError(f"kubectl failed: {_last(done.stderr)}") from None
    refused = tuple(line for line in done.stderr.splitlines() if line.strip()) if done.returncode else ()
    return Live(items, namespace, " ".join(["kubectl", *words]), refused)


def _kubectl(words: Sequence[str]) -> str:
    done = _run(words)
    if done.returncode:
        raise LiveError(f"kubectl failed: {_last(done.stderr)}")
    return done.stdout


def _run(words: Sequence[str]) -> CompletedProcess[str]:
    import subprocess

    program = shutil.which("kubectl")
    if program is None:
        raise LiveError(
            "kubectl is not on PATH; --live needs it. With --state FILE a plan starts from a file."
        )
    try:
        return subprocess.run(  # noqa: S603  the user asked for this very program
            [program, *words], capture_output=True, encoding="utf-8", errors="replace", check=False
        )
    except OSError as error:
        raise LiveError(f"kubectl could not be run: {error.strerror}") from None


def _last(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
