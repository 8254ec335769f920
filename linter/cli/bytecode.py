"""How the command loads podplan's own modules: their bytecode, as long as it is that of the source.

Python would come to the same code. But to Python a module could lie anywhere and be anything: it looks at each folder, lists it, and asks
for the file four times before it reads it. A lint of one file loads 150 modules, and a fifth of its time went there. What is unusual is left
to Python: no bytecode, an edited source, a folder that was moved, a package in an archive.
"""

from __future__ import annotations

import os
import sys

# importlib.machinery has these, too; to load that takes as long as to load three of our modules.
from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import MAGIC_NUMBER, SourceFileLoader
from marshal import loads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import CodeType, ModuleType

_BINARY = getattr(os, "O_BINARY", 0)  # Windows would translate line ends
_BY_TIME = bytes(4)
"""Tells in the head of bytecode that the source's time and size follow, and not its hash."""
_HEAD = len(MAGIC_NUMBER + _BY_TIME) + 8


class Loader(SourceFileLoader):
    """Loads one module.

    Args:
        name: The module's full name.
        source: Its file.
        bytecode: Where Python keeps what it compiled from it.
        status: What the file system says of the source.
    """

    def __init__(self, name: str, source: str, bytecode: str, status: os.stat_result) -> None:
        super().__init__(name, source)
        self._bytecode = bytecode
        self._status = status

    def get_code(self, fullname: str) -> CodeType | None:
        """Return the code: from the bytecode where time and size of the source are those in its head; else what Python finds."""
        try:
            file = os.open(self._bytecode, os.O_RDONLY | _BINARY)
            try:
                data = os.read(file, os.fstat(file).st_size)  # half the calls of `open`
            finally:
                os.close(file)
        except OSError:
            return super().get_code(fullname)
        time = int(self._status.st_mtime) & 0xFFFF_FFFF
        size = self._status.st_size & 0xFFFF_FFFF
        if data.startswith(MAGIC_NUMBER + _BY_TIME + time.to_bytes(4, "little") + size.to_bytes(4, "little")):
            code: CodeType = loads(memoryview(data)[_HEAD:])  # noqa: S302  as Python does
            if code.co_filename == self.path:
                return code
        return super().get_code(fullname)


class Finder:
    """Finds the modules of one package: files named like them, in the folder of the package that they are in.

    Args:
        package: The package's name.
    """

    def __init__(self, package: str) -> None:
        self._prefix = f"{package}."
        self._suffix = f".{sys.implementation.cache_tag}.pyc"

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return how to load a module; None: Python is to look for it itself."""
        if not fullname.startswith(self._prefix) or not path:
            return None
        folder = path[0]
        stem = fullname.rpartition(".")[2]
        source = f"{folder}{os.sep}{stem}.py"
        is_package = False
        try:
            status = os.stat(source)
        except OSError:
            is_package = True
            folder = f"{folder}{os.sep}{stem}"
            stem = "__init__"
            source = f"{folder}{os.sep}{stem}.py"
            try:
                status = os.stat(source)
            except OSError:
                return None
        bytecode = f"{folder}{os.sep}__pycache__{os.sep}{stem}{self._suffix}"
        spec = ModuleSpec(fullname, Loader(fullname, source, bytecode, status), origin=source)
        spec.has_location = True
        spec.cached = bytecode
        if is_package:
            spec.submodule_search_locations = [folder]
        return spec


def load_bytecode_at_once(package: str = "linter") -> None:
    """From here on load the modules of a package so, unless Python was told to keep bytecode elsewhere or to optimize it."""
    if sys.pycache_prefix is None and not sys.flags.optimize:
        sys.meta_path.insert(0, Finder(package))
