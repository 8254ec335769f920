"""Feeds lint with what a coverage-guided fuzzer makes of recorded manifests.

    make fuzz                      one minute
    make fuzz FUZZ_SECONDS=3600    longer

A crash is written to fuzz/crashes/ and becomes a test in tests/reliability/.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["linter"]):
    import linter
    from linter.engine.options import LintOptions
    from linter.engine.run import run
    from linter.loading.source import decode

ROOT = Path(__file__).resolve().parents[1]
OPTIONS = LintOptions(select=("api", "wiring", "rollout", "practice"))


def one_input(data: bytes) -> None:
    """Lint one file of these bytes: nothing may escape, and no rule may fail."""
    report = run([decode(data, "fuzz.yaml")], OPTIONS)
    for finding in report.findings:
        if finding.rule == "internal-error":
            raise RuntimeError(finding.message)


def write_seeds(folder: Path) -> None:
    """Write a few recorded manifests as the corpus to start from."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = (ROOT / "tests" / "conformance" / "verdicts-targeted.jsonl").read_text("utf-8").splitlines()
    for number, line in enumerate(lines[::25]):
        (folder / f"seed-{number}.yaml").write_text(json.loads(line)["yaml"], "utf-8")


def main() -> None:
    """Fuzz, with libFuzzer's arguments, e.g. -max_total_time=60."""
    corpus = ROOT / "fuzz" / "corpus"
    write_seeds(corpus)
    (ROOT / "fuzz" / "crashes").mkdir(exist_ok=True)
    linter.lint((), texts=[("seed.yaml", "a: 1")], options=OPTIONS)
    atheris.Setup([*sys.argv, f"-artifact_prefix={ROOT}/fuzz/crashes/", str(corpus)], one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
