"""The code's own imports: no circles, and layers that know what is below them alone.

Imports are read from the source, those inside functions too; those for type checkers alone do not count.
"""

from __future__ import annotations

import ast
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PACKAGES = {"linter": ROOT / "linter", "linter.rules": ROOT / "rules", "linter.schemas": ROOT / "schemas"}

LEAVES = {"errors", "light_json", "light_typing", "path", "release", "unlinked", "version"}
"""Modules of the package itself that everybody may know."""
BELOW: dict[str, set[str]] = {
    "schemas": set(),
    "kube": {"schemas"},
    "cel": {"kube"},
    "loading": {"kube"},
    "applysets": {"kube", "loading"},
    "apiserver": {"cel", "kube", "schemas"},
    "planner": {"apiserver", "kube", "schemas"},
    "engine": {"apiserver", "applysets", "cel", "kube", "loading", "rules", "schemas"},
    "rules": {"apiserver", "engine", "kube", "loading", "planner", "schemas"},
    "output": {"engine", "kube", "loading", "planner", "rules"},
    "interface": {"applysets", "engine", "loading", "planner"},
    "fleet": {"applysets", "engine", "interface", "kube", "loading", "planner"},
    "lsp": {"engine", "interface", "kube", "loading", "output", "planner", "schemas"},
    "cli": {
        "applysets",
        "engine",
        "fleet",
        "interface",
        "kube",
        "loading",
        "lsp",
        "output",
        "planner",
        "rules",
    },
}
"""What each layer may import; `interface` is the package itself. Engine and rules name each other: the engine finds rules by their
index, rules know what a rule and an inventory are. That no circle of modules comes of it is tested, too."""

PURE = {"apiserver", "cel", "kube", "planner"}
"""Layers without input and output."""
IO = {
    "io", "logging", "multiprocessing", "os", "pathlib", "shutil", "socket", "sqlite3", "subprocess", "sys", "tempfile", "threading",
    "urllib",
}  # fmt: skip


@cache
def modules() -> dict[str, Path]:
    found = {}
    for package, folder in PACKAGES.items():
        for file in sorted(folder.rglob("*.py")):
            parts = file.relative_to(folder).with_suffix("").parts
            if package == "linter" and parts[0] in {"rules", "schemas"}:
                continue  # links to the folders beside it
            found[".".join([package, *(part for part in parts if part != "__init__")])] = file
    return found


def _nodes(node: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    for child in ast.iter_child_nodes(node):
        if (
            isinstance(child, ast.If)
            and isinstance(child.test, ast.Name)
            and child.test.id == "TYPE_CHECKING"
        ):
            continue
        if isinstance(child, (ast.Import, ast.ImportFrom)):
            yield child
        yield from _nodes(child)


def _imported(module: str, file: Path) -> Iterator[str]:
    """Yield the names of all modules that a module imports, ours and others."""
    for node in _nodes(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
            continue
        base = node.module or ""
        if node.level:
            parts = module.split(".") if file.name == "__init__.py" else module.split(".")[:-1]
            base = ".".join([*parts[: len(parts) - node.level + 1], *filter(None, [base])])
        for each in node.names:
            yield f"{base}.{each.name}" if f"{base}.{each.name}" in modules() else base


@cache
def all_imports() -> dict[str, set[str]]:
    """Return what each module imports. Read when it is asked for: it is seconds' work, and each process collects the tests."""
    return {module: set(_imported(module, file)) for module, file in modules().items()}


@cache
def imports_of_ours() -> dict[str, set[str]]:
    """Return which modules of ours each module imports."""
    return {
        module: {each for each in imports if each in modules() and each != module}
        for module, imports in all_imports().items()
    }


def _layer(module: str) -> str:
    parts = module.split(".")
    if parts == ["linter"]:
        return "interface"
    return "cli" if parts[1] == "__main__" else parts[1]


def test_no_modules_import_each_other_in_a_circle() -> None:
    try:
        TopologicalSorter(imports_of_ours()).prepare()
    except CycleError as error:
        pytest.fail(" ← ".join(error.args[1]))


def test_layers_know_what_is_below_them_alone() -> None:
    wrong = {
        (module, imported)
        for module, imports in imports_of_ours().items()
        for imported in imports
        if _layer(imported) not in LEAVES
        and _layer(imported) != _layer(module)
        and _layer(imported) not in BELOW.get(_layer(module), set())
    }
    assert wrong == set()


@pytest.mark.parametrize("layer", sorted(PURE))
def test_no_input_or_output(layer: str) -> None:
    found = {
        (module, imported)
        for module, imports in all_imports().items()
        if _layer(module) == layer
        for imported in imports
        if imported.partition(".")[0] in IO
    }
    assert found == set()


def test_rules_of_one_group_do_not_know_those_of_another() -> None:
    groups = ("api", "wiring", "rollout", "practice")
    found = {
        (module, imported)
        for module, imports in imports_of_ours().items()
        for imported in imports
        for group in groups
        if module.startswith(f"linter.rules.{group}.")
        and imported.startswith(tuple(f"linter.rules.{other}" for other in groups if other != group))
    }
    assert found == set()
