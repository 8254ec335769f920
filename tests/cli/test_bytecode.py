"""The command loads podplan's modules itself: what Python would load, in fewer steps."""

from __future__ import annotations

import importlib
import os
import py_compile
import shutil
import subprocess
import sys
from importlib.machinery import PathFinder, SourceFileLoader
from typing import TYPE_CHECKING, Any

import pytest

from linter.cli.bytecode import Finder, Loader, load_bytecode_at_once

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACKAGE = "bytecode_of_a_test"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Make a package with a module and a package inside, which the finder is asked for."""
    made = tmp_path / "here" / PACKAGE
    (made / "inner").mkdir(parents=True)
    for name in ("__init__", "module", "inner/__init__", "inner/deep"):
        (made / f"{name}.py").write_text(f"VALUE = {name!r}\n")
    monkeypatch.syspath_prepend(made.parent)
    monkeypatch.setattr(sys, "meta_path", [Finder(PACKAGE), *sys.meta_path])
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    yield made
    forget()


def forget() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


def load(name: str) -> Any:
    forget()
    importlib.invalidate_caches()
    return importlib.import_module(f"{PACKAGE}.{name}")


@pytest.mark.parametrize("name", ["module", "inner", "inner.deep"])
def test_a_module_is_as_python_makes_it(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    load(name)
    found = load(name)
    assert isinstance(found.__loader__, Loader)
    monkeypatch.setattr(sys, "meta_path", [PathFinder])
    expected = load(name)
    assert type(expected.__loader__) is SourceFileLoader
    for each in (found, expected):
        each.__spec__.loader = each.__loader__ = None
        del each.__builtins__
    assert vars(found) == vars(expected)
    assert vars(found.__spec__) == vars(expected.__spec__)


def test_nothing_is_looked_at_twice(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load("inner.deep")
    forget()
    importlib.import_module(PACKAGE)
    monkeypatch.setattr(
        SourceFileLoader, "path_stats", lambda *_: pytest.fail("the source was looked at again")
    )
    assert importlib.import_module(f"{PACKAGE}.inner.deep").VALUE == "inner/deep"


def test_an_edited_source_counts(folder: Path) -> None:
    file = folder / "module.py"
    load("module")
    status = file.stat()
    file.write_text("VALUE = 'longest'\n")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert load("module").VALUE == "longest"
    file.write_text("VALUE = 'newer!'\n")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns + 2_000_000_000))
    assert load("module").VALUE == "newer!"


def test_a_moved_folder_tells_where_it_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load("module")
    there = folder.parents[1] / "there"
    shutil.move(folder.parent, there)
    monkeypatch.syspath_prepend(there)
    found = load("module")
    code = found.__loader__.get_code(found.__name__)
    assert code.co_filename == found.__file__ == str(there / PACKAGE / "module.py")


@pytest.mark.parametrize("mode", [*py_compile.PycInvalidationMode])
def test_bytecode_of_any_kind(folder: Path, mode: py_compile.PycInvalidationMode) -> None:
    py_compile.compile(str(folder / "module.py"), invalidation_mode=mode)
    assert load("module").VALUE == "module"


def test_foreign_bytecode_is_none(folder: Path) -> None:
    file = load("module").__cached__
    with open(file, "r+b") as opened:  # noqa: PTH123  a module tells its path as text
        opened.write(b"\0\0")
    assert load("module").VALUE == "module"


def test_what_is_not_there(folder: Path) -> None:
    with pytest.raises(ModuleNotFoundError, match=rf"No module named '{PACKAGE}\.other'"):
        load("other")


def test_python_keeps_its_way_where_bytecode_is_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "meta_path", [])
    monkeypatch.setattr(sys, "pycache_prefix", "/elsewhere")
    load_bytecode_at_once(PACKAGE)
    assert sys.meta_path == []


@pytest.mark.parametrize(("options", "is_used"), [((), True), (("-O",), False), (("-OO",), False)])
def test_optimized_bytecode_is_another(options: tuple[str, ...], is_used: bool) -> None:  # noqa: FBT001  a parameter of cases
    program = "from linter.cli.bytecode import *; load_bytecode_at_once(); import sys; print(type(sys.meta_path[0]))"
    done = subprocess.run(
        [sys.executable, *options, "-c", program], capture_output=True, text=True, check=True
    )
    assert ("linter.cli.bytecode.Finder" in done.stdout) == is_used
