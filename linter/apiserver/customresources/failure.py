"""What a value does not fulfil of its schema."""

from __future__ import annotations

from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from linter.path import FieldPath


class Failure(NamedTuple):
    """A keyword of a schema that a value does not fulfil."""

    keyword: str
    path: FieldPath
    value: Any
    wanted: Any
    at_root: bool = False
    """Whether the server names the path in the message only, and none as the field."""
