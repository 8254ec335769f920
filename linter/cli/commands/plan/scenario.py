"""`podplan plan scenario`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from linter.cli.options import PATH, quote_command
from linter.cli.plan.run import planning
from linter.errors import InputError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linter.cli.plan.reading import Reading
    from linter.loading.document import Document
    from linter.loading.limits import Limits
    from linter.path import FieldPath
    from linter.planner.options import Options
    from linter.planner.report.plan import Plan


@click.command(
    "scenario", epilog=quote_command("Example:", "podplan plan scenario canary.yaml rollback.yaml")
)
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=PATH)
@planning("files")
def command(files: tuple[str, ...], *, options: Options, reading: Reading) -> Plan:
    """Play scenario files: several operations in a row, YAML or JSON. docs/planner.md defines the fields."""
    import linter
    from linter.planner.errors import ScenarioError

    plans = []
    for document in _documents(files, reading.limits):
        try:
            plans.append(linter.plan("scenario", scenario=document.value, options=options))
        except ScenarioError as error:
            range_ = document.positions.value(_path(error.path))
            raise InputError(f"{document.source.name}:{range_.line}:{range_.column}: {error}") from None
    if not plans:
        raise InputError("there is no scenario in these files.")
    return replace(
        plans[0],
        changes=tuple(change for plan in plans for change in plan.changes),
        workloads=tuple(workload for plan in plans for workload in plan.workloads),
    )


def _documents(files: Sequence[str], limits: Limits) -> Iterator[Document]:
    """Yield the documents of the files; a file of JSON lines gives one for each line."""
    from linter.loading.discovery import Skipped, read_all
    from linter.loading.source import Unreadable
    from linter.loading.yaml.reader import read_documents

    for source in read_all(files, limits=limits):
        if isinstance(source, Unreadable):
            raise UnreadableError(f"{source.name}: {source.message}")
        if isinstance(source, Skipped):
            raise UnreadableError(f"{source.name}: {source.reason}")
        for document in read_documents(source, limits=limits):
            for problem in document.problems:
                if problem.reason is not None:
                    start = problem.range
                    raise UnreadableError(f"{source.name}:{start.line}:{start.column}: {problem.message}")
            if document.value is not None:
                yield document


def _path(text: str) -> FieldPath:
    """Turn `operations[2].op` into a path."""
    return tuple(int(step) if step.isdigit() else step for step in re.findall(r"[^.\[\]]+", text))
