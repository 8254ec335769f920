"""The API server's word on an object, as far as a plan wants to know it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Refusal(NamedTuple):
    """One reason for which the API server refuses an object.

    Attributes:
        field: The field, spelled as in the server's `causes[].field`.
        reason: Required, Invalid, NotSupported, Forbidden, Duplicate, TooLong, TooMany, NotFound …
        message: What is wrong.
    """

    field: str
    reason: str
    message: str


Admit = Callable[[dict[str, Any] | None, dict[str, Any]], list[Refusal]]
"""Asked with the live object (None: a creation) and the object that is sent; returns why it is refused."""
