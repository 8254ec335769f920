"""Why a pod cannot come to a node."""

from __future__ import annotations

from typing import NamedTuple


class Status(NamedTuple):
    """Why a pod cannot come to a node.

    Attributes:
        reasons: The scheduler's words, each without the number of nodes that it holds for.
        resolvable: Whether it might help to push out pods of lower priority.
    """

    reasons: tuple[str, ...]
    resolvable: bool = False
