"""How long each rule takes, and what the API server says of each kind."""

from __future__ import annotations

from contextlib import contextmanager
from time import perf_counter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from linter.engine.rule import Context, Problem, Rule


def timed(rule: Rule, timings: dict[str, float]) -> Rule:
    """Return the rule so that it adds the seconds it takes to the timings, under its id."""
    ask = rule.check
    if ask is None:
        return rule  # found by the reader or the server, whose time is measured by kind
    timings.setdefault(rule.id, 0.0)

    def check(subject: Any, context: Context) -> Iterator[Problem]:
        with measured(rule.id, timings):
            return iter(list(ask(subject, context)))

    return rule._replace(check=check)


@contextmanager
def measured(name: str, timings: dict[str, float]) -> Iterator[None]:
    """Add the seconds that the block takes to the timings, under a name."""
    start = perf_counter()
    try:
        yield
    finally:
        timings[name] = timings.get(name, 0.0) + perf_counter() - start
