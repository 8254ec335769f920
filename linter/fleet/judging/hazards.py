"""Rollouts that get stuck or hurt, and drains that are blocked: what rules found, and what a simulated restart or drain comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from linter.fleet.judging.restarts import Restarts, outcome, said_of
from linter.fleet.tables import HazardRow, LeftOutRow
from linter.planner.model import ObjectId, object_id
from linter.planner.targets import is_workload

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from linter.engine.report.finding import Report
    from linter.engine.run.statuses import JudgedObject
    from linter.fleet.judging.restarts import Said
    from linter.fleet.judging.rows import Owners
    from linter.planner.options import Options
    from linter.planner.report.plan import Plan

BLOCKED_ROLLOUTS: Final = frozenset(
    {
        "daemonset-host-port-surge", "host-port-surge", "no-node-matches", "no-room-on-nodes", "read-write-once-handover",
        "read-write-once-pod-handover",
    }
)  # fmt: skip
"""Rules of group rollout that find a rollout which waits for what may never come."""
BLOCKED_DRAINS: Final = frozenset({"budget-blocks-eviction", "budget-overlap"})
"""Rules that find a budget over whose pods no eviction gets: it allows none, or the API server refuses to choose between two."""
RESTARTED: Final = frozenset({"DaemonSet", "Deployment", "StatefulSet"})
MOST_DRAINED: Final = 100
"""How many nodes of a cluster are drained, each in a simulation of its own."""


class Place(NamedTuple):
    """Where an object of a repository stands."""

    apply_set: str
    path: str
    line: int
    api_version: str


class Hazards(NamedTuple):
    """What was found, and what could not be simulated."""

    rows: list[HazardRow]
    left_out: list[LeftOutRow]


def found_by_rules(repository: str, report: Report, owners: Owners) -> Iterator[HazardRow]:
    """Yield the findings that are about rollouts and drains."""
    for finding in report.findings:
        drain = finding.rule in BLOCKED_DRAINS
        if (finding.group != "rollout" and not drain) or finding.resource is None:
            continue
        for apply_set in finding.builds or ("",):
            yield HazardRow(
                repository=repository,
                kubernetes_version=str(report.version),
                apply_set=apply_set,
                hazard="drain" if drain else "rollout",
                blocks=drain or finding.rule in BLOCKED_ROLLOUTS,
                source="rule",
                rule=finding.rule,
                severity=finding.severity,
                api_version=finding.resource.api_version,
                kind=finding.resource.kind,
                namespace=finding.resource.namespace,
                name=finding.resource.name,
                path=finding.file,
                line=finding.range.line,
                message=finding.message,
                owners=owners(finding.file),
            )


class Simulations:
    """Plays through what would happen to the workloads of a repository.

    Args:
        repository: Its name.
        version: The Kubernetes version.
        owners: Who owns a path.
    """

    def __init__(self, repository: str, version: str, owners: Owners) -> None:
        self._repository = repository
        self._version = version
        self._owners = owners

    def of_manifests(self, judged: Sequence[JudgedObject]) -> Hazards:
        """Restart every workload among what is applied together."""
        hazards = Hazards([], [])
        for together in _by_scope(judged):
            manifests = manifests_of(together)
            workloads = [each for each in manifests if each.get("kind") in RESTARTED and is_workload(each)]
            if not workloads:
                continue
            places = _places(together)
            restarts = Restarts(manifests, self._version)
            for workload in workloads:
                scenario = restarts.scenario(workload)
                if scenario is None:
                    continue
                id_ = object_id(workload)
                found = outcome(scenario, id_)
                if found.error is not None:
                    reason = f"restart of {id_.kind} {id_.name}: {found.error}"
                    hazards.left_out.append(
                        LeftOutRow(self._repository, self._version, together[0].apply_set, "hazards", reason)
                    )
                if (place := places.get(id_)) is not None:
                    hazards.rows.extend(self._row(id_, place, each) for each in found.said)
        return hazards

    def of_cluster(self, judged: Sequence[JudgedObject]) -> Hazards:
        """Restart every workload of a cluster's dump as it is, and drain each of its nodes."""
        hazards = Hazards([], [])
        state = [each.resource.manifest for each in judged]
        workloads = [each for each in state if each.get("kind") in RESTARTED]
        places = _places(judged)
        if workloads:
            plan = self._plan(hazards, "", "restart", (), self._options(state))
            if plan is not None:
                hazards.rows.extend(self._of_rollouts(plan, places))
        nodes = [each.resource.name for each in judged if each.resource.kind == "Node"]
        for name in nodes[:MOST_DRAINED]:
            plan = self._plan(hazards, "", "drain", (), self._options(state), nodes=(name,))
            if plan is not None:
                hazards.rows.extend(self._of_drain(plan, places))
        if len(nodes) > MOST_DRAINED:
            reason = f"{len(nodes) - MOST_DRAINED} of {len(nodes)} nodes are not drained"
            hazards.left_out.append(LeftOutRow(self._repository, self._version, "", "hazards", reason))
        return hazards

    def _options(self, state: Any) -> Options:
        from linter.planner.options import Options

        return Options(kubernetes=self._version, state=state)

    def _plan(
        self,
        hazards: Hazards,
        apply_set: str,
        operation: Any,
        manifests: Sequence[dict[str, Any]],
        options: Options,
        **arguments: Any,
    ) -> Plan | None:
        """Simulate; what cannot be is noted as left out."""
        import linter
        from linter.planner.errors import ScenarioError, SimulationLimitError

        try:
            return linter.plan(operation, manifests, options=options, **arguments)
        except (ScenarioError, SimulationLimitError) as error:
            reason = f"{operation}: {error}"
            hazards.left_out.append(LeftOutRow(self._repository, self._version, apply_set, "hazards", reason))
            return None

    def _of_rollouts(self, plan: Plan, places: dict[tuple[str, str, str], Place]) -> Iterator[HazardRow]:
        for workload in plan.workloads:
            id_ = ObjectId(workload.kind, workload.namespace, workload.name)
            if (place := places.get(id_)) is not None:
                yield from (self._row(id_, place, each) for each in said_of(workload))

    def _of_drain(self, plan: Plan, places: dict[tuple[str, str, str], Place]) -> Iterator[HazardRow]:
        """Yield what keeps pods on a node that is drained: one row a node."""
        for node in () if plan.drain is None else plan.drain.nodes:
            place = places.get(("Node", "", node.node))
            if node.left and place is not None:
                yield HazardRow(
                    self._repository,
                    self._version,
                    place.apply_set,
                    "drain",
                    blocks=True,
                    source="plan",
                    rule="drain-blocked",
                    severity="error",
                    api_version=place.api_version,
                    kind="Node",
                    namespace="",
                    name=node.node,
                    path=place.path,
                    line=place.line,
                    message=f"{node.left} pods stay on the node: {node.reason}",
                    owners=self._owners(place.path),
                )

    def _row(self, workload: ObjectId, place: Place, said: Said) -> HazardRow:
        return HazardRow(
            self._repository,
            self._version,
            place.apply_set,
            "rollout",
            blocks=said.blocks,
            source="plan",
            rule=said.rule,
            severity=said.severity,
            api_version=place.api_version,
            kind=workload.kind,
            namespace=workload.namespace,
            name=workload.name,
            path=place.path,
            line=place.line,
            message=said.message,
            owners=self._owners(place.path),
        )


def manifests_of(judged: Iterable[JudgedObject]) -> list[dict[str, Any]]:
    """Return the objects that a plan can be made of, with what is filled in later as the planner takes it."""
    from linter.kube.unknown import planned

    return [
        planned(each.resource.manifest) if each.resource.partly_known else each.resource.manifest
        for each in judged
        if each.status not in {"malformed", "refused"}
    ]


def _by_scope(judged: Iterable[JudgedObject]) -> list[list[JudgedObject]]:
    scopes: dict[int, list[JudgedObject]] = {}
    for each in judged:
        scopes.setdefault(id(each.scope), []).append(each)
    return list(scopes.values())


def _places(judged: Iterable[JudgedObject]) -> dict[tuple[str, str, str], Place]:
    places: dict[tuple[str, str, str], Place] = {}
    for resource, apply_set, _, _ in judged:
        document = resource.document
        line = (
            document.locate(resource.root, at_key=True).range.line if resource.root else document.first_line
        )
        places.setdefault(
            (resource.kind, resource.namespace, resource.name),
            Place(apply_set, document.source.name, line, resource.api_version),
        )
    return places
