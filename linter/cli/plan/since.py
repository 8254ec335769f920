"""What has changed since a git revision: files, and what kustomizations build."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.cli.plan.reading import Reading

    Manifests = list[dict[str, Any]]


def compared_sets(
    paths: Sequence[str], since: str, reading: Reading
) -> list[tuple[str, Manifests, Manifests]]:
    """Return what has changed since a git revision: by apply set its name, the objects then and those now.

    The files that belong to no kustomization come first, under the name "". Kustomizations that build the same as then are left out.

    Args:
        paths: Files and folders.
        since: The revision.
        reading: How they are read.

    Raises:
        GitError: There is no such revision.
        UnreadableError: A file can no longer be read, or a kustomization no longer be built.
    """
    from linter.applysets.revision import RevisionFiles
    from linter.cli.plan.apply_sets import form
    from linter.cli.plan.objects import compared
    from linter.cli.streams import complain
    from linter.loading.discovery import read_all
    from linter.loading.git import find_revision, read_revision

    revision = find_revision(since)
    with RevisionFiles(revision, reading.limits.file_bytes, {}) as files:
        before = form(read_revision(revision, paths, limits=reading.limits), reading, files)
    after = form(read_all(paths, limits=reading.limits), reading)
    for name, message in after.faults.items():
        if name not in before.faults:
            raise UnreadableError(message)
    for name in {**before.faults, **after.faults}:
        complain(f"{before.faults.get(name) or after.faults[name]} {name} is left out.")
    result = []
    old, new = compared(before.sources, after.sources, since, reading)
    if old or new:
        result.append(("", old, new))
    for name in sorted({*before.sets, *after.sets} - before.faults.keys() - after.faults.keys()):
        pair = before.sets.get(name, []), after.sets.get(name, [])
        if pair[0] != pair[1]:
            result.append((name, *pair))
    return result
