"""Files → apply sets: the kustomizations among them are built, and what they use is judged through them alone."""

from __future__ import annotations

from linter.applysets.build import ApplySets, build_sets
from linter.light_typing import NamedTuple
from linter.loading.limits import DEFAULT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linter.applysets.revision import RevisionFiles
    from linter.loading.discovery import Skipped
    from linter.loading.kustomizations import Group
    from linter.loading.limits import Limits
    from linter.loading.source import Source, Unreadable
    from linter.loading.variables import Variables


class Discovered(NamedTuple):
    """What there is to judge."""

    sources: list[Source | Unreadable | Skipped]
    """Files that belong to no kustomization, and what cannot be or is not read."""
    sets: ApplySets
    """What the kustomizations build."""


def form_sets(
    found: Sequence[Source | Unreadable | Skipped],
    groups: Sequence[Group],
    *,
    limits: Limits = DEFAULT,
    only_manifests: bool = False,
    at: RevisionFiles | None = None,
    variables: Variables | None = None,
    opened: Mapping[str, str] | None = None,
    share: slice = slice(None),
) -> Discovered:
    """Build the kustomizations among what was found, and take the files that they use out of it.

    Args:
        found: What `linter.loading.discovery.read_all` yields, or `linter.loading.git.read_revision`.
        groups: Where kustomizations lie (`linter.loading.kustomizations.find_kustomizations`).
        limits: Bounds on each file, and on each build.
        only_manifests: Leave named files that no kustomization lists out as those of a folder are.
        at: The files of the git revision, where they are those of one; None: they are on disk.
        variables: What is filled in after the build.
        opened: Texts that count instead of what is on disk, by real path.
        share: Which kustomizations are built, of those that are applied in a repository, sorted by their folders.
    """
    sets = build_sets(groups, found, limits, at, variables, opened, share)
    return Discovered(list(sets.left(found, only_manifests=only_manifests)), sets)
