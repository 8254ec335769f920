from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def workload() -> Callable[..., str]:
    """Write the manifest of a workload called web from the lines that matter to a test."""

    def write(
        kind: str = "Deployment",
        spec: str = "",
        container: str = "",
        pod: str = "",
        *,
        image: str = "nginx:1.25",
    ) -> str:
        return (
            f"apiVersion: apps/v1\nkind: {kind}\nmetadata:\n  name: web\nspec:\n{_lines(spec, 2)}"
            "  selector:\n    matchLabels: {app: web}\n"
            f"  template:\n    metadata:\n      labels: {{app: web}}\n    spec:\n{_lines(pod, 6)}"
            f"      containers:\n      - name: web\n        image: {image}\n{_lines(container, 8)}"
        )

    return write


def _lines(text: str, indent: int) -> str:
    lines = textwrap.dedent(text).strip("\n")
    return textwrap.indent(lines, " " * indent) + "\n" if lines else ""
