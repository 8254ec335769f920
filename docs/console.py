"""Fills the console blocks of Markdown files with the real output of their commands, and draws the pictures.

A block begins with ```console. Each line in it that begins with `$ ` is a command, run in the repository's root; what follows is its output.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PICTURES = {
    f"docs/{name}.svg": f"podplan plan {what} --format svg"
    for name, what in {
        "rollout": "set-image examples/nginx-deploy.yaml nginx=nginx:1.25",
        "stuck": "set-image examples/nginx-sts.yaml nginx=nginx:1.25 --fail new",
        "concepts/fast": "set-image examples/guides/nginx-deploy-rolling-fixed.yaml nginx=nginx:1.25",
        "concepts/in-place": "set-image examples/guides/in-place.yaml web=registry.example.com/web:3.5.0",
        "concepts/recreate": "set-image examples/nginx-deploy-recreate.yaml nginx=nginx:1.25",
        "concepts/ordered": "set-image examples/nginx-sts.yaml nginx=nginx:1.25",
        "concepts/daemonset": "set-image examples/nginx-ds.yaml nginx=nginx:1.25 --nodes examples/nodes.yaml",
        "concepts/drain": "drain worker-1 examples/guides/api.yaml --nodes examples/guides/worker-nodes.yaml --by node",
    }.items()
}
"""Which command draws which picture."""
ENVIRONMENT = {"COLUMNS": "110", "PYTHONUTF8": "1", "NO_COLOR": "1"}
"""What each command is run with besides."""
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def files() -> list[str]:
    """Return the pages that have a console block."""
    pages = (*ROOT.glob("README*.md"), *(ROOT / "docs").rglob("*.md"))
    return sorted(
        page.relative_to(ROOT).as_posix() for page in pages if BLOCK.search(page.read_text("utf-8"))
    )


def filled(text: str) -> str:
    """Return the Markdown with every console block's output as it is now."""
    return BLOCK.sub(lambda match: f"```console\n{_run_all(match[1])}```", text)


def _run_all(block: str) -> str:
    commands = [line[2:] for line in block.splitlines() if line.startswith("$ ")]
    return "".join(f"$ {command}\n{output(command)}" for command in commands)


@cache  # translations repeat what the page that they translate shows
def output(command: str) -> str:
    """Return what a command prints."""
    words = shlex.split(command)
    if words[0] == "podplan":
        words[:1] = [sys.executable, "-m", "linter"]
    environment = os.environ | ENVIRONMENT
    environment.pop("GITHUB_ACTIONS", None)
    done = subprocess.run(  # noqa: S603  the commands stand in this repository's own documents
        words, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    return done.stdout + done.stderr


def current() -> dict[str, str]:
    """Return what each page and picture should hold, by its name."""
    pages = {name: filled((ROOT / name).read_text("utf-8")) for name in files()}
    return pages | {name: output(command) for name, command in PICTURES.items()}


def main() -> None:
    """Fill the pages and draw the pictures."""
    for name, text in current().items():
        (ROOT / name).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
