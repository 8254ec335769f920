"""Advice that is safe to follow: who does what a message says gets no other finding for it."""

from __future__ import annotations

import copy
import json
import re
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from linter.engine.report.finding import Finding

    Lint = Callable[..., list[Finding]]
    Object = dict[str, Any]

STRATEGIES: dict[str, Object] = {
    "Deployment": {
        "default": {},
        "1/1": {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 1}},
        "0/1": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}},
        "1/0": {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
        "25%/100%": {"rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "100%"}},
        "0/10%": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": "10%"}},
        "0/3": {"rollingUpdate": {"maxSurge": 0, "maxUnavailable": 3}},
        "recreate": {"type": "Recreate"},
    },
    "DaemonSet": {
        "default": {},
        "surge": {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
        "100%": {"rollingUpdate": {"maxSurge": "100%", "maxUnavailable": 0}},
    },
    "StatefulSet": {"default": {}, "3": {"rollingUpdate": {"maxUnavailable": 3}}},
}
PODS: dict[str, Object] = {
    "plain": {},
    "host port": {"containers": [{"name": "c", "image": "c:1", "ports": [{"containerPort": 80, "hostPort": 80}]}]},
    "host network": {"hostNetwork": True},
    "host network and port": {"hostNetwork": True, "containers": [{"name": "c", "image": "c:1", "ports": [{"containerPort": 80}]}]},
    "claim": {"volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}]},
    "claim on one node": {
        "nodeSelector": {"kubernetes.io/hostname": "a"},
        "volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}],
    },
}  # fmt: skip
MODES = ("ReadWriteOnce", "ReadWriteOncePod", "ReadWriteMany", None)


def situations(kind: str, pods: str) -> Iterator[list[Object]]:
    """Yield the objects of a run: a workload with such pods, in all its variants, with its claim and autoscaler."""
    field = "strategy" if kind == "Deployment" else "updateStrategy"
    for block, replicas, modes, scaled in product(
        STRATEGIES[kind].values(), (1, 2, 3), MODES if "claim" in pods else (None,), (False, True)
    ):
        if kind != "DaemonSet" or (replicas == 1 and not scaled):
            yield _objects(kind, field, copy.deepcopy(block), PODS[pods], replicas, modes, scaled=scaled)


def _objects(
    kind: str, field: str, block: Object, pod: Object, replicas: int, modes: str | None, *, scaled: bool
) -> list[Object]:
    labels = {"app": "a"}
    template = {
        "metadata": {"labels": labels},
        "spec": {"containers": [{"name": "c", "image": "c:1"}], **pod},
    }
    spec: Object = {"selector": {"matchLabels": labels}, "template": template, field: block}
    if kind != "DaemonSet":
        spec["replicas"] = replicas
    objects = [{"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "a"}, "spec": spec}]
    if modes:
        claim = {"accessModes": [modes], "resources": {"requests": {"storage": "1Gi"}}}
        objects.append(
            {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"}, "spec": claim}
        )
    if scaled:
        del spec["replicas"]
        target = {"apiVersion": "apps/v1", "kind": kind, "name": "a"}
        objects.append(
            {
                "apiVersion": "autoscaling/v2",
                "kind": "HorizontalPodAutoscaler",
                "metadata": {"name": "a"},
                "spec": {"scaleTargetRef": target, "minReplicas": replicas, "maxReplicas": replicas + 2},
            }
        )
    return objects


def follow(message: str, spec: Object) -> bool:
    """Do to a workload what a message says, and tell whether it says anything that can be done."""
    strategy = spec.setdefault("strategy" if "strategy" in spec else "updateStrategy", {})
    if re.search("[Ss]trategy Recreate", message):
        strategy.clear()
        strategy["type"] = "Recreate"
        return True
    numbers = {
        field: int(number)
        for field, number in re.findall(r"(maxSurge|maxUnavailable) (\d+)", _advice(message))
    }
    if most := re.search(r"[Ww]rite at most (\d+)", message):
        numbers["maxUnavailable"] = int(most[1])
    if "type RollingUpdate" in message:
        strategy.clear()
    if numbers:
        strategy.setdefault("rollingUpdate", {}).update(numbers)
    return bool(numbers) or "type RollingUpdate" in message


def _advice(message: str) -> str:
    """Return the part of a message that says what to write."""
    found = re.search("([Ww]rite|with type RollingUpdate).*", message)
    return found[0] if found else ""


@pytest.mark.parametrize("pods", PODS)
@pytest.mark.parametrize("kind", STRATEGIES)
def test_following_a_message_leads_to_no_other(kind: str, pods: str, lint: Lint) -> None:
    for objects in situations(kind, pods):
        before = lint(json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))
        for finding in before:
            changed = copy.deepcopy(objects)
            if not follow(finding.message, changed[0]["spec"]):
                assert finding.rule in WITHOUT_A_RECIPE, finding.message
                continue
            after = lint(json.dumps({"apiVersion": "v1", "kind": "List", "items": changed}))
            others = {each.rule for each in before} - {finding.rule}
            assert [each.message for each in after if each.rule not in others] == [], finding.message


WITHOUT_A_RECIPE = {"daemonset-update-at-once", "read-write-once-handover"}
"""What leaves open how it is solved: more nodes at a time, another kind of claim or workload."""


def test_the_situations_lead_to_findings(lint: Lint) -> None:
    found = {
        finding.rule
        for kind, pods in product(STRATEGIES, PODS)
        for objects in situations(kind, pods)
        for finding in lint(json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))
    }
    assert found >= {
        "daemonset-host-port-surge",
        "host-network-surge",
        "host-port-surge",
        "read-write-once-handover",
        "read-write-once-pod-handover",
        "recreate-takes-all-down",
        "rolling-update-takes-all-down",
    }
