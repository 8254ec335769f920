"""The extension for VS Code: what its package says, and what the language server is."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from linter.release import __version__

FOLDER = Path(__file__).parents[2] / "editors" / "vscode"
PACKAGE: dict[str, Any] = json.loads((FOLDER / "package.json").read_text("utf-8"))
SETTINGS: dict[str, dict[str, Any]] = PACKAGE["contributes"]["configuration"]["properties"]


def node(expression: str) -> Any:
    """Return what an expression of JavaScript is, in the folder of the extension."""
    if shutil.which("node") is None:
        pytest.skip("no node: the extension is written in JavaScript")
    program = f"console.log(JSON.stringify({expression}))"
    done = subprocess.run(["node", "-e", program], cwd=FOLDER, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_the_settings_as_they_come_start_the_server() -> None:
    defaults = {name: SETTINGS[f"podplan.{name}"]["default"] for name in ("command", "arguments")}
    options = node(f"require('./src/server').serverOptions({json.dumps(defaults)}, '/work')")
    assert (options["command"], options["options"]) == ("podplan", {"cwd": "/work"})
    # `--stdio` is what language clients add of themselves.
    asked = [sys.executable, "-m", "linter", *options["args"], "--stdio", "--help"]
    help_text = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    assert "Language Server Protocol" in help_text


def test_the_command_of_the_lenses_is_the_one_of_the_server() -> None:
    pytest.importorskip("pygls", reason="the extra `lsp` is not installed")
    from linter.lsp.workloads import TIMELINE

    assert node("require('./src/timeline').TIMELINE") == TIMELINE


def test_every_setting_that_is_read_is_offered_and_documented() -> None:
    read = set(node("require('./src/server').SETTINGS"))
    assert read | {"podplan.trace.server"} == set(SETTINGS)
    # They say which program runs: a folder that is not trusted must not.
    assert set(PACKAGE["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"]) == read
    rows = re.findall(
        r"^\| `(podplan\.\S+)` \| `(.*?)` \|", (FOLDER / "README.md").read_text("utf-8"), re.MULTILINE
    )
    shown = {name: setting["default"] for name, setting in SETTINGS.items()}
    assert {
        name: json.loads(default) if default.startswith("[") else default for name, default in rows
    } == shown


def test_it_has_the_version_of_podplan() -> None:
    lock = json.loads((FOLDER / "package-lock.json").read_text("utf-8"))
    assert PACKAGE["version"] == lock["version"] == __version__


@pytest.mark.slow
def test_the_bundled_extension_speaks_with_the_server() -> None:
    """The tests in JavaScript, with the real server. They build the extension."""
    if shutil.which("npm") is None or not (FOLDER / "node_modules").is_dir():
        pytest.skip("the extension is not built: `make vscode`, which needs npm")
    environment = {**os.environ, "PODPLAN": f"{sys.executable} -m linter lsp", "NO_COLOR": "1"}
    done = subprocess.run(
        ["npm", "test"], cwd=FOLDER, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "# skipped 0" in done.stdout
