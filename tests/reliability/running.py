"""Running podplan as a process, in surroundings of all kinds."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = [sys.executable, "-m", "linter"]

SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {clusterIP: None}\n"
UNKNOWN_FIELD = SERVICE.replace("clusterIP", "typo: 1, clusterIP")
FIXABLE = SERVICE.replace("clusterIP", "ClusterIP")
"""Its one fault has one right answer: the field is spelled clusterIP."""
FIXED = SERVICE
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "web:1"}]}
"""


def podplan(
    *arguments: str | bytes, cwd: Path | None = None, env: dict[str, str] | None = None, **options: Any
) -> subprocess.CompletedProcess[bytes]:
    """Run podplan to its end. No run may end with a traceback."""
    options.setdefault("stdin", subprocess.DEVNULL)
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stderr", subprocess.PIPE)
    done: subprocess.CompletedProcess[bytes] = subprocess.run(
        [*COMMAND, *arguments], cwd=cwd, env={**os.environ, **(env or {})}, check=False, timeout=60, **options
    )
    assert b"Traceback" not in (done.stderr or b""), done.stderr.decode(errors="replace")
    return done


def without_privileges() -> None:
    """Take from root what lets it read and write everything; to be called in the child, before the program starts.

    What is dropped from the bounding set is gone once the program is executed.
    """
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        drop_from_bounding_set, dac_override, dac_read_search = 24, 1, 2
        for capability in (dac_override, dac_read_search):
            if libc.prctl(drop_from_bounding_set, capability, 0, 0, 0) != 0:
                raise OSError(ctypes.get_errno(), "prctl")
