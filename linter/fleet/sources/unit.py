"""What a source holds: repositories, each judged as a whole by one task."""

from __future__ import annotations

from typing import Literal, NamedTuple

UnitType = Literal["folder", "mirror", "archive", "dump"]


class Unit(NamedTuple):
    """A repository, or the dump of a cluster."""

    name: str
    """What it is called in the fleet."""
    type: UnitType
    location: str
    """Its folder or file, as an absolute path: the workers have to see it, too."""
    shown: str
    """The same as the user would write it."""
    size: int
    """In bytes, as far as it is known at once: the large ones come first."""
