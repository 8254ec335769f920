"""What the configuration says for some files or resources only: exclusions, settings by path, skipped resources."""

from __future__ import annotations

import os
from types import MappingProxyType

from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from linter.engine.report.finding import ResourceId
    from linter.engine.rule import Severity


class PathSettings(NamedTuple):
    """Settings for the files that fit a pattern."""

    pattern: str
    ignore: frozenset[str] = frozenset()
    """Rules and groups whose findings are suppressed there."""
    severity: Mapping[str, Severity] = MappingProxyType({})
    """Severities there, by rule id."""


class Skip(NamedTuple):
    """Resources whose findings are suppressed. Each part may hold `*` and `?`."""

    kind: str = "*"
    namespace: str = "*"
    name: str = "*"

    def covers(self, resource: ResourceId) -> bool:
        """Tell whether a resource is among them."""
        from fnmatch import fnmatchcase

        return (
            fnmatchcase(resource.kind, self.kind)
            and fnmatchcase(resource.namespace, self.namespace)
            and fnmatchcase(resource.name, self.name)
        )

    def __str__(self) -> str:
        return f"skip {self.kind} {self.namespace}/{self.name}"


class Names:
    """Names of files relative to a root, so that patterns and fingerprints don't depend on where a run is started.

    Args:
        root: The folder that names are relative to; None: the current folder.
    """

    def __init__(self, root: Path | None) -> None:
        self._root = os.path.abspath(root or ".")  # noqa: PTH100  links stay as they are
        self._known: dict[str, str] = {}
        self._folders: dict[str, str] = {}

    def of(self, name: str) -> str:
        """Return the name of a source below the root; one that lies elsewhere, or is standard input, keeps its name."""
        if name not in self._known:
            relative = self._relative(name)
            self._known[name] = name if name in {"", "-"} or relative.startswith("../") else relative
        return self._known[name]

    def _relative(self, name: str) -> str:
        # Many files lie in few folders.
        folder, _, file = name.rpartition("/")
        if folder and folder not in self._folders:
            self._folders[folder] = self._resolve(folder)
        above = self._folders.get(folder, "..")
        if above.startswith("..") or file in {"", ".", ".."}:
            return self._resolve(name or ".")
        return file if above == "." else f"{above}/{file}"

    def _resolve(self, name: str) -> str:
        return os.path.relpath(name, self._root).replace(os.sep, "/")


def fitting(name: str, patterns: Iterable[str]) -> str | None:
    """Return the first pattern that a file's relative name fits."""
    from linter.loading.globs import fits

    return next((pattern for pattern in patterns if fits(name, pattern)), None)
