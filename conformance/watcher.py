"""Tell when controllers have come to rest."""

from __future__ import annotations

import http.client
import threading
import time
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from conformance.errors import RecordingError
from conformance.workload import PATHS

if TYPE_CHECKING:
    from conformance.client import Client

_WATCHED: Final = (
    "ControllerRevision",
    "DaemonSet",
    "Deployment",
    "PersistentVolumeClaim",
    "Pod",
    "PodDisruptionBudget",
    "ReplicaSet",
    "StatefulSet",
)
_LONGEST_SECONDS: Final = 90.0


class Scaling(NamedTuple):
    """A change of a ReplicaSet's `spec.replicas`."""

    template: str
    before: int
    after: int


class Watcher:
    """Watches the objects of all namespaces for as long as the context lasts."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._stopped = threading.Event()
        self._changed: dict[str, float] = {}
        self._sizes: dict[str, int] = {}
        self._scalings: defaultdict[str, list[Scaling]] = defaultdict(list)

    def __enter__(self) -> Self:
        for kind in _WATCHED:
            threading.Thread(target=self._watch, args=(kind,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()

    def _watch(self, kind: str) -> None:
        path = PATHS[kind].replace("namespaces/{namespace}/", "")
        while not self._stopped.is_set():
            try:
                for event in self._client.watch(path):
                    self._note(kind, event)
            except (OSError, http.client.HTTPException, ValueError):
                pass  # the server has ended it; a new watch names again what there is
            self._stopped.wait(0.05)

    def _note(self, kind: str, event: dict[str, Any]) -> None:
        metadata = event["object"].get("metadata", {})
        namespace = metadata.get("namespace", "")
        self._changed[namespace] = time.monotonic()
        if kind == "ReplicaSet" and event["type"] in {"ADDED", "MODIFIED"}:
            template = metadata.get("labels", {}).get("pod-template-hash")
            before, after = self._sizes.get(metadata["uid"], 0), event["object"]["spec"]["replicas"]
            if template and before != after:
                self._scalings[namespace].append(Scaling(template, before, after))
            self._sizes[metadata["uid"]] = after

    def wait_for_rest(self, namespace: str, quiet: float) -> None:
        """Wait until nothing has changed in a namespace for `quiet` seconds.

        Raises:
            RecordingError: Something changes all the time, or the context was left.
        """
        started = time.monotonic()
        while time.monotonic() - max(self._changed.get(namespace, started), started) < quiet:
            if time.monotonic() - started > _LONGEST_SECONDS:
                raise RecordingError("does not come to rest")
            if self._stopped.wait(0.02):
                raise RecordingError("interrupted")

    def last_change(self, namespace: str) -> float:
        """Return when something changed in a namespace, in monotonic seconds."""
        return self._changed.get(namespace, 0.0)

    def take_scalings(self, namespace: str) -> list[Scaling]:
        """Return the scalings that were seen since the last call."""
        return self._scalings.pop(namespace, [])
