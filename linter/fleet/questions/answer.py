"""What a question about a fleet is answered with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Table(NamedTuple):
    """A table of an answer."""

    name: str
    """What its rows are, e.g. "changes"."""
    columns: tuple[str, ...]
    rows: Iterable[tuple[Any, ...]]
    """Texts, numbers, truth values, lists of texts and None; they can be iterated over more than once."""


class Answer(NamedTuple):
    """The answer to a question."""

    question: str
    """Its name, e.g. "upgrade"."""
    facts: dict[str, Any]
    """What it is about: the run, when that was, the Kubernetes version, the owner that is asked for."""
    summary: tuple[Table, ...]
    """Counts: a few rows each."""
    rows: Table
    """What was found, one row each, the worst first."""
    total: int
    """How many rows there are; `rows` has all of them, or the first ones."""
    notes: tuple[str, ...]
    """What is not in the answer, in sentences."""
