"""What a pod requests and is limited to, over all its containers."""

from __future__ import annotations

from typing import Any

import pytest

from linter.kube.pod_resources import pod_limits, pod_requests


def container(
    requests: dict[str, Any] | None = None, limits: dict[str, Any] | None = None, **more: Any
) -> Any:
    return {"name": "app", "resources": {"requests": requests or {}, "limits": limits or {}}, **more}


@pytest.mark.parametrize(
    ("spec", "requests", "limits"),
    [
        ({"containers": [{"name": "app"}]}, {}, {}),
        ({"containers": [container({"cpu": "500m"}), container({"cpu": 1})]}, {"cpu": "1500m"}, {}),
        # A limit is a request where none is written.
        (
            {"containers": [container({"memory": "64Mi"}, {"cpu": 2, "memory": "1Gi"})]},
            {"cpu": "2", "memory": "64Mi"},
            {"cpu": "2", "memory": "1Gi"},
        ),
        # An init container runs alone; a sidecar stays, and is there beside the init containers after it.
        (
            {"containers": [container({"cpu": 1})], "initContainers": [container({"cpu": 3})]},
            {"cpu": "3"},
            {},
        ),
        (
            {
                "containers": [container({"cpu": 1})],
                "initContainers": [
                    container({"cpu": "2500m"}),
                    container({"cpu": 1}, restartPolicy="Always"),
                    container({"cpu": "1500m"}),
                ],
            },
            {"cpu": "2500m"},
            {},
        ),
        (
            {
                "containers": [container({"cpu": 1})],
                "initContainers": [container({"cpu": 1}, restartPolicy="Always"), container({"cpu": 2})],
            },
            {"cpu": "3"},
            {},
        ),
        # The pod as a whole; its overhead.
        (
            {
                "containers": [container({"cpu": 1})],
                "resources": {"requests": {"cpu": 3}},
                "overhead": {"cpu": "250m"},
            },
            {"cpu": "3250m"},
            {},
        ),
        (
            {"containers": [container({}, {"cpu": 1})], "overhead": {"cpu": "1", "memory": "1Mi"}},
            {"cpu": "2", "memory": "1Mi"},
            {"cpu": "2"},
        ),
        (
            {"containers": [container({"nvidia.com/gpu": 1, "cpu": "many"})]},
            {"cpu": "0", "nvidia.com/gpu": "1"},
            {},
        ),
    ],
)
def test_sums(spec: Any, requests: dict[str, str], limits: dict[str, str]) -> None:
    assert {name: str(amount) for name, amount in pod_requests(spec).items()} == requests
    assert {name: str(amount) for name, amount in pod_limits(spec).items()} == limits
