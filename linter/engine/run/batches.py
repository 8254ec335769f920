"""How the work of a run is shared out: pieces of about the same size, whether they are many files or the parts of one."""

from __future__ import annotations

import os

from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linter.loading.limits import Limits
    from linter.loading.source import Source
    from linter.loading.yaml.reader import Part

FILES_PER_JOB = 150
"""A process of its own pays from about so many files on (benchmarks/README.md)."""
CHARACTERS_PER_JOB = 250_000
"""The same for fewer, larger files."""

_BATCH = 16_000
"""The characters of a batch: ten rich manifests. Handing over costs little then, and no worker has much to do when the others are done."""
_FILE = 500
"""What a file takes beside its characters, as characters."""


class Piece(NamedTuple):
    """A file, or a part of one."""

    number: int
    """The number of the file among those to check."""
    source: Source
    part: Part | None = None


def jobs_for(sources: Sequence[Source], wanted: int | None) -> int:
    """Return how many processes to use.

    Args:
        sources: The files to check.
        wanted: What was asked for; None: as many as pay.
    """
    if not hasattr(os, "fork"):
        return 1
    if wanted is not None:
        return max(1, wanted)
    paying = max(
        len(sources) // FILES_PER_JOB, sum(len(source.text) for source in sources) // CHARACTERS_PER_JOB
    )
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, paying))


def batches_of(sources: Sequence[Source], jobs: int, limits: Limits) -> list[list[Piece]]:
    """Return the pieces of all sources, in order, in batches that take about as long as each other.

    Args:
        sources: The files to check.
        jobs: How many processes share them: of little work, too, each gets some.
        limits: The bounds on one source.
    """
    most = max(1, min(_BATCH, sum(map(_size, sources)) // (4 * jobs)))
    batches: list[list[Piece]] = [[]]
    size = 0
    for number, source in enumerate(sources):
        for piece, characters in _pieces(number, source, most, limits):
            if size >= most:
                batches.append([])
                size = 0
            batches[-1].append(piece)
            size += characters
    return batches


def _size(source: Source) -> int:
    return len(source.text) + _FILE


def _pieces(number: int, source: Source, most: int, limits: Limits) -> Iterator[tuple[Piece, int]]:
    """Yield the pieces of a file, with the size of each."""
    if len(source.text) >= 2 * most:
        from linter.loading.yaml.reader import parts_of

        parts = parts_of(source, most, limits)
        if len(parts) > 1:
            for part in parts:
                yield Piece(number, source, part), sum(len(chunk.text) for chunk in part.chunks)
            return
    yield Piece(number, source), _size(source)
