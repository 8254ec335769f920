"""Checks files in several processes, with the same result in the same order as in one."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from linter.engine.checking import RuleSet
    from linter.engine.run.files import CheckedFile
    from linter.loading.source import Source

FILES_PER_JOB = 150
"""A process of its own pays from about so many files on (benchmarks/README.md)."""

_SIZE_BYTES = 8


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


def check_all(
    sources: Sequence[Source],
    check: Callable[[Source], CheckedFile],
    rules: RuleSet,
    wanted: int | None,
    *,
    with_text: bool,
) -> Generator[tuple[CheckedFile, str | None]]:
    """Yield the checked files in the order of the sources, beside each the text of its record where that is asked for.

    Workers start when the second file is asked for. The first one is checked before, in this process: what that loads (the YAML
    reader, rules, what kinds hold) they need not load again, each for itself.

    Args:
        sources: What to check.
        check: Checks one source.
        rules: The rules that `check` applies.
        wanted: How many processes were asked for; None: as many as pay.
        with_text: Whether the texts are needed.

    Raises:
        RuntimeError: A worker died.
    """
    jobs = jobs_for(len(sources) - 1, wanted)
    for source in sources if jobs == 1 else sources[:1]:
        checked = check(source)
        yield checked, _text(checked, source) if with_text else None
    if jobs > 1:
        from linter.engine.report.records import unpack_file

        rest = sources[1:]
        results = _check_in_workers(rest, check, jobs, with_text=with_text)
        for source, (record, text) in zip(rest, results, strict=True):
            yield unpack_file(record, source, rules), text


def _text(checked: CheckedFile, source: Source) -> str:
    from linter.engine.report.records import pack_file, to_text

    return to_text(pack_file(checked, source))


def _check_in_workers(
    sources: Sequence[Source], check: Callable[[Source], CheckedFile], jobs: int, *, with_text: bool
) -> Generator[tuple[list[Any], str | None]]:
    """Yield the records of the checked files, in the order of the sources.

    The workers are forks: they have the sources and the rules already. Worker k takes every jobs-th file from the k-th on, which
    spreads folders of large files evenly. A worker that fails takes the run down with its message, as it would in one process.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    import marshal

    workers = [_start(sources[number::jobs], check, with_text=with_text) for number in range(jobs)]
    try:
        for number in range(len(sources)):
            results = workers[number % jobs].results
            size = int.from_bytes(results.read(_SIZE_BYTES), "little")
            data = results.read(size)
            if not size or len(data) < size:
                raise RuntimeError("a worker process ended before its work was done")
            # Nobody but the worker writes there. It takes a third of the time of JSON, and equal keys stay one text.
            yield marshal.loads(data)  # noqa: S302  as above
    finally:
        _end(workers)


class _Worker(NamedTuple):
    process: int
    results: BinaryIO


def _start(sources: Sequence[Source], check: Callable[[Source], CheckedFile], *, with_text: bool) -> _Worker:
    """Fork a worker."""
    import signal

    reading, writing = os.pipe()
    ending = {signal.SIGINT, signal.SIGTERM}
    # A signal in the middle of a fork would be lost in the child. There it shall just end the process, without a word.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ending)
    try:
        process = os.fork()
        if not process:
            for each in ending:
                signal.signal(each, signal.SIG_DFL)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    if not process:
        os.close(reading)
        _work(sources, check, writing, with_text=with_text)
    os.close(writing)
    return _Worker(process, open(reading, "rb"))  # noqa: PTH123  a descriptor, closed at the end


def _work(
    sources: Sequence[Source], check: Callable[[Source], CheckedFile], writing: int, *, with_text: bool
) -> NoReturn:
    """Be a worker. It leaves without the interpreter's clean-up, which belongs to the parent."""
    import marshal

    from linter.engine.report.records import pack_file, to_text

    status = 1
    try:
        with open(writing, "wb") as out:
            for source in sources:
                record = pack_file(check(source), source)
                data = marshal.dumps((record, to_text(record) if with_text else None))
                out.write(len(data).to_bytes(_SIZE_BYTES, "little"))
                out.write(data)
        status = 0
    except (BrokenPipeError, KeyboardInterrupt):
        pass  # the parent is gone, or is told itself
    except BaseException:  # noqa: BLE001  nothing may escape into the parent's code
        import traceback

        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(status)


def _end(workers: list[_Worker]) -> None:
    """Leave no worker behind."""
    import contextlib
    import signal

    for process, results in workers:
        results.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGTERM)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(process, 0)
