"""Finds `linter.rules` and `linter.schemas` in a checkout whose links git could not make (Windows without developer mode).

There `linter/rules` is a text file that holds `../rules`. Only these two names are found: nothing else of the repository
becomes importable as a part of this package.
"""

from __future__ import annotations

import sys
from importlib.machinery import PathFinder
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

_NAMES = ("rules", "schemas")


class _Finder:
    """Finds the two packages, and leaves everything else to Python's own finders."""

    @staticmethod
    def find_spec(
        name: str,
        path: Sequence[str] | None = None,  # noqa: ARG004  the import system passes it
        target: ModuleType | None = None,  # noqa: ARG004  likewise
    ) -> ModuleSpec | None:
        package, _, folder = name.partition(".")
        if package != "linter" or folder not in _NAMES:
            return None
        from importlib.util import spec_from_file_location

        where = Path(__file__).parents[1] / folder
        return spec_from_file_location(name, where / "__init__.py", submodule_search_locations=[str(where)])


def install() -> None:
    """Let Python find the two packages, before its own finders meet the text files."""
    sys.meta_path.insert(sys.meta_path.index(PathFinder), _Finder)
