"""What is understood without click is understood as click does."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.cli import lint
from linter.cli.front import PLAIN_FLAGS, plain_lint
from linter.cli.linting import run

DEFAULTS = {name: each.default for name, each in inspect.signature(run).parameters.items()}
PLAIN_ARGUMENTS = st.one_of(
    st.sampled_from(sorted(PLAIN_FLAGS)),
    st.sampled_from(["-", ".", "a.yaml", "k8s/*.yaml", "lint", "", "a b", "ä", "\udce4.yaml"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5).filter(
        lambda text: not text.startswith("-")
    ),
)


def by_click(arguments: list[str]) -> dict[str, Any]:
    return lint.command.make_context("lint", list(arguments)).params


@given(
    st.lists(PLAIN_ARGUMENTS, max_size=5), st.none() | st.lists(PLAIN_ARGUMENTS | st.just("--"), max_size=3)
)
def test_plain_arguments(arguments: list[str], paths: list[str] | None) -> None:
    if paths is not None:
        arguments = [*arguments, "--", *paths]
    plain = plain_lint(["lint", *arguments])
    assert plain is not None
    assert DEFAULTS | plain == by_click(arguments)


@pytest.mark.parametrize(
    "arguments",
    [[], ["plan"], ["--help"], ["lint", "--help"], ["lint", "-qv"], ["lint", "--select", "api"],
     ["lint", "--quiet=1"], ["lint", "-h"], ["lint", "a", "--jobs=2"]],
)  # fmt: skip
def test_everything_else_is_left_to_click(arguments: list[str]) -> None:
    assert plain_lint(arguments) is None
