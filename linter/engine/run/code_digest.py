"""What tells one state of podplan's code from another: the cache holds what this very code has found."""

from __future__ import annotations

import os
import sys

from linter.engine.run.cache import digest
from linter.release import __version__

_PACKAGE = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
_NEEDED = (
    "google_re2-",
    "jsonschema",
    "podplan_native-",
    "referencing-",
    "rpds_py-",
    "ruamel.yaml",
    "ruamel_yaml",
)
"""What the folders begin with that say which version of a package is installed: of those that a finding may depend on."""


def code_digest() -> bytes:
    """Return the digest of version, interpreter, podplan's files, and the packages that it needs.

    Where podplan is installed its files are those that the installer has recorded, with their digests. Of a checkout, in which they
    change, it is their names, sizes and times.
    """
    files = _recorded() or _listed(_PACKAGE)
    return digest(__version__.encode(), sys.version.encode(), *files, *_dependencies())


def _recorded() -> list[bytes]:
    """Return the installer's record of podplan's files; nothing for a checkout, beside which there is none."""
    record = os.path.join(os.path.dirname(_PACKAGE), f"podplan-{__version__}.dist-info", "RECORD")
    try:
        with open(record, "rb") as file:
            return [file.read()]
    except OSError:
        return []


def _listed(folder: str) -> list[bytes]:
    result = []
    name = os.path.basename(folder)
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
        for entry in entries:
            if entry.name.endswith((".py", ".json", ".md")):
                stat = entry.stat()
                result.append(f"{name}/{entry.name} {stat.st_size} {stat.st_mtime_ns}".encode())
            elif entry.is_dir() and entry.name != "__pycache__":
                result += _listed(entry.path)
    except OSError:
        pass  # what is gone meanwhile is not a part of the code any more
    return result


def _dependencies() -> list[bytes]:
    found = []
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")
        except OSError:
            continue  # an archive, or nothing
        found += [name for name in names if name.startswith(_NEEDED) and name.endswith("-info")]
    return [name.encode("utf-8", "surrogateescape") for name in sorted(found)]
