"""What there is to check, and what is not checked."""

from __future__ import annotations

from linter.engine.report.scope import Names, fitting
from linter.light_typing import NamedTuple
from linter.loading.discovery import Skipped
from linter.loading.kustomizations import find_kustomizations
from linter.loading.source import Source, Unreadable
from linter.loading.variables import find_variables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from linter.applysets.build import ApplySets
    from linter.applysets.revision import RevisionFiles
    from linter.engine.config.options import LintOptions


class Inputs(NamedTuple):
    """The sources of a run by what becomes of them, each in the order of the paths."""

    sources: list[Source]
    unreadable: list[Unreadable]
    skipped: list[Skipped]
    sets: ApplySets | None = None
    """What the kustomizations and charts among them make; their files are no sources."""

    @property
    def built_from(self) -> int:
        """How many files kustomizations and charts are built of. Those that were only asked whether they use a named file do not count."""
        sets = self.sets
        return len(sets.sources) if sets is not None and (sets.sets or sets.faults) else 0

    def all_sources(self) -> list[Source]:
        """Return the sources, and the files that kustomizations are built of."""
        return [*self.sources, *(() if self.sets is None else self.sets.sources)]


def sort_out(
    sources: Iterable[Source | Unreadable | Skipped],
    options: LintOptions,
    at: RevisionFiles | None = None,
    opened: Mapping[str, str] | None = None,
    share: slice = slice(None),
) -> Inputs:
    """Return the inputs of a run: what the configuration excludes is skipped, kustomizations are built and, if asked for, charts rendered.

    Args:
        sources: What `linter.loading.discovery` yields.
        options: The options of the run.
        at: The files of the git revision that they are of; None: they are on disk.
        opened: Texts that kustomizations are built of instead of what is on disk, by real path: those that an editor has open.
        share: Which kustomizations are built, of those that are applied.
    """
    inputs = Inputs([], [], [])
    kept = list(sources)
    if options.exclude:
        kept, excluded = _without_excluded(kept, options)
        inputs.skipped.extend(excluded)
    if options.render_charts:
        from linter.applysets.charts import render_charts

        kept, charts = render_charts(kept, options.limits, at)
        inputs = inputs._replace(sets=charts if charts.sets or charts.skipped else None)
    found: Iterable[Source | Unreadable | Skipped] = kept
    variables = find_variables(kept, options.variables)
    groups = find_kustomizations(kept, at) if options.build_kustomizations else ()
    if groups:
        from linter.applysets.discovery import form_sets

        found, sets = form_sets(
            kept,
            groups,
            limits=options.limits,
            only_manifests=options.manifests_only,
            at=at,
            variables=variables,
            opened=opened,
            share=share,
        )
        if inputs.sets is not None:
            from linter.applysets.build import joined_sets

            sets = joined_sets((sets, inputs.sets))
        inputs = inputs._replace(sets=sets)
    if at is not None:
        from linter.engine.report.compare import under_new_names

        found = under_new_names(found, at)
    for source in found:
        if isinstance(source, Unreadable):
            inputs.unreadable.append(source)
        elif isinstance(source, Skipped):
            inputs.skipped.append(source)
        else:
            inputs.sources.append(source)
    if variables.given or variables.scopes or options.manifests_only:
        inputs.sources[:] = [
            source._replace(
                explicit=source.explicit and not options.manifests_only, variables=variables.of(source.name)
            )
            for source in inputs.sources
        ]
    return inputs


def _without_excluded(
    sources: Iterable[Source | Unreadable | Skipped], options: LintOptions
) -> tuple[list[Source | Unreadable | Skipped], list[Skipped]]:
    """Return the sources that the configuration leaves in, and what it excludes."""
    names = Names(options.root)
    kept: list[Source | Unreadable | Skipped] = []
    excluded: list[Skipped] = []
    for source in sources:
        pattern = fitting(names.of(source.name), options.exclude)
        if pattern is None:
            kept.append(source)
        else:
            excluded.append(Skipped(source.name, f"excluded by the pattern {pattern}"))
    return kept, excluded
