"""How the command ends: at once, unless others may still be at work in its process."""

from __future__ import annotations

import subprocess
import sys

import pytest

_PROGRAM = """\
import atexit, gc, os
class Held:
    def __del__(self, write=os.write):
        write(2, b"freed\\n")
held = Held()
atexit.register(lambda: print("called", gc.get_freeze_count() > 1000))
from linter.cli.main import main
main()
"""


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("arguments", "status"), [(["--version"], 0), (["lint", "--no-cache", "missing.yaml"], 3)]
)
def test_nothing_is_freed_and_all_is_called(arguments: list[str], status: int) -> None:
    done = run("-c", _PROGRAM, *arguments)
    assert done.returncode == status
    assert done.stdout.endswith("called False\n")
    assert "freed" not in done.stderr


def test_threads_are_waited_for_and_no_cycles_looked_for() -> None:
    thread = (
        "import threading, time\nthreading.Thread(target=lambda: print('worked', time.sleep(0.1))).start()\n"
    )
    done = run("-c", f"{thread}{_PROGRAM}", "--version")
    assert done.returncode == 0
    assert done.stdout.endswith("worked None\ncalled True\n")


def test_a_profiler_gets_to_say_what_it_has_seen() -> None:
    done = run("-m", "cProfile", "-m", "linter", "--version")
    assert done.returncode == 0
    assert "function calls" in done.stdout


def test_so_does_a_debugger() -> None:
    done = run("-c", f"import sys\nsys.settrace(lambda *_: None)\n{_PROGRAM}", "--version")
    assert done.returncode == 0
    assert done.stdout.endswith("called True\n")
