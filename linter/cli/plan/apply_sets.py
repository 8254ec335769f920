"""The apply sets of a plan: what kustomizations build."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from linter.errors import InputError, UnreadableError
from linter.kube.unknown import planned

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from linter.applysets.build import ApplySets, Fault
    from linter.applysets.revision import RevisionFiles
    from linter.cli.plan.reading import Reading
    from linter.loading.discovery import Skipped
    from linter.loading.source import Source, Unreadable

    Manifests = list[dict[str, Any]]


class Formed(NamedTuple):
    """Files, and what the kustomizations among them build."""

    sources: Sequence[Source | Unreadable | Skipped]
    """Those that belong to no kustomization."""
    sets: dict[str, Manifests]
    """What each kustomization builds."""
    faults: dict[str, str]
    """Why others cannot be built, with file and position."""


def form(
    found: Iterable[Source | Unreadable | Skipped], reading: Reading, at: RevisionFiles | None = None
) -> Formed:
    """Build the kustomizations among what was found.

    Args:
        found: The files.
        reading: How they are read.
        at: The files of the git revision that they are of; None: they are on disk.
    """
    from linter.loading.kustomizations import find_kustomizations

    listed = list(found)
    groups = find_kustomizations(listed, at)
    if not groups:
        return Formed(listed, {}, {})
    from linter.applysets.discovery import form_sets
    from linter.loading.variables import find_variables

    variables = find_variables(listed, reading.variables)
    sources, sets = form_sets(listed, groups, limits=reading.limits, at=at, variables=variables)
    return Formed(
        sources, _manifests(sets), {name: _spelled(each) for each in sets.faults for name in each.sets}
    )


def _manifests(sets: ApplySets) -> dict[str, Manifests]:
    return {
        each.name: [
            planned(resource.manifest) if resource.partly_known else resource.manifest
            for resource in each.resources
        ]
        for each in sets.sets
    }


def _spelled(fault: Fault) -> str:
    source, range_ = fault.location
    return f"{source.name}:{range_.line}:{range_.column}: {fault.message}"


def objects_of_set(formed: Formed) -> Manifests:
    """Return what the one kustomization among some files builds; nothing where there is none.

    Raises:
        InputError: There are several.
        UnreadableError: It cannot be built.
    """
    for message in formed.faults.values():
        raise UnreadableError(message)
    if len(formed.sets) > 1:
        raise InputError(f"there are several kustomizations: {', '.join(formed.sets)}. Name one of them.")
    return [manifest for manifests in formed.sets.values() for manifest in manifests]
