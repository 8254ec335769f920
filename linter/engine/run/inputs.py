"""What there is to check, and what is not checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from linter.engine.report.scope import Names, fitting
from linter.loading.discovery import Skipped
from linter.loading.source import Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linter.engine.config.options import LintOptions


class Inputs(NamedTuple):
    """The sources of a run by what becomes of them, each in the order of the paths."""

    sources: list[Source]
    unreadable: list[Unreadable]
    skipped: list[Skipped]


def sort_out(sources: Iterable[Source | Unreadable | Skipped], options: LintOptions) -> Inputs:
    """Return the inputs of a run: what the configuration excludes is skipped.

    Args:
        sources: What `linter.loading.discovery` yields.
        options: The options of the run.
    """
    inputs = Inputs([], [], [])
    names = Names(options.root)
    for source in sources:
        pattern = fitting(names.of(source.name), options.exclude) if options.exclude else None
        if pattern is not None:
            inputs.skipped.append(Skipped(source.name, f"excluded by the pattern {pattern}"))
        elif isinstance(source, Unreadable):
            inputs.unreadable.append(source)
        elif isinstance(source, Skipped):
            inputs.skipped.append(source)
        else:
            inputs.sources.append(source._replace(explicit=False) if options.manifests_only else source)
    return inputs
