"""The version of Kubernetes that manifests and plans are judged for."""

from __future__ import annotations

from linter.errors import InputError
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


_NEWEST_PATCH: Final = 999


class KubeVersion(NamedTuple):
    """A version of Kubernetes, e.g. 1.36 or 1.35.3.

    Compare it by `>=` and `<` with a pair: `version >= (1, 35)` is true of every patch release of 1.35.
    """

    major: int
    minor: int
    patch: int = _NEWEST_PATCH
    """Where none is named, the newest of its minor release."""

    def __str__(self) -> str:
        """Spell it as Kubernetes does; the patch release is left out where none was named."""
        patch = "" if self.patch == _NEWEST_PATCH else f".{self.patch}"
        return f"{self.major}.{self.minor}{patch}"

    @property
    def release(self) -> str:
        """The minor release, e.g. "1.35" of 1.35.3."""
        return f"{self.major}.{self.minor}"


OLDEST: Final = KubeVersion(1, 30)
NEWEST: Final = KubeVersion(1, 37)
DEFAULT: Final = KubeVersion(1, 37)
RANGE: Final = f"{OLDEST} to {NEWEST}"
"""The known versions, for messages."""


class VersionError(InputError, ValueError):
    """A text that is not a Kubernetes version, or not a known one."""


def parse_version(text: str) -> KubeVersion:
    """Read a Kubernetes version: `1.36`, `v1.36` or `1.36.2`.

    Raises:
        VersionError: The text is not a version, or one outside OLDEST … NEWEST.
    """
    parts = text.removeprefix("v").split(".")
    if len(parts) not in {2, 3} or not all(map(_is_small_number, parts)):
        raise VersionError(f"`{text}` is not a Kubernetes version; write it like {DEFAULT}.")
    version = KubeVersion(*map(int, parts))
    if not OLDEST[:2] <= version[:2] <= NEWEST[:2]:
        raise VersionError(f"Kubernetes {text} is not known here; the versions are {RANGE}.")
    return version


def _is_small_number(text: str) -> bool:
    return len(text) <= 3 and text.isascii() and text.isdigit()
