"""linter.apiserver is a library: it stands on what Kubernetes is, and knows of no file, no rule and no plan."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import linter

PACKAGE = Path(linter.__file__).parent
ALLOWED = (
    "linter.apiserver",
    "linter.cel",
    "linter.kube",
    "linter.light_json",
    "linter.light_typing",
    "linter.path",
    "linter.schemas",
    "linter.version",
)


@pytest.mark.parametrize("path", sorted((PACKAGE / "apiserver").rglob("*.py")), ids=lambda path: path.name)
def test_it_imports_only_what_lies_below(path: Path) -> None:
    imported = [
        name
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        for name in (
            [node.module or "."]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    ]
    assert [
        name for name in imported if name.split(".")[0] == "linter" and not name.startswith(ALLOWED)
    ] == []
