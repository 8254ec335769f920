"""A plan as JSON; docs and tests/conformance/README.md describe the fields."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linter.planner.plan import Plan


def render(plan: Plan) -> str:
    """Write a plan as JSON, with a line break at its end."""
    return json.dumps(plan.to_dict(), indent=2, ensure_ascii=False) + "\n"
