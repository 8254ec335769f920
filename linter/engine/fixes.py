"""Fixes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linter.engine.finding import Repair
    from linter.engine.rule import Context, Problem, Rule
    from linter.loading.resource import Resource


def repair_of(rule: Rule, problem: Problem, resource: Resource, context: Context) -> Repair | None:
    """Return how to mend a problem, or None where there is not one right way."""
    return None
