"""Measures how far builds agree with kustomize, on public repositories.

    python tests/conformance/builds/agreement.py FOLDER [--kustomize BINARY]

FOLDER holds a folder for each repository, checked out at the commit that builds.jsonl names, called OWNER+NAME. builds.jsonl lists
what kustomize 5.8.2 made of their kustomizations (--load-restrictor LoadRestrictionsNone, offline): `sha256` of the objects, each
as JSON with sorted keys, the lines sorted and joined. With a binary all other kustomizations of these folders are built, too, by
both.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from linter.applysets.files import FolderFiles
from linter.applysets.kustomize import Builder, KustomizeError, UnsupportedError
from linter.applysets.kustomize.kustomization import FILE_NAMES
from linter.loading.source import Source
from linter.loading.yaml.reader import read_documents

RECORDED = Path(__file__).with_name("builds.jsonl")


def digest(objects: Iterable[Any]) -> str:
    """Return the hash of built objects."""
    lines = sorted(json.dumps(value, sort_keys=True) for value in objects)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def outcome(builder: Builder, folder: str, expected: str | None) -> str:
    """Build a folder and say how that compares; `expected` is None where kustomize refuses it."""
    try:
        objects = builder.build(folder).objects
    except UnsupportedError as error:
        return f"refused: {error.feature}" if expected else "both refuse"
    except KustomizeError as error:
        return f"WRONGLY REFUSED: {error}" if expected else "both refuse"
    if expected is None:
        return "built what kustomize refuses"
    return "equal" if digest(each.value for each in objects) == expected else "DIFFERENT"


def folders_of(root: Path) -> Iterator[str]:
    """Yield the folders of all kustomizations."""
    for folder, folders, files in os.walk(root):
        folders.sort()
        if set(FILE_NAMES) & set(files):
            yield os.path.relpath(folder, root)


def built_by(kustomize: str, folder: Path) -> str | None:
    """Return the hash of what kustomize builds; None where it refuses."""
    command = [kustomize, "build", "--load-restrictor", "LoadRestrictionsNone", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return None
    documents = read_documents(Source("", done.stdout)) if done.stdout.strip() else []
    return digest(document.value for document in documents if document.value is not None)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kustomize")
    arguments = parser.parse_args()
    recorded: dict[str, dict[str, str]] = {}
    for line in RECORDED.read_text().splitlines():
        entry = json.loads(line)
        recorded.setdefault(entry["repo"].replace("/", "+"), {})[entry["path"]] = entry["sha256"]
    counts: Counter[str] = Counter()
    started = time.process_time()
    for repository, builds in recorded.items():
        root = arguments.folder / repository
        if not root.is_dir():
            counts["not there"] += len(builds)
            continue
        builder = Builder(FolderFiles(root))
        expected: dict[str, str | None] = dict(builds)
        if arguments.kustomize:
            for folder in folders_of(root):
                if folder not in builds:
                    expected[folder] = built_by(arguments.kustomize, root / folder)
        for folder, wanted in expected.items():
            found = outcome(builder, folder, wanted)
            counts[found.partition(":")[0]] += 1
            if found not in {"equal", "both refuse"}:
                sys.stdout.write(f"{repository} {folder} {found}\n")
    sys.stdout.write(f"{dict(counts)}, {time.process_time() - started:.1f} s\n")


if __name__ == "__main__":
    main()
