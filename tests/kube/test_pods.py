"""Pods of templates: walking containers."""

from __future__ import annotations

from linter.kube.pods import POD, containers


def test_containers_come_in_the_order_of_the_api_server() -> None:
    pod = {
        "containers": [{"name": "a"}, {"name": "b"}],
        "initContainers": [{"name": "i", "restartPolicy": "Always"}],
        "ephemeralContainers": [{"name": "e"}],
    }
    found = list(containers(pod))
    assert [each.path[len(POD) :] for each in found] == [
        ("initContainers", 0),
        ("containers", 0),
        ("containers", 1),
        ("ephemeralContainers", 0),
    ]
    assert [each.is_sidecar for each in found] == [True, False, False, False]
    assert [each.is_regular for each in found] == [False, True, True, False]


def test_a_pod_without_containers_has_none() -> None:
    assert list(containers({})) == []
