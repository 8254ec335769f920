"""Worker processes: forks that do some tasks each, and send what comes of them."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence
    from typing import Any, NoReturn, TypeVar

    Task = TypeVar("Task")

_SIZE_BYTES = 8
_LOOK_AFTER_MS = 1_000
"""After how long a worker that sends nothing is looked after."""


def in_workers(tasks: Sequence[Task], do: Callable[[Task], bytes], jobs: int) -> Generator[bytes | None]:
    """Yield what comes of each task, in order; None where no worker has done it: the caller is to do it.

    The workers are forks: they have the tasks already. Worker k takes every jobs-th task from the k-th on. A worker that fails, is killed
    (memory ran out), stopped or cannot be started at all has none of its other tasks done.

    Args:
        tasks: What is to be done.
        do: Does one of them.
        jobs: How many workers to start.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    workers: list[_Worker | None] = []
    try:
        with _signals_held() as before:
            for number in range(min(jobs, len(tasks))):
                workers.append(_start(tasks[number::jobs], do, before))
        for number in range(len(tasks)):
            worker = workers[number % jobs]
            result = None if worker is None else worker.receive()
            if result is None and worker is not None:
                worker.end()
                workers[number % jobs] = None
            yield result
    finally:
        for worker in workers:
            if worker is not None:
                worker.end()


class _Worker:
    """A process that does tasks, as its parent sees it.

    Args:
        process: Its id.
        results: The end of the pipe through which it sends what comes of them.
    """

    def __init__(self, process: int, results: int) -> None:
        import select

        self._process = process
        self._results = results
        self._poll = select.poll()
        self._poll.register(results, select.POLLIN)

    def receive(self) -> bytes | None:
        """Return its next result; None where it will send no more, or does not run on."""
        size = self._read(_SIZE_BYTES)
        return None if size is None else self._read(int.from_bytes(size, "little"))

    def _read(self, size: int) -> bytes | None:
        data = bytearray()
        while len(data) < size:
            while not self._poll.poll(_LOOK_AFTER_MS):
                if self._is_stopped():
                    return None
            piece = os.read(self._results, size - len(data))
            if not piece:
                return None
            data += piece
        return bytes(data)

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


def _start(tasks: Sequence[Task], do: Callable[[Task], bytes], before: set[Any]) -> _Worker | None:
    """Fork a worker, while signals are held; None where the system has no room for one.

    Args:
        tasks: What it does.
        do: Does one of them.
        before: The signals that are held in the worker, which others just end, without a word.
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
        _work(tasks, do, writing)
    os.close(writing)
    return _Worker(process, reading)


def _work(tasks: Sequence[Task], do: Callable[[Task], bytes], writing: int) -> NoReturn:
    """Be a worker. It leaves without the interpreter's clean-up, which belongs to the parent."""
    status = 1
    try:
        with open(writing, "wb", buffering=0) as out:
            for task in tasks:
                data = do(task)
                left = memoryview(len(data).to_bytes(_SIZE_BYTES, "little") + data)
                while left:
                    left = left[out.write(left) :]
        status = 0
    except (BrokenPipeError, KeyboardInterrupt):
        pass  # the parent is gone, or is told itself
    except BaseException:  # noqa: BLE001, S110  nothing may escape into the parent's code, which does again what is missing, and fails itself
        pass
    finally:
        os._exit(status)
