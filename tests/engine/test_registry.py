"""The index of the rules says what the modules say."""

from __future__ import annotations

from pathlib import Path

from linter.engine.registry import all_rules
from linter.rules import generate


def test_the_index_is_what_the_modules_say() -> None:
    assert Path(generate.TARGET).read_text() == generate.render(), "run `make rules`"


def test_a_rule_is_what_its_module_says() -> None:
    rules = all_rules()
    for rule in generate._rules():
        indexed = rules[rule.id]
        assert indexed._replace(check=rule.check, docstring="") == rule._replace(docstring="")
        assert indexed.page == rule.page
