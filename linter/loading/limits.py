"""How much the reader takes before it says no."""

from __future__ import annotations

from typing import NamedTuple


class Limits(NamedTuple):
    """Bounds on one source. A text over one of them is a finding, not a hang.

    The API server itself takes 3 MiB an object; real manifests nest some 20 levels deep.
    """

    file_bytes: int = 32 * 1024 * 1024
    depth: int = 200


DEFAULT = Limits()
