"""Places in a text, and what is wrong there before it is a manifest."""

from __future__ import annotations

from linter.light_typing import NamedTuple


class Range(NamedTuple):
    """A stretch of a source. Lines and columns count from 1, columns in characters; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class LoadProblem(NamedTuple):
    """What is wrong with a text before it is a manifest. The rule of that id explains it."""

    rule: str
    message: str
    range: Range
    reason: str | None = "Malformed"
    """None where the object is taken nevertheless: by lint, and by a plan."""
    field: str | None = None
