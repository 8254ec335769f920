"""Measures what it costs to build kustomizations beside linting the files that they are made of.

    python benchmarks/overlays.py [--objects 500] [--overlays 200] [--runs 5]

Writes a repository of bases of five objects each (those of benchmarks/repository.py) and of overlays over them, each with a namespace,
a prefix, labels, an image and a patch. Three things are measured in processes of their own, one after the other, as processor time:
the files of the bases linted by themselves, the overlays built, the overlays linted.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.repository import RICH

IN_A_BASE = 5
_BUILD = """
import gc
import os
import sys
gc.disable()  # as the command does
from linter.applysets.discovery import form_sets
from linter.loading.discovery import read_all
from linter.loading.kustomizations import find_kustomizations
found = list(read_all(sys.argv[1:]))
sets = form_sets(found, find_kustomizations(found)).sets
assert not sets.faults and not sets.skipped
print(len(sets.sets), sum(len(each.resources) for each in sets.sets), flush=True)
os._exit(0)
"""
_PATCH = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: shop}}
spec:
  replicas: 4
  template:
    spec:
      containers:
      - name: app
        env: [{{name: STAGE, value: "{overlay}"}}]
"""


def write(folder: Path, objects: int, overlays: int) -> None:
    """Write the repository: the bases below `bases`, the overlays below `overlays`, and the objects alone below `files`."""
    bases = objects // IN_A_BASE
    for base in range(bases):
        names = [f"app-{base}-{number}" for number in range(IN_A_BASE)]
        for number, name in enumerate(names):
            text = RICH.format(name=name, namespace="shop", replicas=2 + number, number=number)
            _write(folder / f"bases/{base}/{name}.yaml", text)
            _write(folder / f"files/{base}/{name}.yaml", text)
        _write(
            folder / f"bases/{base}/kustomization.yaml",
            f"resources: [{', '.join(f'{name}.yaml' for name in names)}]\n",
        )
    for overlay in range(overlays):
        base = overlay % bases
        name = f"app-{base}-0"
        _write(
            folder / f"overlays/{overlay}/kustomization.yaml",
            f"resources: [../../bases/{base}]\nnamespace: shop-{overlay}\nnamePrefix: o{overlay}-\n"
            f"labels: [{{pairs: {{stage: s{overlay}}}, includeSelectors: true}}]\n"
            f"images: [{{name: registry.example.com/{name}, newTag: '{overlay}.0'}}]\npatches: [{{path: patch.yaml}}]\n",
        )
        _write(folder / f"overlays/{overlay}/patch.yaml", _PATCH.format(name=name, overlay=overlay))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def seconds(*arguments: str, folder: Path) -> float:
    """Return the processor time of a process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], cwd=folder, check=False, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure, and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--objects", type=int, default=500)
    parser.add_argument("--overlays", type=int, default=200)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="podplan-overlays-") as name:
        folder = Path(name)
        (folder / ".git").mkdir()
        write(folder, options.objects, options.overlays)
        lint = ("-m", "linter", "lint", "--no-cache", "--jobs", "1", "--fail-on", "never")
        commands = {
            "the files linted": (*lint, "files"),
            "the overlays built": ("-c", _BUILD, "bases", "overlays"),
            "the overlays linted": (*lint, "bases", "overlays"),
        }
        found: dict[str, list[float]] = {what: [] for what in commands}
        for _ in range(options.runs):
            for what, command in commands.items():
                found[what].append(seconds(*command, folder=folder))
    files = median(found["the files linted"])
    print(
        f"{options.objects} objects, {options.overlays} overlays, processor seconds, median of {options.runs}"
    )
    for what, times in found.items():
        print(f"| {what} | {median(times):.2f} | {median(times) / files:.2f} |")


if __name__ == "__main__":
    main()
