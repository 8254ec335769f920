"""Writes a fleet of repositories to measure on: by default 1,000,000 manifests in 10,000 repositories.

    python benchmarks/synthetic_fleet.py OUT [--manifests N] [--repositories N] [--as folders|jsonl|parquet] [--seed N] [--defects SHARE]

As folders, OUT/GROUP/NAME is a checkout; as jsonl, OUT is a file of lines with repository, path and content; as parquet, OUT is a folder
of files with these columns, of which each repository is in one. A manifest is an object as it is written in a file; patches and
kustomizations are not counted. Repositories are as uneven as real ones: the largest tenth holds about half of the manifests. Two thirds
are bases with overlays, the others plain folders; most have a CODEOWNERS. The objects are those of repository.py with their Services,
budgets, autoscalers, configuration and jobs; the share of defects is what apps have one. The same arguments always write the same
files, one repository after the other: memory does not grow with the fleet.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import fleet_objects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

GROUP_NAMES = (
    "checkout",
    "payments",
    "search",
    "catalog",
    "identity",
    "shipping",
    "data",
    "media",
    "platform",
    "mobile",
)
GROUPS = 200
_IN_A_PART = 20_000
"""Rows in one Parquet file, about 30 MB: what a task reads at once."""
_SPREAD = 1.2
"""Of the logarithm of the repositories' sizes."""


class File(NamedTuple):
    """A file of the fleet."""

    repository: str
    path: str
    content: str
    manifests: int
    """How many of its documents count."""


class Fleet(NamedTuple):
    """What is written."""

    manifests: int
    repositories: int
    seed: int
    defects: float
    """The share of apps that have one."""

    def files(self) -> Iterator[File]:
        """Yield every file, repository by repository."""
        for number, manifests in enumerate(self.sizes()):
            yield from self.repository(number, manifests)

    def sizes(self) -> Iterator[int]:
        """Yield the number of manifests of each repository: at least one, together what is asked for."""
        weights = [
            Random(f"{self.seed} {number}").lognormvariate(0, _SPREAD)  # noqa: S311  a benchmark
            for number in range(self.repositories)
        ]
        spare, total, sum_ = self.manifests - self.repositories, sum(weights), 0.0
        for weight in weights:
            before = round(spare * sum_ / total)
            sum_ += weight
            yield 1 + round(spare * sum_ / total) - before

    def repository(self, number: int, manifests: int) -> Iterator[File]:
        """Yield the files of one repository, whatever the others hold."""
        random = Random(f"{self.seed} {number} {manifests}")  # noqa: S311  a benchmark
        group = f"{GROUP_NAMES[number % len(GROUP_NAMES)]}-{number % GROUPS:03}"
        name = f"service-{number:05}"
        repository = f"{group}/{name}"
        yield File(repository, "README.md", f"# {name}\n", 0)
        if random.random() < 0.85:
            owners = fleet_objects.code_owners(random, f"@acme/{group}")
            yield File(repository, ".github/CODEOWNERS", owners, 0)
        layout = fleet_objects.overlaid if random.random() < 0.66 else fleet_objects.plain
        left = manifests
        for app in range(manifests):
            written = 0
            made = fleet_objects.make_app(random, f"app-{app}", left, self.defects)
            for path, content, documents in layout(random, made, group):
                yield File(repository, path, content, documents)
                written += documents
            left -= written
            if left <= 0:
                return


class _Progress:
    """Counts what was written."""

    def __init__(self) -> None:
        self.files = self.manifests = self.bytes = 0
        self.repositories = 0
        self._last = ""

    def count(self, file: File) -> None:
        """Count a file."""
        self.files += 1
        self.manifests += file.manifests
        self.bytes += len(file.content)
        if file.repository != self._last:
            self.repositories, self._last = self.repositories + 1, file.repository

    def __str__(self) -> str:
        return f"{self.manifests} manifests in {self.files} files of {self.repositories} repositories, {self.bytes / 1e6:.1f} MB"


def write_folders(files: Iterator[File], out: Path) -> None:
    """Write checkouts: OUT/REPOSITORY/PATH, each with a folder `.git` by which it is known."""
    made: set[Path] = set()
    last = ""
    for file in files:
        if file.repository != last:
            (out / file.repository / ".git").mkdir(parents=True, exist_ok=True)
            last, made = file.repository, set()
        path = out / file.repository / file.path
        if path.parent not in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            made.add(path.parent)
        path.write_text(file.content, "utf-8")


def write_lines(files: Iterator[File], out: Path) -> None:
    """Write one file of JSON lines."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("w", encoding="utf-8") as stream:
        for file in files:
            row = {"repository": file.repository, "path": file.path, "content": file.content}
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")


def write_parquet(files: Iterator[File], out: Path) -> None:
    """Write a folder of Parquet files; a repository is in one of them."""
    import pyarrow as pa
    from pyarrow import parquet

    out.mkdir(parents=True, exist_ok=True)
    schema = pa.schema([("repository", "string"), ("path", "string"), ("content", "string")])
    part = 0
    rows: list[tuple[str, str, str]] = []

    def write_part() -> None:
        columns = [list(column) for column in zip(*rows, strict=True)]
        table = pa.table(columns, schema=schema)
        parquet.write_table(table, out / f"part-{part:05}.parquet", compression="zstd")

    last = ""
    for file in files:
        if len(rows) >= _IN_A_PART and file.repository != last:
            write_part()
            part, rows = part + 1, []
        rows.append((file.repository, file.path, file.content))
        last = file.repository
    if rows:
        write_part()


WRITERS: dict[str, Callable[[Iterator[File], Path], None]] = {
    "folders": write_folders,
    "jsonl": write_lines,
    "parquet": write_parquet,
}


def write(fleet: Fleet, out: Path, form: str) -> str:
    """Write a fleet, and return what was written in words."""
    progress = _Progress()

    def counted() -> Iterator[File]:
        for file in fleet.files():
            progress.count(file)
            yield file

    WRITERS[form](counted(), out)
    return str(progress)


def main() -> None:
    """Write what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--manifests", type=int, default=1_000_000)
    parser.add_argument("--repositories", type=int, default=10_000)
    parser.add_argument("--as", dest="form", choices=WRITERS, default="parquet")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--defects", type=float, default=0.15)
    asked = parser.parse_args()
    if not 1 <= asked.repositories <= asked.manifests:
        parser.error("every repository holds at least one manifest")
    if asked.out.exists():
        parser.error(f"{asked.out} is there already")
    print(write(Fleet(asked.manifests, asked.repositories, asked.seed, asked.defects), asked.out, asked.form))


if __name__ == "__main__":
    main()
