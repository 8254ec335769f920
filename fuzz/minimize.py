"""Writes tests/reliability/corpus/ anew: of what the fuzzers have found, the fewest and shortest inputs that reach as much code.

Run it after `make fuzz`: python fuzz/minimize.py
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from paths import CORPUS, FUZZ, FUZZERS, PROGRAM

MOST_BYTES = 16_384
"""What is longer says nothing that a shorter one does not, and takes long."""
MOST = 100


def minimize(name: str) -> None:
    """Write the corpus of one fuzzer: a line is an input, whose bytes are the characters of a JSON text."""
    with tempfile.TemporaryDirectory() as folder:
        kept_here, program = Path(folder, "kept"), Path(folder, "program")
        kept_here.mkdir()
        command = [sys.executable, str(FUZZ / f"{name}.py")]
        program.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n', "utf-8")
        program.chmod(0o700)
        environment = {**os.environ, PROGRAM: str(program)}
        subprocess.run([*command, "-merge=1", str(kept_here)], env=environment, check=True)  # noqa: S603  our own fuzzer
        found = sorted(
            (path.read_bytes() for path in kept_here.iterdir()), key=lambda data: (len(data), data)
        )
    if not found:
        raise SystemExit(f"{name}: nothing was merged; the corpus stays as it is")
    kept = [data for data in found if len(data) <= MOST_BYTES][:MOST]
    CORPUS.mkdir(exist_ok=True)
    lines = [json.dumps(data.decode("latin-1")) for data in kept]
    (CORPUS / f"{name}.jsonl").write_text("".join(f"{line}\n" for line in lines), "utf-8")


for fuzzer in sys.argv[1:] or FUZZERS:
    minimize(fuzzer)
