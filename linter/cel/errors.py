"""What can go wrong with an expression."""

from __future__ import annotations

from linter.errors import InputError


class CelMissingError(InputError, RuntimeError):
    """The library that finds regular expressions in texts is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "CEL expressions with find() or findAll() need the package google-re2: install podplan with its extra, `podplan[cel]`."
        )


class SyntaxFaultError(ValueError):
    """An expression that is not CEL."""


class EvaluationError(ValueError):
    """An expression that failed on a value: a key is not there, a type does not fit. The text is the server's."""


class CostLimitError(Exception):
    """An expression that cost more than it may. Nothing in the expression can absorb it."""


NO_OVERLOAD = "no such overload"
