"""Tell whether controllers have worked off their queues, however busy the machine is."""

from __future__ import annotations

import itertools
import time
from typing import TYPE_CHECKING, Any, Final

from conformance.client import MERGE_PATCH
from conformance.errors import RecordingError
from conformance.workload import PATHS

if TYPE_CHECKING:
    from conformance.client import Client

_NAMESPACE: Final = "canary"
_CONTROLLERS: Final = {
    "Deployment": ("ReplicaSet", "Deployment"),
    "ReplicaSet": ("ReplicaSet",),
    "StatefulSet": ("StatefulSet",),
    "DaemonSet": ("DaemonSet",),
}
"""By kind of workload: the kinds whose controllers act on it."""
_LONGEST_SECONDS: Final = 60.0


class Canary:
    """A workload of each kind without pods. Once a controller has seen a change of it, it has seen what came before."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._numbers = itertools.cycle(range(1, 500))
        client.ask("POST", "/api/v1/namespaces", {"metadata": {"name": _NAMESPACE}})
        for kind in _CONTROLLERS:
            client.ask("POST", PATHS[kind].format(namespace=_NAMESPACE), _manifest(kind))

    def wait(self, kind: str) -> None:
        """Wait until a change has gone through the queues of the controllers that act on a kind.

        Raises:
            RecordingError: A controller does not answer.
        """
        for controller in _CONTROLLERS[kind]:
            path = f"{PATHS[controller].format(namespace=_NAMESPACE)}/canary"
            change = {"spec": {"minReadySeconds": next(self._numbers)}}
            changed = self._client.call("PATCH", path, change, content_type=MERGE_PATCH)
            deadline = time.monotonic() + _LONGEST_SECONDS
            while _observed(self._client.call("GET", path)) < changed["metadata"].get("generation", 0):
                if time.monotonic() > deadline:
                    raise RecordingError(f"the controller of {controller}s does not answer")
                time.sleep(0.02)


def _manifest(kind: str) -> dict[str, Any]:
    """Return a workload that has no pods: of a DaemonSet, no node has the label."""
    labels = {"app": f"canary-{kind.lower()}"}
    containers = [{"name": "app", "image": "app"}]
    template = {
        "metadata": {"labels": labels},
        "spec": {"containers": containers, "nodeSelector": {"no": "node"}},
    }
    size = {} if kind == "DaemonSet" else {"replicas": 0}
    spec = {"selector": {"matchLabels": labels}, "template": template, **size}
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "canary"}, "spec": spec}


def _observed(workload: dict[str, Any]) -> int:
    generation: int = workload.get("status", {}).get("observedGeneration", 0)
    return generation
