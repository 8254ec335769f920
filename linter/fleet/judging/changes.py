"""What the way from a base revision to the judged one would do to the workloads of a repository."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from linter.fleet.judging.hazards import manifests_of
from linter.fleet.tables import LeftOutRow, PlanRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from linter.engine.run.statuses import JudgedObject
    from linter.planner.report.plan import Change, Plan, WorkloadPlan

Manifests = list[dict[str, Any]]


class Changes(NamedTuple):
    """The plans of a change, and what could not be planned."""

    rows: list[PlanRow]
    left_out: list[LeftOutRow]


def plan_changes(
    repository: str, version: str, base: str, before: Iterable[JudgedObject], after: Iterable[JudgedObject]
) -> Changes:
    """Plan the update of each apply set that builds something else than at the base.

    Args:
        repository: Its name.
        version: The Kubernetes version.
        base: The commit that is compared with.
        before: What was judged there.
        after: What was judged at the revision of the run.
    """
    import linter
    from linter.planner.errors import ScenarioError, SimulationLimitError
    from linter.planner.options import Options

    changes = Changes([], [])
    old, new = _by_set(before), _by_set(after)
    for name in sorted({*old, *new}):
        pair = old.get(name, []), new.get(name, [])
        if pair[0] == pair[1]:
            continue
        try:
            plan = linter.plan("update", pair[1], old=pair[0], options=Options(kubernetes=version))
        except (ScenarioError, SimulationLimitError) as error:
            changes.left_out.append(LeftOutRow(repository, version, name, "plans", str(error)))
            continue
        versions = {
            (str(each.get("kind")), _namespace(each), _name(each)): str(each.get("apiVersion"))
            for each in (*pair[0], *pair[1])
        }
        changes.rows.extend(_rows(plan, versions, repository, version, name, base))
    return changes


def _rows(
    plan: Plan,
    versions: Mapping[tuple[str, str, str], str],
    repository: str,
    version: str,
    apply_set: str,
    base: str,
) -> Iterator[PlanRow]:
    workloads = {(each.kind, each.namespace, each.name): each for each in plan.workloads}
    for change in plan.changes:
        if change.change == "none":
            continue
        key = change.kind, change.namespace, change.name
        yield _row(change, workloads.get(key), versions.get(key, ""), repository, version, apply_set, base)


def _row(
    change: Change,
    workload: WorkloadPlan | None,
    api_version: str,
    repository: str,
    version: str,
    apply_set: str,
    base: str,
) -> PlanRow:
    summary = None if workload is None else workload.summary
    return PlanRow(
        repository=repository,
        kubernetes_version=version,
        apply_set=apply_set,
        base=base,
        api_version=api_version,
        kind=change.kind,
        namespace=change.namespace,
        name=change.name,
        change=change.change,
        refused=[f"{each.field}: {each.message}" for each in change.refused],
        completes=None if summary is None else summary.completes,
        stuck=None if summary is None or summary.stuck is None else summary.stuck.message,
        desired=None if summary is None else summary.desired,
        min_available=None if summary is None else summary.min_available,
        max_pods=None if summary is None else summary.max_pods,
        hazards=[] if workload is None else [each.message for each in workload.hazards],
    )


def _by_set(judged: Iterable[JudgedObject]) -> dict[str, Manifests]:
    sets: dict[str, list[JudgedObject]] = defaultdict(list)
    for each in judged:
        sets[each.apply_set].append(each)
    return {name: manifests_of(objects) for name, objects in sets.items()}


def _name(manifest: Mapping[str, Any]) -> str:
    metadata = manifest.get("metadata")
    return str(metadata.get("name") or "") if isinstance(metadata, dict) else ""


def _namespace(manifest: Mapping[str, Any]) -> str:
    metadata = manifest.get("metadata")
    return str(metadata.get("namespace") or "default") if isinstance(metadata, dict) else "default"
