"""Measures podplan as whole processes, and the peers that are there beside it, and prints a table.

    make benchmark                                 podplan, and peers on PATH (kubeconform, kube-linter, kube-score)
    python benchmarks/run.py --peers               also kubernetes-validate and checkov, installed into .venv-benchmark
    python benchmarks/run.py --only one,thousand   some of the groups: start, one, thousand, messy, changed, stream, large, plan
    python benchmarks/run.py --runs 9              more runs (5 by default; medians are printed)

Each command is run once to warm up, then all commands of a group in turn, so that a machine that gets slower meanwhile slows them
all; one that took more than 5 seconds to warm up is measured once. Times are wall clock and processor seconds, memory is the
largest process. A ratio compares medians of the same run: on a busy machine, look at that of processor seconds.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from repository import write
from strict_schemas import LOCATION, write_schemas

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
PODPLAN = [str(Path(sys.executable).parent / "podplan")]
PEERS = ROOT / ".venv-benchmark"
_SLOW = 5.0


class Sample(NamedTuple):
    """One run of a command."""

    wall: float
    cpu: float
    memory: float


class Command(NamedTuple):
    """What is measured."""

    name: str
    arguments: list[str]
    before: Callable[[], None] | None = None
    """What is done before each sample, and not measured."""


def sample(command: Command, environment: dict[str, str]) -> Sample:
    """Run a command and measure it."""
    if command.before is not None:
        command.before()
    start = perf_counter()
    with subprocess.Popen(
        command.arguments, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
    return Sample(perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def measure(title: str, commands: list[Command], runs: int, environment: dict[str, str]) -> None:
    """Measure commands in turn and print their medians; the first one is what the ratios compare with."""
    samples: dict[str, list[Sample]] = {command.name: [] for command in commands}
    slow = {command.name for command in commands if sample(command, environment).wall > _SLOW}
    for number in range(runs):
        for command in commands:
            if number == 0 or command.name not in slow:
                samples[command.name].append(sample(command, environment))
    print(f"\n{title}\n")
    print(f"| {'command':46} | wall s | ratio | cpu s  | ratio | MiB  |")
    print(f"|{'-' * 48}|--------|-------|--------|-------|------|")
    wall_of_first, cpu_of_first = (
        statistics.median(getattr(each, field) for each in samples[commands[0].name])
        for field in ("wall", "cpu")
    )
    for command in commands:
        wall, cpu, memory = (
            statistics.median(getattr(each, field) for each in samples[command.name])
            for field in Sample._fields
        )
        print(
            f"| {command.name:46} | {wall:6.3f} | {wall / wall_of_first:5.2f} "
            f"| {cpu:6.3f} | {cpu / cpu_of_first:5.2f} | {memory:4.0f} |"
        )


def kubeconform(target: Path, schemas: Path) -> list[Command]:
    """Return the command of kubeconform with local schemas, if it is there.

    Args:
        target: A file or folder.
        schemas: The folder with the schemas; they are written when first needed.
    """
    program = shutil.which("kubeconform")
    if program is None:
        return []
    if not schemas.exists():
        write_schemas(schemas)
    options = ["-strict", "-n", str(os.cpu_count() or 1), "-schema-location", str(schemas / LOCATION)]
    return [Command("kubeconform -strict", [program, *options, str(target)])]


def peers(folder: Path, schemas: Path, file: Path | None = None) -> list[Command]:
    """Return the peers' commands for a folder (or one file), as far as they are there."""
    commands = kubeconform(file or folder, schemas)
    target = str(file or folder)
    if program := shutil.which("kube-linter"):
        commands.append(Command("kube-linter lint", [program, "lint", target]))
    if program := shutil.which("kube-score"):
        files = [str(file)] if file else [str(each) for each in sorted(folder.rglob("*.yaml"))]
        commands.append(Command("kube-score score", [program, "score", *files]))
    validate = PEERS / "bin" / "kubernetes-validate"
    if validate.exists():
        files = [str(file)] if file else [str(each) for each in sorted(folder.rglob("*.yaml"))]
        commands.append(Command("kubernetes-validate", [str(validate), "--quiet", *files]))
    checkov = PEERS / "bin" / "checkov"
    if checkov.exists():
        where = ["-f", str(file)] if file else ["-d", str(folder)]
        options = ["--quiet", "--compact", "--skip-download", "--framework", "kubernetes"]
        commands.append(Command("checkov", [str(checkov), *options, *where]))
    return commands


def lint(*arguments: str, folder: Path) -> list[str]:
    """Return a lint command."""
    return [*PODPLAN, "lint", *arguments, str(folder)]


def joined(folder: Path, file: Path) -> int:
    """Write all manifests of a folder into one file, and return its size in bytes."""
    texts = (path.read_text("utf-8").removeprefix("---\n") for path in sorted(folder.rglob("*.yaml")))
    return file.write_bytes("---\n".join(texts).encode())


