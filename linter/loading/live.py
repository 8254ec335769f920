"""Live objects, as kubectl gets them. Nothing is changed in the cluster, and no Secret or ConfigMap is asked for."""

from __future__ import annotations

import json
import shutil

from linter.errors import UnreadableError
from linter.light_typing import NamedTuple
from linter.loading.limits import DEFAULT
from linter.loading.program import ProgramError, run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, Final

    from linter.loading.limits import Limits
    from linter.loading.program import Answer

KINDS: Final = {
    "deployments.apps": "Deployment",
    "replicasets.apps": "ReplicaSet",
    "statefulsets.apps": "StatefulSet",
    "daemonsets.apps": "DaemonSet",
    "controllerrevisions.apps": "ControllerRevision",
    "pods": "Pod",
    "services": "Service",
    "persistentvolumeclaims": "PersistentVolumeClaim",
    "persistentvolumes": "PersistentVolume",
    "poddisruptionbudgets.policy": "PodDisruptionBudget",
    "horizontalpodautoscalers.autoscaling": "HorizontalPodAutoscaler",
    "resourcequotas": "ResourceQuota",
    "limitranges": "LimitRange",
    "namespaces": "Namespace",
    "nodes": "Node",
    "priorityclasses.scheduling.k8s.io": "PriorityClass",
}
"""What a plan depends on: kinds by their resource."""


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
    listed: frozenset[str]
    """The kinds of which all objects of the namespace are there."""


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
        view = _kubectl([*chosen, "config", "view", "--minify", "--output=jsonpath={..namespace}"])
        if view.status:
            raise LiveError(f"kubectl failed: {view.reason}")
        namespace = view.stdout.decode("utf-8", "replace").strip() or "default"
    words = [*chosen, f"--namespace={namespace}", "get", ",".join(KINDS), "--output=json"]
    answer = _kubectl(words)
    if len(answer.stdout) > limits.file_bytes:
        raise LiveError(
            f"kubectl answered with more than {limits.file_bytes} bytes; raise the limit with --limit file-bytes=NUMBER."
        )
    try:
        # What may not be read is told on standard error, and the rest is printed nevertheless.
        items = json.loads(answer.stdout)["items"]
    except (ValueError, KeyError, TypeError):
        raise LiveError(f"kubectl failed: {answer.reason}") from None
    refused = tuple(line for line in answer.stderr.splitlines() if line.strip()) if answer.status else ()
    listed = frozenset(
        kind for resource, kind in KINDS.items() if not any(f": {resource} is " in line for line in refused)
    )
    return Live(items, namespace, " ".join(["kubectl", *words]), refused, listed)


def _kubectl(words: Sequence[str]) -> Answer:
    program = shutil.which("kubectl")
    if program is None:
        raise LiveError(
            "kubectl is not on PATH; --live needs it. With --state FILE a plan starts from a file."
        )
    try:
        return run([program, *words])
    except ProgramError as error:
        raise LiveError(str(error)) from None
