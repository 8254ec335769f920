"""How the files of a plan are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linter.loading.limits import Limits


class Reading(NamedTuple):
    """What every reader of files is told."""

    limits: Limits
    """Bounds on each file, and on each build."""
    variables: Mapping[str, str]
    """Values of variables that hold in all files."""
