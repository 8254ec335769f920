"""What the fuzzers share: recorded manifests to start from, and how a fuzzer is run.

    make fuzz                      one minute for all of them
    make fuzz FUZZ_SECONDS=3600    longer

A crash is written to fuzz/crashes/ and becomes a test in tests/reliability/.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import atheris

# What is loaded on demand is loaded by the rehearsal, so that it is watched, too.
watched = atheris.instrument_imports(include=["linter"])

with watched:
    import linter
    from linter.engine.config.options import LintOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from linter.engine.report.finding import Report

ROOT = Path(__file__).resolve().parents[1]
EVERYTHING = LintOptions(select=("api", "wiring", "rollout", "practice"))


def recorded(name: str, every: int) -> list[dict[str, Any]]:
    """Return some of the recorded data."""
    lines = (ROOT / "tests" / "conformance" / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines[::every]]


def manifests() -> list[str]:
    """Return recorded manifests of all kinds, right ones and wrong ones."""
    return [each["yaml"] for each in recorded("verdicts-targeted", 25)]


def hold(report: Report) -> None:
    """Raise if a rule failed."""
    for finding in report.findings:
        if finding.rule == "internal-error":
            raise RuntimeError(finding.message)


def run(name: str, one_input: Callable[[bytes], None], seeds: Callable[[], Iterable[str]]) -> None:
    """Fuzz, with libFuzzer's arguments, e.g. -max_total_time=60.

    Args:
        name: The fuzzer's name, and its corpus's.
        one_input: What is done with an input; what it raises is a crash.
        seeds: Returns inputs to start from.
    """
    corpus, crashes = ROOT / "fuzz" / "corpus" / name, ROOT / "fuzz" / "crashes"
    for folder in (corpus, crashes):
        folder.mkdir(parents=True, exist_ok=True)
    with watched:
        linter.lint(
            (),
            texts=[(f"{number}.yaml", text) for number, text in enumerate(manifests())],
            options=EVERYTHING,
        )
        for number, text in enumerate(seeds()):
            (corpus / f"seed-{number}").write_text(text, "utf-8")
            one_input(text.encode())
    atheris.Setup([*sys.argv, f"-artifact_prefix={crashes}/{name}-", str(corpus)], one_input)
    atheris.Fuzz()
