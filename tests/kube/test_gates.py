from __future__ import annotations

import pytest

from linter.kube.gates import (
    LAZY_DAEMON_SET_NODE_UPDATES,
    MAX_UNAVAILABLE_STATEFUL_SET,
    PARALLEL_REPLACES_UNAVAILABLE_PODS,
    enabled,
)
from linter.version import parse_version


@pytest.mark.parametrize(
    ("version", "on"),
    [
        ("1.30", False),
        ("1.34.9", False),
        ("1.35.0", True),
        ("v1.35.3", True),
        ("1.35.4", False),
        ("1.35", False),
        ("1.36", False),
        ("1.36.2", False),
        ("1.37", True),
    ],
)
def test_max_unavailable_comes_and_goes(version: str, on: bool) -> None:  # noqa: FBT001  a parameter of the table
    assert enabled(MAX_UNAVAILABLE_STATEFUL_SET, parse_version(version)) is on


def test_a_gate_can_be_set() -> None:
    gates = {MAX_UNAVAILABLE_STATEFUL_SET: True}
    assert enabled(MAX_UNAVAILABLE_STATEFUL_SET, parse_version("1.36"), gates)


def test_node_updates_became_lazy() -> None:
    assert not enabled(LAZY_DAEMON_SET_NODE_UPDATES, parse_version("1.31.1"))
    assert enabled(LAZY_DAEMON_SET_NODE_UPDATES, parse_version("1.36.2"))


def test_unavailable_pods_came_to_be_replaced() -> None:
    assert not enabled(PARALLEL_REPLACES_UNAVAILABLE_PODS, parse_version("1.36.2"))
    assert enabled(PARALLEL_REPLACES_UNAVAILABLE_PODS, parse_version("1.37.0"))
