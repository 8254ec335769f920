"""What is read of the files, name by name, is what they hold as a whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from linter.schemas import constrained_structs, constraints, definition, kinds, versions

SCHEMAS = Path(__file__).parents[2] / "schemas"


def test_the_types() -> None:
    whole = json.loads((SCHEMAS / "kubernetes.json").read_text("utf-8"))
    assert kinds() == whole["kinds"]
    assert [str(each) for each in versions()] == whole["versions"]
    assert {name: definition(name) for name in whole["definitions"]} == whole["definitions"]


def test_the_constraints() -> None:
    whole = json.loads((SCHEMAS / "constraints.json").read_text("utf-8"))
    assert constrained_structs() == tuple(whole)
    for struct, fields in whole.items():
        assert {field for field, _ in constraints(struct)} == fields.keys(), f"{struct} does not begin a line"


@pytest.mark.parametrize("name", ["core/v1.Nothing", "", '"', 'kinds": {\n"v1 Pod', "core/v1.Pod "])
def test_what_is_not_there(name: str) -> None:
    assert constraints(name) == ()
    with pytest.raises(KeyError):
        definition(name)
