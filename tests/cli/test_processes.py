"""Signals: Ctrl-C, SIGTERM and kill -9 leave no worker behind and no half-written file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: "3" # a comment
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: app, image: "app:1"}]}
"""


def start(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "linter", "lint", *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def group_is_gone(group: int) -> bool:
    """Tell whether no process of a group is left; a worker that was just told may need a moment."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize(("signal_", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_that_is_stopped_leaves_no_worker(signal_: signal.Signals, status: int, tmp_path: Path) -> None:
    text = "---\n".join([MANIFEST.replace('"3" # a comment', "3")] * 20)
    for number in range(400):
        (tmp_path / f"{number}.yaml").write_text(text)
    with start(tmp_path, "--no-cache", "--jobs", "2") as process:
        time.sleep(1.0)
        assert process.poll() is None, "the run was done before it could be stopped"
        process.send_signal(signal_)
        _, said = process.communicate(timeout=30)
    assert process.returncode in {status, -signal_}
    assert b"Traceback" not in said
    assert group_is_gone(process.pid)


def test_a_fix_that_is_killed_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    file = tmp_path / "web.yaml"
    mended = MANIFEST.replace('"3"', "3")
    for attempt in range(8):
        file.write_text(MANIFEST)
        with start(tmp_path, "--fix", "web.yaml") as process:
            time.sleep(0.15 + attempt * 0.12)
            process.kill()
            process.communicate()
        text = file.read_text()
        assert text in {MANIFEST, mended}
