"""Builds the site into site/: the pages of docs/, with README.md as the first one; fails on a link that leads nowhere.

On GitHub and on the site the same links have to work. Before the build the pages are copied into build/docs/, where a link to a page leads
to its place on the site, and one to any other file of the repository to its address there.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from linter.release import REPOSITORY

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
COPIES = ROOT / "build/docs"
SITE = ROOT / "site"
FROM_THE_ROOT = {
    "README.md": "index.md",
    "README.zh.md": "index.zh.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
}
"""Pages that stand in the repository's root, and where the site has them."""
LINK = re.compile(r"^```.*?^```$|\]\((?!https?:|#)([^)#\s]+)", re.MULTILINE | re.DOTALL)
"""A block of code, in which nothing is a link, or a link to a file."""
EXTERNAL = re.compile(
    rb"""<(?:script|img|iframe|source)\b[^>]*\bsrc=["']?(?:https?:)?//[^>]*>|<link\b[^>]*\brel=["']?(?:stylesheet|preload|preconnect|icon)\b[^>]*\bhref=["']?(?:https?:)?//[^>]*>|url\(["']?(?:https?:)?//[^)]*\)"""
)
"""What makes a browser ask another server as soon as a page is opened."""


def pages() -> dict[Path, str]:
    """Return where the site has each page and picture, by the file that holds it."""
    found = {ROOT / name: place for name, place in FROM_THE_ROOT.items()}
    files = (file for pattern in ("*.md", "*.svg") for file in DOCS.rglob(pattern))
    return found | {file: file.relative_to(DOCS).as_posix() for file in files}


def adapted(text: str, file: Path, places: dict[Path, str]) -> str:
    """Return a page's Markdown with links that the site can follow.

    Args:
        text: The Markdown as it stands in the repository.
        file: The file that holds it.
        places: Where the site has each file, as `pages` returns it.
    """

    def link(match: re.Match[str]) -> str:
        target = match[1]
        if target is None:
            return match[0]
        leads_to = (file.parent / target).resolve()
        if leads_to in places:
            return f"]({os.path.relpath(places[leads_to], Path(places[file]).parent)}"
        if leads_to.exists() and leads_to.is_relative_to(ROOT):
            return f"]({REPOSITORY}/blob/main/{leads_to.relative_to(ROOT).as_posix()}"
        return match[0]  # the build reports it

    # A second word behind a fence tells tests which block it is; the site's Markdown would take the fence for text.
    return re.sub(r"^```(\w+) .*$", r"```\1", LINK.sub(link, text), flags=re.MULTILINE)


def external_requests() -> list[str]:
    """Return what the built pages ask of other servers: nothing, or it is a mistake."""
    files = (file for pattern in ("*.html", "*.css") for file in SITE.rglob(pattern))
    return [
        f"{file.relative_to(SITE)}: {found[0].decode()}"
        for file in files
        for found in EXTERNAL.finditer(file.read_bytes())
    ]


def main() -> None:
    """Build the site.

    Raises:
        SystemExit: A link is broken, or a page would ask another server for something.
    """
    for folder in (COPIES, SITE):
        shutil.rmtree(folder, ignore_errors=True)
    places = pages()
    for file, place in places.items():
        copy = COPIES / place
        copy.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix == ".md":
            copy.write_text(adapted(file.read_text("utf-8"), file, places), "utf-8")
        else:
            shutil.copyfile(file, copy)
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict", "--clean"], cwd=ROOT, check=False
    )
    if done.returncode:
        sys.exit(done.returncode)
    if found := external_requests():
        sys.exit("asks other servers:\n" + "\n".join(found))


if __name__ == "__main__":
    main()
