"""Print what CHANGELOG.md says of a version: python packaging/notes.py 1.2.3."""

from __future__ import annotations

import re
import sys
from pathlib import Path

CHANGELOG = Path(__file__).resolve().parents[1] / "CHANGELOG.md"


def notes(changelog: str, version: str) -> str:
    """Return the section of a version, without its heading.

    Raises:
        ValueError: There is none, or there is nothing in it.
    """
    for section in re.split(r"(?m)^## ", changelog)[1:]:
        heading, _, text = section.partition("\n")
        if heading.split(" ")[0].strip("[]") == version and text.strip():
            return text.strip() + "\n"
    raise ValueError(
        f"CHANGELOG.md says nothing of {version}: give what is unreleased a heading `## {version} - DATE`"
    )


def main() -> int:
    """Print the notes; 1 where there are none."""
    try:
        sys.stdout.write(notes(CHANGELOG.read_text("utf-8"), sys.argv[1]))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
