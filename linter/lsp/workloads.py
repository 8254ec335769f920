"""What an editor shows beside objects: symbols for all, for workloads what an update would do."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from linter.engine.rule import WORKLOADS
from linter.loading.yaml.reader import resources_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linter.loading.document import Document
    from linter.loading.resource import Resource
    from linter.lsp.text import Text
    from linter.planner.report.plan import Plan
    from linter.version import KubeVersion

TIMELINE = "podplan.timeline"
"""The command behind a lens: opens the picture of the update. Its arguments are the document and the workload as KIND/NAME."""


def _resources(documents: Sequence[Document]) -> Iterator[Resource]:
    for document in documents:
        yield from resources_of(document)


def symbols(documents: Sequence[Document], text: Text) -> list[types.DocumentSymbol]:
    """Return an entry for each object."""
    found = []
    for resource in _resources(documents):
        if resource.kind:
            range_ = text.range_of(resource.document.positions.value(resource.root))
            found.append(
                types.DocumentSymbol(
                    name=f"{resource.kind} {resource.name}".strip(),
                    kind=types.SymbolKind.Object,
                    range=range_,
                    selection_range=types.Range(start=range_.start, end=range_.start),
                    detail=resource.api_version,
                )
            )
    return found


def lenses(
    documents: Sequence[Document], text: Text, uri: str, version: KubeVersion
) -> Iterator[types.CodeLens]:
    """Yield a line above each workload that says what an update of its pods would do."""
    for resource in _resources(documents):
        if resource.kind not in WORKLOADS:
            continue
        summary = _summary_of_update(json.dumps(resource.manifest), version)
        if summary is None:
            continue
        start = text.range_of(resource.document.positions.value(resource.root)).start
        yield types.CodeLens(
            range=types.Range(start=start, end=start),
            command=types.Command(
                title=f"update: {summary}",
                command=TIMELINE,
                arguments=[uri, f"{resource.kind}/{resource.name}"],
            ),
        )


def find_workload(documents: Sequence[Document], name: str) -> Resource | None:
    """Return the object that is called KIND/NAME; None where there is none."""
    for resource in _resources(documents):
        if f"{resource.kind}/{resource.name}" == name:
            return resource
    return None


def plan_update(manifest: dict[str, Any], version: KubeVersion) -> Plan | None:
    """Return the plan of an update that changes the pods of a workload, as a restart does; None where there is none."""
    import linter
    from linter.planner.errors import ScenarioError, SimulationLimitError
    from linter.planner.options import Options

    try:
        plan = linter.plan("restart", [manifest], options=Options(kubernetes=str(version)))
    except (ScenarioError, SimulationLimitError):
        return None
    return None if any(change.refused for change in plan.changes) else plan


@lru_cache(maxsize=512)
def _summary_of_update(manifest: str, version: KubeVersion) -> str | None:
    """Return what an update of a workload does in a few words; None where there is none.

    An editor asks after each keystroke, for all workloads of a file, of which at most one has changed.

    Args:
        manifest: The workload as JSON.
        version: The Kubernetes version.
    """
    plan = plan_update(json.loads(manifest), version)
    if plan is None or not plan.workloads:
        return None
    summary = plan.workloads[0].summary
    if summary.stuck is not None or not summary.completes:
        return "gets stuck"
    waves = f"{summary.waves} wave{'' if summary.waves == 1 else 's'}"
    return f"{waves}, at least {summary.min_available} of {summary.desired} available"
