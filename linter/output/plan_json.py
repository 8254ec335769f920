"""A plan as JSON; docs and tests/conformance/README.md describe the fields."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING

from linter.output.terminal import escape_in_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.planner.plan import Plan


def render(plan: Plan) -> str:
    """Write a plan as JSON, with a line break at its end."""
    return "".join(pieces(plan))


def pieces(plan: Plan) -> Iterator[str]:
    """Yield the text of `render` bit by bit: it lists every pod in every round, which may be too much for the memory."""
    bits = json.JSONEncoder(indent=2, ensure_ascii=False).iterencode(plan.to_dict())
    while some := "".join(islice(bits, 50_000)):
        yield escape_in_json(some)
    yield "\n"
