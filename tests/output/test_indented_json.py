"""JSON with an indent is what `json.dumps` makes."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from linter.light_typing import NamedTuple
from linter.output.indented_json import indented


class Pair(NamedTuple):
    first: int
    second: str


_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.builds(Pair, st.integers(), st.text())
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inside: st.lists(inside) | st.lists(inside).map(tuple) | st.dictionaries(st.text(), inside),
    max_leaves=20,
)


@given(_VALUES)
def test_the_bytes_are_those_of_json_dumps(value: Any) -> None:
    assert indented(value) == json.dumps(value, ensure_ascii=False, indent=2)
