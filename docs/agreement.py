"""Write the tables of agreement.md anew: each is what the command above it prints.

Run it as `make agreement`; it takes some minutes, so the tests leave it to the gate.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "agreement.md"
TABLE = re.compile(r"^(    python (?P<command>.+)\n\n)(?:\|.*\n)+", re.MULTILINE)


def filled(text: str) -> str:
    """Return the page with each table as its command prints it now."""
    return TABLE.sub(lambda match: match[1] + _table(match["command"]), text)


def _table(command: str) -> str:
    done = subprocess.run(  # noqa: S603  the commands stand in this repository's own page
        [sys.executable, *shlex.split(command)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    )
    return done.stdout


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text("utf-8")), "utf-8")
