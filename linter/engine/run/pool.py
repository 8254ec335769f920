"""Checks files in several processes, with the same result in the same order as in one."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence
    from typing import Any, NoReturn

    from linter.engine.checking import RuleSet
    from linter.engine.run.files import CheckedFile
    from linter.loading.source import Source

FILES_PER_JOB = 150
"""A process of its own pays from about so many files on (benchmarks/README.md)."""

_SIZE_BYTES = 8
_LOOK_AFTER_MS = 1_000
"""After how long a worker that sends nothing is looked after."""


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

    What a worker leaves undone, since it was killed or stopped, is checked here.
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
    spreads folders of large files evenly. A worker that is killed (memory ran out), stopped or cannot be started at all costs time alone:
    what it was to do is done here. So is what it fails at, which takes the run down with its message.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    import marshal

    from linter.engine.report.records import pack_file, to_text

    workers: list[_Worker | None] = []
    try:
        with _signals_held() as before:
            for number in range(jobs):
                workers.append(_start(sources[number::jobs], check, before, with_text=with_text))
        for number, source in enumerate(sources):
            worker = workers[number % jobs]
            data = None if worker is None else worker.receive()
            if data is not None:
                # Nobody but the worker writes there. It takes a third of the time of JSON, and equal keys stay one text.
                yield marshal.loads(data)  # noqa: S302  as above
                continue
            if worker is not None:
                worker.end()
                workers[number % jobs] = None
            record = pack_file(check(source), source)
            yield record, to_text(record) if with_text else None
    finally:
        for worker in workers:
            if worker is not None:
                worker.end()


class _Worker:
    """A process that checks files, as its parent sees it.

    Args:
        process: Its id.
        results: The end of the pipe through which it sends what it has found.
    """

    def __init__(self, process: int, results: int) -> None:
        self._process = process
        self._results = results

    def receive(self) -> bytes | None:
        """Return its next result; None where it will send no more, or does not run on."""
        size = self._read(_SIZE_BYTES)
        return None if size is None else self._read(int.from_bytes(size, "little"))

    def _read(self, size: int) -> bytes | None:
        data = bytearray()
        while len(data) < size:
            while not self._has_sent():
                if self._is_stopped():
                    return None
            piece = os.read(self._results, size - len(data))
            if not piece:
                return None
            data += piece
        return bytes(data)

    def _has_sent(self) -> bool:
        import select

        poll = select.poll()
        poll.register(self._results, select.POLLIN)
        return bool(poll.poll(_LOOK_AFTER_MS))

    def _is_stopped(self) -> bool:
        try:
            process, status = os.waitpid(self._process, os.WNOHANG | os.WUNTRACED)
        except ChildProcessError:  # it has ended; what it has sent is still to be read
            return False
        return process != 0 and os.WIFSTOPPED(status)

    def end(self) -> None:
        """Leave nothing of it behind. It has nothing to put in order, and would not hear of a milder signal while it is stopped."""
        import contextlib
        import signal

        os.close(self._results)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self._process, 0)


@contextmanager
def _signals_held() -> Iterator[set[Any]]:
    """Hold Ctrl-C and SIGTERM back until all workers are known that there are to end. Yields the signals that were held before."""
    import signal

    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        yield before
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start(
    sources: Sequence[Source], check: Callable[[Source], CheckedFile], before: set[Any], *, with_text: bool
) -> _Worker | None:
    """Fork a worker, while signals are held; None where the system has no room for one.

    Args:
        sources: What it checks.
        check: Checks one source.
        before: The signals that are held in the worker, which others just end, without a word.
        with_text: Whether the texts are needed.
    """
    import signal

    reading, writing = os.pipe()
    try:
        process = os.fork()
    except OSError:
        os.close(reading)
        os.close(writing)
        return None
    if not process:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os.close(reading)
        _work(sources, check, writing, with_text=with_text)
    os.close(writing)
    return _Worker(process, reading)


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
    except BaseException:  # noqa: BLE001, S110  nothing may escape into the parent's code, which does again what is missing, and fails itself
        pass
    finally:
        os._exit(status)
