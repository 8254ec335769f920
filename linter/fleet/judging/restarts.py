"""What a restart of a workload comes to: simulated once for all that differ in nothing a restart depends on.

Overlays and copies of a template make workloads that differ in names, labels, images and the like. A restart without a state reads
none of them: each workload is given the name and the labels of a stand-in before it is simulated, and messages get its own name back.
Those that share a ResourceQuota are simulated together, as they are.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from linter.kube.scheduling import scheduling_fields
from linter.planner.admission import admit_for
from linter.planner.autoscalers import autoscalers
from linter.planner.model import object_id
from linter.planner.nodes import holds_claim_of_one_pod, needs_scheduler
from linter.planner.objects import SURROUNDINGS
from linter.planner.pod_admission import KINDS as ADMISSION
from linter.planner.report.caveats import CAVEATS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from linter.planner.model import Manifest, ObjectId
    from linter.planner.report.plan import WorkloadPlan

_NAME: Final = "podplan-stands-in-for-a-workload"
_NAMESPACE: Final = "podplan-stands-in-for-a-namespace"
_LABELS: Final = {"podplan": "stands-in"}
_IMAGE: Final = "stand-in"
_UNREAD: Final = frozenset({"args", "command", "env", "envFrom"})
"""Fields of containers that no controller, and no check of what a pod may be, looks at; nor at which image it is."""
_KEPT: Final = 10_000
"""How many outcomes a process remembers."""


class Said(NamedTuple):
    """A hazard of a restart."""

    rule: str
    """The rule, or why it is stuck."""
    severity: str
    message: str
    blocks: bool
    """Whether the rollout does not come to an end."""


class Outcome(NamedTuple):
    """What a restart comes to."""

    said: tuple[Said, ...]
    error: str | None = None
    """Why it could not be simulated."""


class Played(NamedTuple):
    """What came of a scenario."""

    said: tuple[tuple[str, str, Said], ...]
    """Each hazard behind the kind and the name of its workload."""
    error: str | None = None
    """Why it could not be simulated."""


class Restarts:
    """The restarts of the workloads of one apply set.

    Args:
        manifests: All that is applied together.
        version: The Kubernetes version.
    """

    def __init__(self, manifests: Sequence[Manifest], version: str) -> None:
        self._version = version
        self._admit = admit_for(version)
        self._all: dict[str, list[Manifest]] = {}
        """By namespace, as the next one."""
        self._around: dict[str, list[Manifest]] = {}
        for each in manifests:
            namespace = object_id(each).namespace
            self._all.setdefault(namespace, []).append(each)
            # Nothing is evicted, so that budgets do not matter.
            if each.get("kind") in SURROUNDINGS - {"PodDisruptionBudget"}:
                self._around.setdefault(namespace, []).append(each)
        self._scalers: dict[ObjectId, list[Manifest]] = {}
        for each in manifests:
            for target in autoscalers([each]):
                self._scalers.setdefault(target, []).append(each)

    def scenario(self, workload: Manifest) -> str | None:
        """Return all that the restart of a workload depends on, as text: equal for those that come to the same.

        None where there is nothing to restart: the API server would not have taken it.
        """
        if not self._is_possible(workload):
            return None
        _, namespace, name = object_id(workload)
        around = [*self._around.get(namespace, ()), *self._around.get("", ())]
        if any(each["kind"] == "ResourceQuota" for each in around):
            together = [*self._all[namespace], *self._all.get("", ())]
            return json.dumps([self._version, [each for each in together if self._is_possible(each)]])
        spec = workload["spec"]
        template, selector = spec["template"], spec.get("selector")
        if _is_placed(workload, around):
            pod = _without_programs(template["spec"])
        else:
            selector = {"matchLabels": _LABELS}
            template = {**template, "metadata": {**(template.get("metadata") or {}), "labels": _LABELS}}
            around = _admission(around, namespace)
            pod = (
                _without_programs(template["spec"])
                if around
                else _scheduling(workload["kind"], template["spec"])
            )
        spec = {**spec, "selector": selector, "template": {**template, "spec": pod}}
        if spec.get("serviceName") == name:
            spec["serviceName"] = _NAME
        stand_in = {
            "apiVersion": workload["apiVersion"],
            "kind": workload["kind"],
            "metadata": {"name": _NAME, "namespace": _NAMESPACE},
            "spec": spec,
        }
        read = [_moved(each) for each in around if self._is_possible(each)]
        scalers = [_scaler(each, name) for each in self._scalers.get(object_id(workload), ())]
        return json.dumps([self._version, [stand_in, *read, *scalers]])

    def _is_possible(self, manifest: Manifest) -> bool:
        return bool(object_id(manifest).name) and not self._admit(None, manifest)


def outcome(scenario: str, workload: ObjectId) -> Outcome:
    """Return what the restart of a workload comes to.

    Args:
        scenario: What `Restarts.scenario` says of it.
        workload: The workload, as messages call it.
    """
    played = simulated(scenario)
    return Outcome(
        tuple(
            said._replace(message=_named(said.message, workload))
            for kind, name, said in played.said
            if kind == workload.kind and name in {_NAME, workload.name}
        ),
        None if played.error is None else _named(played.error, workload),
    )


@lru_cache(maxsize=_KEPT)
def simulated(scenario: str) -> Played:
    """Simulate a scenario, or remember what it came to; workloads are called as the scenario calls them."""
    import linter
    from linter.planner.errors import ScenarioError, SimulationLimitError
    from linter.planner.options import Options

    version, objects = json.loads(scenario)
    try:
        plan = linter.plan("restart", objects, options=Options(kubernetes=version))
    except (ScenarioError, SimulationLimitError) as error:
        return Played((), str(error))
    return Played(tuple((each.kind, each.name, said) for each in plan.workloads for said in said_of(each)))


def said_of(workload: WorkloadPlan) -> Iterator[Said]:
    """Yield the hazards of a plan: what it is stuck by comes first. Of what rules say of a manifest they have told already."""
    stuck = workload.summary.stuck
    if stuck is not None:
        yield Said(stuck.reason, "error", stuck.message, blocks=True)
    for each in workload.hazards:
        if each.rule != "stuck" and each.rule not in CAVEATS:
            yield Said(each.rule, each.severity, each.message, blocks=False)


def _named(message: str, workload: ObjectId) -> str:
    return message.replace(_NAME, workload.name).replace(_NAMESPACE, workload.namespace)


def _is_placed(workload: Manifest, around: Sequence[Manifest]) -> bool:
    """Tell whether the plan has its pods placed on nodes: then labels, claims and Services count, too."""
    has_nodes = workload["kind"] == "DaemonSet" or holds_claim_of_one_pod(workload, around)
    return has_nodes and needs_scheduler([workload], (), None)


def _admission(around: Sequence[Manifest], namespace: str) -> list[Manifest]:
    """Return what says which pods may be created in a namespace."""
    return [
        each
        for each in around
        if each["kind"] in ADMISSION and (each["kind"] != "Namespace" or object_id(each).name == namespace)
    ]


def _moved(manifest: Manifest) -> Manifest:
    """Return an object around a workload in the namespace of its stand-in."""
    kind, namespace, _ = object_id(manifest)
    if kind == "Namespace":
        return {**manifest, "metadata": {**manifest["metadata"], "name": _NAMESPACE}}
    return (
        manifest
        if not namespace
        else {**manifest, "metadata": {**manifest["metadata"], "namespace": _NAMESPACE}}
    )


def _scaler(manifest: Manifest, name: str) -> Manifest:
    """Return an autoscaler of a workload as one of its stand-in."""
    metadata, spec = manifest["metadata"], manifest["spec"]
    called = _NAME if metadata.get("name") == name else metadata.get("name")
    return {
        **manifest,
        "metadata": {**metadata, "name": called, "namespace": _NAMESPACE},
        "spec": {**spec, "scaleTargetRef": {**spec["scaleTargetRef"], "name": _NAME}},
    }


def _without_programs(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return a pod's spec without what its containers run."""
    read = dict(spec)
    for field in ("containers", "initContainers"):
        if field in read:
            read[field] = [
                {key: value for key, value in {**each, "image": _IMAGE}.items() if key not in _UNREAD}
                for each in read[field]
            ]
    return read


def _scheduling(kind: str, spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a controller reads of a pod's spec where nothing is asked of pods: on which nodes a DaemonSet wants one."""
    read: dict[str, Any] = {"containers": [{"name": "stand-in", "image": _IMAGE}]}
    if kind == "DaemonSet":
        fields = {field: value for field, value in scheduling_fields(spec).items() if value is not None}
        affinity = fields.pop("nodeAffinity", None)
        read |= fields if affinity is None else {**fields, "affinity": {"nodeAffinity": affinity}}
    return read
