"""Checks files in several processes, with the same result in the same order as in one."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NoReturn

from linter.engine.files import pack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from linter.engine.files import CheckedFile
    from linter.loading.source import Source

FILES_PER_JOB = 150
"""A process of its own pays from about so many files on (benchmarks/README.md)."""


def jobs_for(files: int, wanted: int | None) -> int:
    """Return how many processes to use.

    Args:
        files: How many files there are to check.
        wanted: What was asked for; None: as many as pay.
    """
    if not hasattr(os, "fork") or files < 2:
        return 1
    if wanted is not None:
        return max(1, min(wanted, files))
    return max(1, min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
                      files // FILES_PER_JOB))  # fmt: skip


def check_in_parallel(
    sources: Sequence[Source], check: Callable[[Source], CheckedFile], jobs: int
) -> Iterator[str]:
    """Yield the checked files as `pack` makes them, in the order of the sources.

    The workers are forks: they have the sources and the rules already. Worker k takes every jobs-th file from the k-th on, which
    spreads folders of large files evenly. A worker that fails takes the run down with its message, as it would in one process.

    Raises:
        RuntimeError: A worker died.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    workers = [_start(sources[number::jobs], check) for number in range(jobs)]
    try:
        readers = [open(descriptor, "rb") for _, descriptor in workers]  # noqa: PTH123, SIM115  a descriptor
        for number in range(len(sources)):
            line = readers[number % jobs].readline()
            if not line.endswith(b"\n"):
                raise RuntimeError("a worker process ended before its work was done")
            yield line.decode("ascii")
        for reader in readers:
            reader.close()
    finally:
        _end(workers)


def _start(sources: Sequence[Source], check: Callable[[Source], CheckedFile]) -> tuple[int, int]:
    """Fork a worker; return its process and the descriptor that its results come from."""
    reading, writing = os.pipe()
    process = os.fork()
    if not process:
        os.close(reading)
        _work(sources, check, writing)
    os.close(writing)
    return process, reading


def _work(sources: Sequence[Source], check: Callable[[Source], CheckedFile], writing: int) -> NoReturn:
    """Be a worker. It leaves without the interpreter's clean-up, which belongs to the parent."""
    status = 1
    try:
        with open(writing, "wb") as out:
            for source in sources:
                out.write(pack(check(source), source).encode("ascii"))
                out.write(b"\n")
        status = 0
    except (BrokenPipeError, KeyboardInterrupt):
        pass  # the parent is gone, or is told itself
    except BaseException:  # noqa: BLE001  nothing may escape into the parent's code
        import traceback

        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(status)


def _end(workers: list[tuple[int, int]]) -> None:
    """Leave no worker behind."""
    import contextlib
    import signal

    for process, _ in workers:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGTERM)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(process, 0)
