"""Ctrl-C, SIGTERM and kill -9: nothing half-written, nobody left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .running import COMMAND, FIXABLE, FIXED, podplan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="processes are counted by way of /proc"
)

# A file that takes about a second by itself, so that a run of some of them is surely under way when the signal comes.
SLOW = "\n---\n".join([FIXABLE] * 1500)
# Of these a run is under way just so, and what it has left to do does not take long.
BRISK = "\n---\n".join([FIXABLE] * 150)


@pytest.fixture(autouse=True)
def interruptible() -> Iterator[None]:
    """Let what is started here get Ctrl-C: a shell has what it runs in the background ignore it, and so would the children."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(12):
        (tmp_path / f"{number}.yaml").write_text(SLOW)
    return tmp_path


@pytest.fixture
def start(folder: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    running = []

    def begin(*arguments: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        running.append(process)
        return process

    yield begin
    for process in running:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # stopped workers, too
        process.communicate()


def children(process: int) -> list[int]:
    try:
        text = Path(f"/proc/{process}/task/{process}/children").read_text()
    except FileNotFoundError:
        return []
    return [int(each) for each in text.split()]


def until(condition: Callable[[], object], seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def is_gone(process: int) -> bool:
    try:
        # A process that has ended and that nobody has asked about yet is a zombie.
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


LINT = ("lint", "--no-cache", "--jobs", "3", "--format", "json=report.json", ".")


@pytest.mark.parametrize(
    ("number", "to_all", "status"),
    [(signal.SIGINT, True, 130), (signal.SIGINT, False, 130), (signal.SIGTERM, False, 143), (signal.SIGTERM, True, 143)],
)  # fmt: skip
def test_a_signal_ends_the_run_and_its_workers(
    start: Callable[..., subprocess.Popen[bytes]],
    folder: Path,
    number: signal.Signals,
    to_all: bool,  # noqa: FBT001  drawn by name
    status: int,
) -> None:
    process = start(*LINT)
    assert until(lambda: len(children(process.pid)) == 3)
    workers = children(process.pid)
    # A terminal sends Ctrl-C to the whole group, `kill` to one process.
    (os.killpg if to_all else os.kill)(process.pid, number)
    _, said = process.communicate(timeout=30)
    assert process.returncode == status
    assert b"Traceback" not in said
    assert all(until(lambda worker=worker: is_gone(worker)) for worker in workers)  # type: ignore[misc]
    assert sorted(path.name for path in folder.iterdir()) == sorted(f"{index}.yaml" for index in range(12))


def test_workers_do_not_outlive_a_run_that_is_killed(
    start: Callable[..., subprocess.Popen[bytes]], folder: Path
) -> None:
    for path in folder.iterdir():
        path.write_text(BRISK)  # a worker takes notice behind the file that it is at
    process = start(*LINT)
    assert until(lambda: len(children(process.pid)) == 3)
    workers = children(process.pid)
    process.kill()
    process.communicate()
    assert all(until(lambda worker=worker: is_gone(worker)) for worker in workers)  # type: ignore[misc]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM])
def test_what_a_worker_leaves_undone_is_done_by_the_run(
    start: Callable[..., subprocess.Popen[bytes]], folder: Path, number: signal.Signals
) -> None:
    for path in folder.iterdir():
        path.write_text(BRISK)
    process = start(*LINT)
    assert until(lambda: len(children(process.pid)) == 3)
    workers = children(process.pid)
    os.kill(workers[0], number)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 1, said
    assert said == b""
    files = json.loads((folder / "report.json").read_text())["summary"]["files"]
    assert files == 12
    assert all(until(lambda worker=worker: is_gone(worker)) for worker in workers)  # type: ignore[misc]


def test_a_run_with_a_stopped_worker_can_be_ended(start: Callable[..., subprocess.Popen[bytes]]) -> None:
    process = start(*LINT)
    assert until(lambda: len(children(process.pid)) == 3)
    workers = children(process.pid)
    for worker in workers:
        os.kill(worker, signal.SIGSTOP)
    process.terminate()
    process.communicate(timeout=30)
    assert process.returncode == 143
    assert all(until(lambda worker=worker: is_gone(worker)) for worker in workers)  # type: ignore[misc]


STARTED = """
import os, signal, sys, threading, time
os.environ["PODPLAN_CACHE_DIR"] = sys.argv[4]
number, after = int(sys.argv[1]), float(sys.argv[2])
ready = threading.Event()
def send():
    ready.wait()
    time.sleep(after)
    os.kill(os.getpid(), number)
threading.Thread(target=send, daemon=True).start()
sys.argv = ["podplan", "lint", sys.argv[3]]
import linter.cli.start
ready.set()
linter.cli.start.main()
"""


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_at_any_moment_after_the_start_has_its_own_status(
    number: signal.Signals, status: int, tmp_path: Path
) -> None:
    """What the interpreter does before it runs a line of podplan is its own."""
    (tmp_path / "a.yaml").write_text(FIXABLE)
    ended = set()
    too_late = 0
    for step in range(30):
        after = 0.002 + step * 0.01
        done = subprocess.run(
            [sys.executable, "-c", STARTED, str(int(number)), str(after), str(tmp_path / "a.yaml"), str(tmp_path / "cache")],
            capture_output=True, check=False,
        )  # fmt: skip
        # Status 1 is that of a run that was done before the signal came, with its report; -2 and -15 that of an interpreter that was done, too.
        assert b"Traceback" not in done.stderr, done.stderr
        assert done.returncode in {status, -number} or (done.returncode == 1 and b"ClusterIP" in done.stdout)
        ended.add(done.returncode)
        # Three runs that were done before the signal came: so will be all to which it comes later.
        too_late = too_late + 1 if done.returncode == 1 else 0
        if too_late == 3:
            break
    assert status in ended


def test_a_signal_that_is_lost_ends_the_run_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(FIXABLE)
    program = (
        "import sys, time, os, signal\n"
        "import linter.cli.lint.run as run\n"
        "class Deaf:\n"
        "    def __del__(self):\n"
        "        os.kill(os.getpid(), signal.SIGTERM)\n"
        "        time.sleep(0.1)\n"
        "def forever(_request):\n"
        "    Deaf()\n"
        "    try:\n"
        "        while True:\n"
        "            time.sleep(0.1)\n"
        "    finally:\n"
        "        print('in order')\n"
        "run.run = forever\n"
        "sys.argv = ['podplan', 'lint', 'a.yaml']\n"
        "from linter.cli.start import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (143, b"in order\n", b"")


def test_ctrl_c_while_it_waits_for_standard_input(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [*COMMAND, "lint", "-"], cwd=tmp_path, stdin=reading, stderr=subprocess.PIPE, start_new_session=True
    )
    os.close(reading)
    # It has read all there is, and sleeps until there is more.
    os.write(writing, b"apiVersion: v1\n" * 100)
    calm = 0

    def waits() -> bool:
        nonlocal calm
        state = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0]
        calm = calm + 1 if state == "S" else 0
        return calm > 10

    assert until(waits)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    os.close(writing)
    assert process.returncode == 130
    assert b"Traceback" not in said


KILLED = """
import os, pathlib, signal, sys
import linter.loading.writing as writing

def die(*_):
    os.kill(os.getpid(), signal.{number})

{patch}
sys.argv = ["podplan", "lint", "--fix", "--no-cache", "a.yaml", "b.yaml"]
from linter.cli.main import main
main()
"""
MOMENTS = {
    "before a byte is written": "writing._write = die",
    "in the middle of the text": "write = writing._write\nwriting._write = lambda file, pieces: (file.write(b'api'), file.flush(), die())",
    "before it is on the disk": "os.fsync = die",
    "before the mode is set": "pathlib.Path.chmod = die",
    "before it takes the old one's place": "pathlib.Path.replace = die",
    "after it has taken the old one's place": "replace = pathlib.Path.replace\npathlib.Path.replace = lambda a, b: (replace(a, b), die())",
}


# SIGTERM is handled as Ctrl-C is, so that one moment does for it.
@pytest.mark.parametrize(
    ("moment", "number"),
    [
        *((moment, number) for moment in MOMENTS for number in ("SIGKILL", "SIGINT")),
        ("in the middle of the text", "SIGTERM"),
    ],
)
def test_a_file_that_is_mended_is_the_old_one_or_the_new_one(
    moment: str, number: str, tmp_path: Path
) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(FIXABLE)
    program = KILLED.format(patch=MOMENTS[moment], number=number)
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == {"SIGKILL": -9, "SIGINT": 130, "SIGTERM": 143}[number]
    done_first = "after" in moment
    assert (tmp_path / "a.yaml").read_text() == (FIXED if done_first else FIXABLE)
    assert (tmp_path / "b.yaml").read_text() == FIXABLE
    left_over = [path.name for path in tmp_path.iterdir() if path.suffix != ".yaml"]
    if number != "SIGKILL":
        assert left_over == []
        return
    # What a killed run leaves behind is hidden and no manifest: the next run takes no notice of it, and does the rest.
    assert all(name.startswith(".a.yaml.") for name in left_over)
    assert podplan("lint", "--fix", "--no-cache", ".", cwd=tmp_path).returncode == 0
    assert [(tmp_path / name).read_text() for name in ("a.yaml", "b.yaml")] == [FIXED, FIXED]
