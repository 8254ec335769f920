"""What the fuzzers are called and where they keep things. Importing this loads no fuzzer."""

from __future__ import annotations

from pathlib import Path

FUZZERS = ("lint", "plan", "fix", "structured")
FUZZ = Path(__file__).resolve().parent
ROOT = FUZZ.parent
CORPUS = ROOT / "tests" / "reliability" / "corpus"
"""What `make test` replays: a file a fuzzer."""
PROGRAM = "PODPLAN_FUZZER"
"""The variable that names an executable which runs the fuzzer, where there is one."""
