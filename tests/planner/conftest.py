from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Manifest = dict[str, Any]
Make = Callable[..., Manifest]


@pytest.fixture(scope="session")
def workload() -> Make:
    """Make a manifest: workload("Deployment", replicas=3, image="app:1", …spec fields)."""

    def make(
        kind: str,
        *,
        name: str = "web",
        image: str = "app:1",
        pod: Manifest | None = None,
        container: Manifest | None = None,
        metadata: Manifest | None = None,
        **spec: Any,
    ) -> Manifest:
        containers = [{"name": "app", "image": image, **(container or {})}]
        template = {"metadata": {"labels": {"app": name}}, "spec": {"containers": containers, **(pod or {})}}
        if kind == "StatefulSet":
            spec.setdefault("serviceName", name)
        return {
            "apiVersion": "apps/v1",
            "kind": kind,
            "metadata": {"name": name, **(metadata or {})},
            "spec": {"selector": {"matchLabels": {"app": name}}, "template": template, **spec},
        }

    return make
