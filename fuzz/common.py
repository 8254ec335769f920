"""What the fuzzers share: recorded manifests to start from, and how a fuzzer is run.

    make fuzz                      one minute for all of them
    make fuzz FUZZ_SECONDS=3600    longer

A crash is written to fuzz/crashes/. It becomes a line of tests/reliability/corpus/, which `make test` replays, once it is fixed;
`python fuzz/minimize.py` writes those files anew from what the fuzzers have found.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

import atheris
from paths import CORPUS, FUZZ, PROGRAM, ROOT

# What is loaded on demand is loaded by the rehearsal, so that it is watched, too.
watched = atheris.instrument_imports(include=["linter", "targets"])

with watched:
    import targets

    import linter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def recorded(name: str, every: int) -> list[dict[str, Any]]:
    """Return some of the recorded data."""
    lines = (ROOT / "tests" / "conformance" / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines[::every]]


def manifests() -> list[str]:
    """Return recorded manifests of all kinds, right ones and wrong ones."""
    return [each["yaml"] for each in recorded("verdicts-targeted", 25)]


def kept(name: str) -> list[bytes]:
    """Return the corpus in the repository."""
    file = CORPUS / f"{name}.jsonl"
    return (
        [json.loads(line).encode("latin-1") for line in file.read_text("utf-8").splitlines()]
        if file.exists()
        else []
    )


def run(name: str, one_input: Callable[[bytes], None], seeds: Callable[[], Iterable[str]]) -> None:
    """Fuzz, with libFuzzer's arguments, e.g. -max_total_time=60.

    Args:
        name: The fuzzer's name, and its corpus's.
        one_input: What is done with an input; what it raises is a crash.
        seeds: Returns inputs to start from.
    """
    corpus, crashes = FUZZ / "corpus" / name, FUZZ / "crashes"
    for folder in (corpus, crashes):
        folder.mkdir(parents=True, exist_ok=True)
    with watched:
        linter.lint(
            (),
            texts=[(f"{number}.yaml", text) for number, text in enumerate(manifests())],
            options=targets.EVERYTHING,
        )
        for number, data in enumerate([*kept(name), *(text.encode() for text in seeds())]):
            (corpus / f"seed-{number}").write_bytes(data)
            one_input(data)
    # To merge, libFuzzer starts the program anew, which a Python file is not.
    program = os.environ.get(PROGRAM, sys.argv[0])
    atheris.Setup([program, *sys.argv[1:], f"-artifact_prefix={crashes}/{name}-", str(corpus)], one_input)
    atheris.Fuzz()
