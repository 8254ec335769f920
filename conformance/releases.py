"""Releases of Kubernetes, and whether there is a newer one than podplan knows."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from conformance.errors import RecordingError
from linter.version import KubeVersion

if TYPE_CHECKING:
    from collections.abc import Iterable

MODULE = "k8s.io/kubernetes"


def parse_release(text: str) -> KubeVersion:
    """Read a release such as `1.38.0`, also of a minor version that podplan does not know yet.

    Raises:
        RecordingError: The text is not a release.
    """
    parts = text.removeprefix("v").split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        raise RecordingError(f"`{text}` is not a release of Kubernetes; write it like 1.38.0.")
    return KubeVersion(*map(int, parts))


def published() -> list[KubeVersion]:
    """Ask the Go module index for the releases of Kubernetes, in order.

    Raises:
        RecordingError: The index could not be asked.
    """
    command = ["go", "list", "-m", "-versions", MODULE]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  its words are fixed
    if asked.returncode != 0:
        raise RecordingError(f"The Go module index could not be asked: {asked.stderr.strip()}")
    return releases_in(asked.stdout.split())


def releases_in(words: Iterable[str]) -> list[KubeVersion]:
    """Pick the releases of Kubernetes 1 among versions of the module; `v1.38.0-rc.0` is not one."""
    return sorted(parse_release(word) for word in words if word.startswith("v1.") and "-" not in word)


def advice(releases: list[KubeVersion], newest: KubeVersion) -> str:
    """Say whether a minor version newer than `newest` is released, and what podplan would need for it."""
    newer = [release for release in releases if release[:2] > newest[:2]]
    if not newer:
        return (
            f"Kubernetes {newest.release} is the newest; its latest release is {_latest(releases, newest)}."
        )
    found = f"Kubernetes {newer[-1]} is released; podplan knows {newest.release}."
    steps = [
        f"{number}. {step}"
        for number, step in enumerate(_steps(sorted({release[:2] for release in newer}), newer), start=1)
    ]
    return "\n".join([found, "What it needs (docs/recording.md):", *steps])


def _steps(minors: list[tuple[int, int]], newer: list[KubeVersion]) -> list[str]:
    record = [
        f"make record KUBERNETES={max(release for release in newer if release[:2] == minor)}"
        for minor in minors
    ]
    newest = "{}.{}".format(*minors[-1])
    return [
        *record,
        f"linter/version.py: NEWEST and DEFAULT become {newest}; linter/kube/gates.py: what gates are on by default",
        "make schemas",
        "work through the tables that `make record` has printed; `make test` fails until podplan agrees",
        "docs/versions.md, CHANGELOG.md",
    ]


def _latest(releases: list[KubeVersion], version: KubeVersion) -> str:
    known = [release for release in releases if release[:2] == version[:2]]
    return str(known[-1]) if known else "not in the index"
