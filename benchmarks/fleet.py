"""Measures `podplan fleet` beside `podplan lint` on a synthetic fleet, and prints a table and what it comes to on a cluster.

    python benchmarks/fleet.py [--manifests 20000] [--repositories 200] [--cores 1,2]

Each command is run once: wall clock and processor seconds of all its processes, and the largest memory of a Python worker and of the JVM, all
looked at ten times a second (on Linux). `lint` takes all repositories at once in one process, without its cache. The rate of a core is of the
wall clock without the start-up, which is what a fleet of one manifest takes. Other work on the machine is in all of them: the load is
printed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.synthetic_fleet import Fleet, write

PODPLAN = [sys.executable, "-m", "linter"]
_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")
_PAPER_MANIFESTS, _PAPER_CORES = 10_000_000, 100


class Sample(NamedTuple):
    """One run of a command."""

    wall: float
    cpu: float
    worker: float
    """MiB of the largest Python process."""
    java: float
    """MiB of the largest JVM."""


def sample(arguments: list[str]) -> Sample:
    """Run a command and measure it with all its descendants."""
    largest = {"python": 0.0, "java": 0.0}
    seconds: dict[int, float] = {}
    start = perf_counter()
    with subprocess.Popen(
        [*PODPLAN, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        done = threading.Event()

        def look() -> None:
            while not done.wait(0.1):
                for each in _descendants(process.pid):
                    largest[each.name] = max(largest[each.name], each.memory)
                    seconds[each.pid] = each.cpu

        thread = threading.Thread(target=look)
        thread.start()
        process.wait()
        done.set()
        thread.join()
    if process.returncode not in {0, 1}:
        sys.exit(f"podplan {' '.join(arguments)} left with {process.returncode}")
    return Sample(perf_counter() - start, sum(seconds.values()), largest["python"], largest["java"])


class _Process(NamedTuple):
    """A process at one moment."""

    pid: int
    name: str
    """python or java."""
    memory: float
    """MiB."""
    cpu: float
    """Seconds so far."""


def _descendants(root: int) -> list[_Process]:
    """Return a process and its descendants."""
    stats: dict[int, list[str]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                stats[int(folder.name)] = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has ended meanwhile
    found = []
    for pid, stat in stats.items():
        ancestor = pid
        while ancestor != root and ancestor in stats:
            ancestor = int(stats[ancestor][1])
        if ancestor == root:
            try:
                name = "java" if Path(f"/proc/{pid}/exe").readlink().name == "java" else "python"
            except OSError:
                continue
            # The fields behind the name: state, parent, …, user and system time (12th and 13th), …, resident pages (22nd).
            cpu = (int(stat[11]) + int(stat[12])) / _TICKS
            found.append(_Process(pid, name, int(stat[21]) * _PAGE / 2**20, cpu))
    return found


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--manifests", type=int, default=20_000)
    parser.add_argument("--repositories", type=int, default=200)
    parser.add_argument("--cores", default="1,2")
    asked = parser.parse_args()
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory(prefix="podplan-fleet-") as place:
        root = Path(place)
        print(write(Fleet(asked.manifests, asked.repositories, 0, 0.15), root / "fleet", "folders"))
        write(Fleet(1, 1, 0, 0.0), root / "one", "folders")
        commands = {
            "lint, one process": [
                "lint",
                "--no-cache",
                "--jobs",
                "1",
                "--fail-on",
                "never",
                str(root / "fleet"),
            ]
        }
        for cores in asked.cores.split(","):
            master = ["--master", f"local[{cores}]"]
            fleet = ["fleet", str(root / "fleet"), *master, "--out"]
            commands[f"fleet local[{cores}], one manifest"] = [
                "fleet",
                str(root / "one"),
                *master,
                "--out",
                str(root / f"one-{cores}"),
            ]
            commands[f"fleet local[{cores}], without plans"] = [
                *fleet,
                str(root / f"lint-{cores}"),
                "--no-plans",
            ]
            commands[f"fleet local[{cores}]"] = [*fleet, str(root / f"all-{cores}")]
            commands[f"fleet local[{cores}], unchanged"] = [
                *fleet,
                str(root / f"all-{cores}"),
                "--run",
                "again",
            ]
        print("\n| command | wall s | cpu s | manifests/s | worker MiB | JVM MiB |\n|---|-:|-:|-:|-:|-:|")
        samples: dict[str, Sample] = {}
        for name, arguments in commands.items():
            found = samples[name] = sample(arguments)
            rate = "" if "one manifest" in name else f"{asked.manifests / found.wall:,.0f}"
            print(
                f"| {name} | {found.wall:.1f} | {found.cpu:.1f} | {rate} | {found.worker:.0f} | {found.java:.0f} |",
                flush=True,
            )
    print(f"\nload after: {os.getloadavg()[0]:.1f}")
    first = asked.cores.split(",")[0]
    start = samples[f"fleet local[{first}], one manifest"].wall
    for name in (f"fleet local[{first}], without plans", f"fleet local[{first}]"):
        rate = asked.manifests / (samples[name].wall - start) / int(first)
        hours = _PAPER_MANIFESTS / rate / _PAPER_CORES / 3600
        print(
            f"{name}: {rate:,.0f} manifests/s a core; {_PAPER_MANIFESTS:,} on {_PAPER_CORES} cores: {hours:.2f} h on paper"
        )


if __name__ == "__main__":
    main()
