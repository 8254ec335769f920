"""Containers wherever a pod spec stands: the path is the caller's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from linter.apiserver.errors import Errors
from linter.apiserver.pod.containers import validate_containers, warn_of_containers
from linter.apiserver.pod.resources import validate_overhead, validate_pod_resources
from linter.apiserver.pod.security import validate_pod_security_context
from linter.apiserver.pod.volume_names import PodVolumes
from linter.path import format_path
from linter.version import DEFAULT

if TYPE_CHECKING:
    from linter.path import FieldPath

PATHS: list[FieldPath] = [("spec",), ("spec", "jobTemplate", "spec", "template", "spec")]
"""Of a Pod, and of a CronJob."""


def container(**fields: Any) -> dict[str, Any]:
    defaults = {"imagePullPolicy": "Always", "terminationMessagePolicy": "File"}
    return {"name": "web", "image": "web:1", **defaults, **fields}


def judge(spec: dict[str, Any], path: FieldPath, volumes: PodVolumes | None = None) -> list[tuple[str, str]]:
    errors = Errors(DEFAULT)
    validate_containers(spec, path, errors, volumes=volumes or PodVolumes({}, {}), claims=())
    validate_pod_resources(spec, path, errors, claims=())
    validate_pod_security_context(spec, path, errors)
    validate_overhead(spec, path, errors)
    return [(each.field or format_path(each.path), f"{each.reason}") for each in errors.errors]


HOST_PORTS = [{"containerPort": 80, "hostPort": 80, "protocol": "TCP"}] * 2
CASES: list[tuple[dict[str, Any], str, str]] = [
    ({"containers": [container(image="")]}, "containers[0].image", "Required"),
    ({"containers": [container(ports=HOST_PORTS)]}, "containers[0].ports[1].hostPort", "Duplicate"),
    (
        {"initContainers": [container(), container(name="two", ports=HOST_PORTS)]},
        "initContainers[0].ports[1].hostPort",
        "Duplicate",
    ),
    ({"containers": [container(env=[{"value": "a"}])]}, "containers[0].env[0].name", "Required"),
    ({"containers": [container(envFrom=[{}])]}, "containers[0].envFrom", "Invalid"),
    (
        {"containers": [container(volumeMounts=[{"name": "v", "mountPath": "/v"}])]},
        "containers[0].volumeMounts[0].name",
        "NotFound",
    ),
    (
        {"containers": [container(resources={"limits": {"cpu": "-1"}})]},
        "containers[0].resources.limits[cpu]",
        "Invalid",
    ),
    ({"overhead": {"cpu": "-1"}}, "overhead.limits[cpu]", "Invalid"),
    (
        {
            "resources": {"limits": {"cpu": "1"}},
            "containers": [container(resources={"limits": {"cpu": "2"}})],
        },
        "resources.containers[0][cpu].limits",
        "Invalid",
    ),
    ({"securityContext": {"fsGroup": -1}}, "securityContext.fsGroup", "Invalid"),
    (
        {
            "securityContext": {"windowsOptions": {"hostProcess": True}},
            "containers": [container()],
        },
        "hostNetwork",
        "Invalid",
    ),
]


@pytest.mark.parametrize("path", PATHS, ids=format_path)
@pytest.mark.parametrize(("spec", "field", "reason"), CASES, ids=[case[1] for case in CASES])
def test_errors_begin_with_the_path_of_the_pod_spec(
    path: FieldPath, spec: dict[str, Any], field: str, reason: str
) -> None:
    assert judge(spec, path) == [(f"{format_path(path)}.{field}", reason)]


@pytest.mark.parametrize("path", PATHS, ids=format_path)
def test_warnings_begin_with_the_path_of_the_pod_spec(path: FieldPath) -> None:
    errors = Errors(DEFAULT)
    port = {"containerPort": 80, "protocol": "TCP"}
    warn_of_containers({"containers": [container(ports=[port, port])]}, path, errors)
    (warning,) = errors.warnings
    assert (warning.rule, warning.path) == ("repeated-ports", (*path, "containers", 0, "ports", 1))
    assert warning.message == f"The port repeats {format_path(path)}.containers[0].ports[0]."
