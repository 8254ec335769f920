"""The objects of a plan's files. Files that are left out are named on standard error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.errors import InputError, UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from linter.cli.plan.reading import Reading
    from linter.loading.discovery import Skipped
    from linter.loading.objects import Objects
    from linter.loading.source import Source, Unreadable
    from linter.planner.options import Options

    Manifests = list[dict[str, Any]]


def read_objects(names: Sequence[str], reading: Reading) -> Manifests:
    """Return all objects of the files, and what the kustomization among them builds.

    Raises:
        InputError: There are several kustomizations.
        UnreadableError: A file that was named cannot be read, or the kustomization not be built.
    """
    from linter.cli.plan.apply_sets import form, objects_of_set
    from linter.engine.report.suppress import is_suppressed
    from linter.loading import objects
    from linter.loading.discovery import read_all
    from linter.loading.source import Source

    listed = list(read_all(names, limits=reading.limits))
    # Who names a file means the file, not what is built of it.
    files = [each for each in listed if isinstance(each, Source) and each.explicit]
    formed = form([each for each in listed if each not in files], reading)
    found = objects.objects_of(
        [*files, *formed.sources],
        strict=True,
        limits=reading.limits,
        suppressed=is_suppressed,
        variables=reading.variables,
    )
    return [*_reported(found), *objects_of_set(formed)]


def read_workloads(names: Sequence[str], options: Options, reading: Reading) -> Manifests:
    """Return all objects of the files; with --state none are needed: the workloads are in it.

    Raises:
        InputError: There is no file and no state.
        UnreadableError: A file that was named cannot be read.
    """
    if not names and options.state is None:
        raise InputError("name a file with the workload, or use --state.")
    return read_objects(names, reading)


def compared(
    before: Iterable[Source | Unreadable | Skipped],
    after: Iterable[Source | Unreadable | Skipped],
    since: str,
    reading: Reading,
) -> tuple[Manifests, Manifests]:
    """Return the objects at a git revision and now.

    What could not be read then and cannot be read now is left out of both. What can no longer be read is no deletion.

    Args:
        before: What was found at the revision.
        after: What is there now.
        since: What the revision was called.
        reading: How they are read.

    Raises:
        UnreadableError: Something can no longer be read.
    """
    from linter.loading import objects

    prefix = f"{since}:"
    limits, variables = reading
    old = objects.objects_of(before, prefix, limits=limits, variables=variables)
    new = objects.objects_of(after, limits=limits, variables=variables)
    broken = [message for message in new.left_out if f"{prefix}{message}" not in old.left_out]
    if broken:
        _reported(new._replace(left_out=broken[:-1]))
        raise UnreadableError(broken[-1])
    return _reported(old), _reported(new)


def objects_of(
    sources: Iterable[Source | Unreadable | Skipped], reading: Reading, *, prefix: str = ""
) -> Manifests:
    """Return all objects of the sources.

    Args:
        sources: What was found.
        reading: How they are read.
        prefix: Put before the names of files in messages.

    Raises:
        UnreadableError: A file that was named cannot be read.
    """
    from linter.engine.report.suppress import is_suppressed
    from linter.loading import objects

    limits, variables = reading
    return _reported(
        objects.objects_of(sources, prefix, limits=limits, suppressed=is_suppressed, variables=variables)
    )


def _reported(found: Objects) -> Manifests:
    from linter.cli.streams import complain

    for message in found.left_out:
        complain(message)
    return found.objects
