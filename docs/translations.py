"""Tells which translations are behind; with names of translations, says that they are up to date with what they translate.

A translation lies beside its page: README.zh.md beside README.md. Its first line holds the digest of the page's words as they were when it
was made. Blocks of code are the same in both, so docs/console.py fills those of a translation, too.
"""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
MARK = re.compile(r"^<!-- Translates (?P<page>\S+), digest (?P<digest>[0-9a-f]{16}) -->\n")


def translations() -> list[Path]:
    """Return all translations."""
    return sorted([*ROOT.glob("*.zh.md"), *(ROOT / "docs").rglob("*.zh.md")])


def page_of(translation: Path) -> Path:
    """Return the page that a translation translates."""
    return translation.with_name(translation.name.removesuffix(".zh.md") + ".md")


def mark(page: Path) -> str:
    """Return the first line of a translation that is up to date with the page."""
    words = CODE.sub("", page.read_text("utf-8"))
    return f"<!-- Translates {page.name}, digest {hashlib.sha256(words.encode()).hexdigest()[:16]} -->\n"


def what_is_behind(translation: Path) -> str | None:
    """Return what of a translation is not as in its page; None where it is up to date."""
    page, text = page_of(translation), translation.read_text("utf-8")
    if not text.startswith(mark(page)):
        return "words"
    if CODE.findall(text) != CODE.findall(page.read_text("utf-8")):
        return "blocks of code"
    return None


def main() -> None:
    """Mark the translations that are named, or list those that are behind.

    Raises:
        SystemExit: Some are.
    """
    for name in sys.argv[1:]:
        file = Path(name).resolve()
        file.write_text(mark(page_of(file)) + MARK.sub("", file.read_text("utf-8")), "utf-8")
    behind = [
        f"{file.relative_to(ROOT)}: other {what} than {page_of(file).name}"
        for file in translations()
        if (what := what_is_behind(file)) is not None
    ]
    if behind:
        sys.exit("\n".join(behind))


if __name__ == "__main__":
    main()
