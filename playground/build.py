"""Build the playground: one page with Python, podplan and all that they need in it.

    python playground/build.py       (make playground), after `npm ci` in this folder

The page is build/playground/index.html. It needs no server and no network: it may be opened as a file.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import tempfile
import zipfile
from base64 import b64encode
from hashlib import sha256
from importlib.metadata import distribution
from io import BytesIO
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from linter.output.page import COLORS
from linter.output.plan_html_assets import SCRIPT

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent
TARGET = ROOT / "build" / "playground" / "index.html"
PYODIDE = FOLDER / "node_modules" / "pyodide"
PYODIDE_PARTS = (
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "pyodide-lock.json",
)
LIBRARIES = ("ruamel.yaml",)
"""What podplan needs in the page: in Python, for nothing compiled for this machine runs there."""


def main() -> None:
    """Write the page."""
    if not PYODIDE.is_dir():
        sys.exit(
            f"{PYODIDE.relative_to(ROOT)} is not there; run `npm ci` in {FOLDER.relative_to(ROOT)}, or `make playground`."
        )
    parts = {name: (PYODIDE / name).read_bytes() for name in PYODIDE_PARTS}
    parts["podplan.zip"] = _archive()
    page = _page(parts)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(page, "utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {len(page) / 1e6:.1f} MB")  # noqa: T201  a script


def _archive() -> bytes:
    """Return podplan's wheel, the libraries and what the page asks as one archive."""
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        for name, data in (*_wheel(), *_libraries(), ("judge.py", (FOLDER / "judge.py").read_bytes())):
            packed.writestr(
                zipfile.ZipInfo(name), data
            )  # the same date always: the same page from the same files
    return archive.getvalue()


def _wheel() -> Iterator[tuple[str, bytes]]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603  our own command
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as packed:
            for name in sorted(packed.namelist()):
                yield name, packed.read(name)


def _libraries() -> Iterator[tuple[str, bytes]]:
    """Yield the files of the libraries, as they are installed here."""
    for library in LIBRARIES:
        for file in sorted(distribution(library).files or (), key=str):
            if file.suffix == ".py" or file.name.startswith("LICENSE"):
                yield file.as_posix(), file.read_binary()


def _page(parts: dict[str, bytes]) -> str:
    script = (FOLDER / "page.js").read_text("utf-8")
    return Template((FOLDER / "index.html").read_text("utf-8")).substitute(
        policy=_policy(script),
        style=COLORS + (FOLDER / "style.css").read_text("utf-8"),
        examples=json.dumps(list(_examples())).replace("</", "<\\/"),
        worker=(FOLDER / "worker.js").read_text("utf-8"),
        script=script,
        parts="\n".join(map(_part, parts, parts.values())),
    )


def _policy(script: str) -> str:
    """Return the page's Content-Security-Policy: the script of the page and that of a timeline, and no request to anywhere."""
    return "; ".join(
        (
            "default-src 'none'",
            # The worker and Python are made of texts of the page (blob:); Python is WebAssembly.
            f"script-src '{_hash(script)}' '{_hash(SCRIPT)}' blob: 'wasm-unsafe-eval'",
            "worker-src blob:",
            "style-src 'unsafe-inline'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _part(name: str, data: bytes) -> str:
    packed = b64encode(gzip.compress(data, mtime=0)).decode()
    return f'<script type="application/gzip" data-name="{name}">{packed}</script>'


def _examples() -> Iterator[dict[str, str]]:
    for after in sorted((FOLDER / "examples").glob("*.after.yaml")):
        name = after.name.removesuffix(".after.yaml")
        yield {
            "name": name.partition("-")[2].replace("-", " "),
            "before": after.with_name(f"{name}.before.yaml").read_text("utf-8"),
            "after": after.read_text("utf-8"),
        }


if __name__ == "__main__":
    main()
