"""Scenario files: reading them with the position of what is wrong, and planning them all."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linter.loading.document import Document
    from linter.path import FieldPath
    from linter.planner.options import Options
    from linter.planner.report.plan import Plan


def plan_all(files: Sequence[str], options: Options) -> Plan:
    """Plan every scenario of the files, one behind the other."""
    import linter
    from linter.cli.errors import fail
    from linter.planner.errors import ScenarioError

    plans = []
    for document in _documents(files):
        try:
            plans.append(linter.plan("scenario", scenario=document.value, options=options))
        except ScenarioError as error:
            range_ = document.positions.value(_path(error.path))
            fail(f"{document.source.name}:{range_.line}:{range_.column}: {error}")
    if not plans:
        fail("there is no scenario in these files.")
    first = plans[0]
    return replace(
        first,
        changes=tuple(change for plan in plans for change in plan.changes),
        workloads=tuple(workload for plan in plans for workload in plan.workloads),
    )


def _documents(files: Sequence[str]) -> Iterator[Document]:
    """Yield the documents of the files; a file of JSON lines gives one for each line."""
    from linter.cli.common import limits
    from linter.cli.errors import UNREADABLE, fail
    from linter.loading.discovery import Skipped, read_all
    from linter.loading.source import Unreadable
    from linter.loading.yaml.reader import read_documents

    for source in read_all(files, limits=limits()):
        if isinstance(source, (Unreadable, Skipped)):
            said = source.message if isinstance(source, Unreadable) else source.reason
            fail(f"{source.name}: {said}", UNREADABLE)
        for document in read_documents(source, limits=limits()):
            for problem in document.problems:
                if problem.reason is not None:
                    place = problem.range
                    fail(f"{source.name}:{place.line}:{place.column}: {problem.message}", UNREADABLE)
            if document.value is not None:
                yield document


def _path(text: str) -> FieldPath:
    """Turn `operations[2].op` into a path."""
    return tuple(int(step) if step.isdigit() else step for step in re.findall(r"[^.\[\]]+", text))
