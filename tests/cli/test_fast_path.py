"""What is understood without click is understood as click does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.cli.commands import lint
from linter.cli.fast_path import plain_lint
from linter.cli.lint.request import LintRequest

FLAGS = [name for option in LintRequest.options() if option.default is False for name in option.names]
PLAIN_ARGUMENTS = st.one_of(
    st.sampled_from(sorted(FLAGS)),
    st.sampled_from(["-", ".", "a.yaml", "k8s/*.yaml", "lint", "", "a b", "ä", "\udce4.yaml"]),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5).filter(
        lambda text: not text.startswith("-")
    ),
)


def by_click(arguments: list[str]) -> dict[str, Any]:
    params: dict[str, Any] = lint.command.make_context("lint", list(arguments)).params
    return params


def without_click(arguments: list[str]) -> dict[str, Any]:
    request = plain_lint(["lint", *arguments])
    assert request is not None
    given = {option.field: getattr(request, option.field) for option in LintRequest.options()}
    return {"paths": request.paths, **given}


@given(
    st.lists(PLAIN_ARGUMENTS, max_size=5), st.none() | st.lists(PLAIN_ARGUMENTS | st.just("--"), max_size=3)
)
def test_plain_arguments(arguments: list[str], paths: list[str] | None) -> None:
    if paths is not None:
        arguments = [*arguments, "--", *paths]
    assert without_click(arguments) == by_click(arguments)


@pytest.mark.parametrize(
    "arguments",
    [[], ["plan"], ["--help"], ["lint", "--help"], ["lint", "-qv"], ["lint", "--select", "api"],
     ["lint", "--quiet=1"], ["lint", "-h"], ["lint", "a", "--jobs=2"]],
)  # fmt: skip
def test_everything_else_is_left_to_click(arguments: list[str]) -> None:
    assert plain_lint(arguments) is None
