"""What a value does not fulfil of its schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from linter.path import FieldPath


class Failure(NamedTuple):
    """A keyword of a schema that a value does not fulfil."""

    keyword: str
    path: FieldPath
    value: Any
    wanted: Any
    at_root: bool = False
    """Whether the server names the path in the message only, and none as the field."""
