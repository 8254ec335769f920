"""docs/reliability.md names the tests that hold each promise."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_files_that_are_named_exist_and_none_is_left_out() -> None:
    rows = [
        line for line in (ROOT / "docs/reliability.md").read_text().splitlines() if line.startswith("| ")
    ][2:]
    promises = [row for row in rows if ".py`" in row]
    named = {name for row in promises for name in re.findall(r"`([\w/]+\.py)`", row.split("|")[2])}
    files = {name if "/" in name else f"tests/reliability/{name}" for name in named}
    assert [name for name in sorted(files) if not (ROOT / name).is_file()] == []
    own = {f"tests/reliability/{path.name}" for path in Path(__file__).parent.glob("test_*.py")}
    assert own - files == {"tests/reliability/test_table.py"}