def changer(folder: Path, files: int) -> Callable[[], None]:
    """Return a function that changes so many files of a folder, otherwise each time."""
    paths = sorted(folder.rglob("*.yaml"))
    paths = paths[:: len(paths) // files][:files]
    number = count()

    def change() -> None:
        text = f"# change {next(number)}\n"
        for path in paths:
            path.write_text(path.read_text("utf-8").partition("# change")[0] + text, "utf-8")

    return change


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", default="start,one,thousand,messy,changed,stream,large,plan")
    parser.add_argument("--peers", action="store_true")
    asked = parser.parse_args()
    if asked.peers and not PEERS.exists():
        subprocess.run([sys.executable, "-m", "venv", PEERS], check=True)
        subprocess.run([PEERS / "bin" / "pip", "install", "-q", "kubernetes-validate", "checkov"], check=True)
    groups = asked.only.split(",")
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        # Installed packages come with compiled bytecode; a checkout run with PYTHONDONTWRITEBYTECODE would compile every time.
        environment = {**os.environ, "PODPLAN_CACHE_DIR": str(root / "cache")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        schemas = root / "schemas"

        def clear() -> None:
            subprocess.run([*PODPLAN, "cache", "clear"], env=environment, capture_output=True, check=True)

        if "start" in groups:
            measure("Start-up", [
                Command("python -c pass", [sys.executable, "-c", "pass"]),
                Command("podplan --version", [*PODPLAN, "--version"]),
                Command("podplan --help", [*PODPLAN, "--help"]),
            ], asked.runs * 2, environment)  # fmt: skip
        if "one" in groups:
            write(root / "one", 1)
            file = root / "one" / "team-0" / "app-0.yaml"
            measure(f"One rich file of {file.stat().st_size} bytes", [
                Command("podplan lint --no-cache", lint("--no-cache", folder=file)),
                Command("podplan lint, unchanged", lint(folder=file)),
                *peers(file.parent, schemas, file),
            ], asked.runs * 2, environment)  # fmt: skip
        if "thousand" in groups:
            for kind in ("rich", "small"):
                folder = root / kind
                size = write(folder, 1000, small=kind == "small")
                measure(f"1,000 {kind} files, {size / 1000:.0f} bytes each", [
                    Command("podplan lint --no-cache", lint("--no-cache", folder=folder)),
                    Command("podplan lint, cold cache", lint(folder=folder), clear),
                    Command("podplan lint --no-cache --jobs 1", lint("--no-cache", "--jobs", "1", folder=folder)),
                    Command("podplan lint, unchanged", lint(folder=folder)),
                    *peers(folder, schemas),
                ], asked.runs, environment)  # fmt: skip
        if "messy" in groups:
            for files in (1_000, 5_000):
                folder = root / f"messy-{files}"
                size = write(folder, files, messy=True)
                measure(f"{files:,} messy files, {size / files:.0f} bytes and a finding each", [
                    Command("podplan lint --no-cache", lint("--no-cache", folder=folder)),
                    *kubeconform(folder, schemas),
                ], asked.runs, environment)  # fmt: skip
        if "changed" in groups:
            folder = root / "changed"
            write(folder, 1000)
            measure("1,000 rich files of which ten have changed", [
                Command("podplan lint --no-cache", lint("--no-cache", folder=folder)),
                Command("podplan lint, ten changed", lint(folder=folder), changer(folder, 10)),
                Command("podplan lint, unchanged", lint(folder=folder)),
                *kubeconform(folder, schemas),
            ], asked.runs, environment)  # fmt: skip
        if "stream" in groups:
            write(root / "parts", 2900)
            file = root / "stream.yaml"
            size = joined(root / "parts", file)
            measure(f"One file of {size / 1e6:.1f} MB", [
                Command("podplan lint --no-cache", lint("--no-cache", folder=file)),
                Command("podplan lint, unchanged", lint(folder=file)),
                *kubeconform(file, schemas),
            ], asked.runs, environment)  # fmt: skip
        if "large" in groups:
            for files in (5_000, 20_000):
                folder = root / f"large-{files}"
                write(folder, files)
                measure(f"{files:,} rich files", [
                    Command("podplan lint --no-cache", lint("--no-cache", folder=folder)),
                    Command("podplan lint, unchanged", lint(folder=folder)),
                    *kubeconform(folder, schemas),
                ], max(1, asked.runs // 3), environment)  # fmt: skip
    if "plan" in groups and (planner := Path(__file__).with_name("planner.py")).exists():
        sys.stdout.flush()
        subprocess.run([sys.executable, planner], check=True)


if __name__ == "__main__":
    main()
