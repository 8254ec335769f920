"""Fills the console blocks of Markdown files with the real output of their commands, and draws the pictures; with --check, only compares.

A block begins with ```console. Each line in it that begins with `$ ` is a command, run in the repository's root; what follows is its output.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILES = ("README.md", "docs/planner.md")
PICTURES = {
    "docs/rollout.svg": "podplan plan set-image examples/nginx-deploy.yaml nginx=nginx:1.25 --format svg",
    "docs/stuck.svg": "podplan plan set-image examples/nginx-sts.yaml nginx=nginx:1.25 --fail new --format svg",
}
"""Which command draws which picture."""
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def filled(text: str) -> str:
    """Return the Markdown with every console block's output as it is now."""
    return BLOCK.sub(lambda match: f"```console\n{_run_all(match[1])}```", text)


def _run_all(block: str) -> str:
    commands = [line[2:] for line in block.splitlines() if line.startswith("$ ")]
    return "".join(f"$ {command}\n{output(command)}" for command in commands)


def output(command: str) -> str:
    """Return what a command prints."""
    words = shlex.split(command)
    if words[0] == "podplan":
        words[:1] = [sys.executable, "-m", "linter"]
    environment = {**os.environ, "COLUMNS": "110", "PYTHONUTF8": "1", "NO_COLOR": "1"}
    environment.pop("GITHUB_ACTIONS", None)
    done = subprocess.run(  # noqa: S603  the commands stand in this repository's own documents
        words, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    return done.stdout + done.stderr


def main() -> None:
    """Fill or check the files."""
    stale = []
    pages = {name: filled((ROOT / name).read_text("utf-8")) for name in FILES}
    for name, new in {**pages, **{name: output(command) for name, command in PICTURES.items()}}.items():
        path = ROOT / name
        text = path.read_text("utf-8") if path.exists() else ""
        if new != text:
            stale.append(name)
            if "--check" not in sys.argv:
                path.write_text(new, "utf-8")
    if stale and "--check" in sys.argv:
        sys.exit(f"out of date: {', '.join(stale)}; run `python docs/console.py`")


if __name__ == "__main__":
    main()
