"""How long does reading a manifest take, with and without the compiled part?

    python -m benchmarks.reading

Reads the recorded manifests of tests/conformance/verdicts-random.jsonl in turn by each reader; the least of nine passes counts.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

from linter.loading.limits import DEFAULT
from linter.loading.yaml import plain
from linter.loading.yaml.composer import compose

if TYPE_CHECKING:
    from collections.abc import Callable

DATA = Path(__file__).resolve().parents[1] / "tests" / "conformance" / "verdicts-random.jsonl"
PASSES = 9


def main() -> None:
    """Print a table."""
    texts = [json.loads(line)["yaml"] for line in DATA.read_text("utf-8").splitlines()]
    texts = [text for text in texts if plain.read_plain(text, DEFAULT) is not None]
    readers: dict[str, Callable[[str], object]] = {
        "values, in Python": lambda text: plain._plain_document(text, DEFAULT),  # noqa: SLF001  what is read with where the compiled part is not installed
        "values and places, in Python": lambda text: compose(text, positions=True),
    }
    if plain.native_version() is not None:
        readers |= {
            "values, compiled": lambda text: plain.read_plain(text, DEFAULT),
            "values and places, compiled": plain.locate_plain,
        }
    best = dict.fromkeys(readers, float("inf"))
    for _ in range(PASSES):
        for name, read in readers.items():
            begin = time.process_time()
            for text in texts:
                read(text)
            best[name] = min(best[name], time.process_time() - begin)
    print(f"{len(texts):,} documents of {sum(map(len, texts)) / len(texts):,.0f} characters\n")
    print("| what is read | µs a document |\n|---|---|")
    for name, seconds in best.items():
        print(f"| {name} | {seconds / len(texts) * 1e6:.0f} |")


if __name__ == "__main__":
    main()
