"""Ask what `kubectl apply` makes of a live object: a case of tests/conformance/apply.jsonl, played on a real cluster."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

from conformance.errors import RecordingError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

Object = dict[str, Any]

_OF_THIS_CLUSTER = ("creationTimestamp", "generation", "managedFields", "resourceVersion", "uid")


def play(case: Mapping[str, Any], kubeconfig: Path, namespace: str) -> dict[str, Object]:
    """Apply what a case applies first, change it as others do, and apply its file as a dry run.

    Args:
        case: With `before`, a manifest (`created` says that `kubectl create` makes it), `drift`, commands of kubectl, and `file`.
        kubeconfig: How to reach the cluster.
        namespace: A namespace that holds no object of that name.

    Returns:
        `live`, the object before the file is applied, and `stored`, what it would be afterwards.

    Raises:
        RecordingError: kubectl failed.
    """

    def kubectl(*words: str, manifest: Object | None = None) -> str:
        done = subprocess.run(  # noqa: S603  the words are those of the case
            ["kubectl", f"--namespace={namespace}", *words],  # noqa: S607  looked up on PATH on purpose
            input=None if manifest is None else json.dumps(manifest),
            env={**os.environ, "KUBECONFIG": str(kubeconfig)},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RecordingError(f"{case['id']}: kubectl {' '.join(words)}: {done.stderr.strip()}")
        return done.stdout

    before = case["before"]
    kubectl("create" if case.get("created") else "apply", "--filename=-", manifest=before)
    for command in case["drift"]:
        kubectl(*command)
    target = f"{before['kind']}/{before['metadata']['name']}"
    live = json.loads(kubectl("get", target, "--output=json"))
    stored = kubectl("apply", "--dry-run=server", "--output=json", "--filename=-", manifest=case["file"])
    kubectl("delete", target, "--wait=false", "--cascade=background")
    return {"live": comparable(live), "stored": comparable(json.loads(stored))}


def comparable(item: Object) -> Object:
    """Return an object without what is another in each cluster, and without its status."""
    metadata = {key: value for key, value in item["metadata"].items() if key not in _OF_THIS_CLUSTER}
    return {key: value for key, value in item.items() if key != "status"} | {"metadata": metadata}


def replay(cases: Sequence[Mapping[str, Any]], kubeconfig: Path, namespace: str) -> list[dict[str, Any]]:
    """Play all cases anew; return them with what came out."""
    return [{**case, **play(case, kubeconfig, namespace)} for case in cases]
