"""Colours and signs: what a stream is written in, as the options and the environment say."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from linter.cli.streams import use_color, use_unicode
from linter.output.terminal import ascii_only
from tests.cli.calling import call

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLES = (
    "NO_COLOR",
    "FORCE_COLOR",
    "CLICOLOR_FORCE",
    "TERM",
    "LC_ALL",
    "LC_CTYPE",
    "LANG",
    "GITHUB_ACTIONS",
)
EXAMPLE = str(Path(__file__).parents[2] / "examples" / "nginx-deploy.yaml")
BAD = "apiVersion: v1\nkind: Service\nmetadata: {name: wéb}\nspec: {clusterIP: None}\n"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("variables", "on_terminal", "elsewhere"),
    [
        ({}, True, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"FORCE_COLOR": "3"}, True, True),
        ({"CLICOLOR_FORCE": "1"}, True, True),
        ({"FORCE_COLOR": "0"}, True, False),
        ({"CLICOLOR_FORCE": "0"}, True, False),
        ({"FORCE_COLOR": ""}, True, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, False),
        ({"TERM": "dumb"}, False, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True, True),
    ],
)
def test_colours(
    variables: Mapping[str, str],
    on_terminal: bool,  # noqa: FBT001  a parameter of the test
    elsewhere: bool,  # noqa: FBT001  likewise
    environment: pytest.MonkeyPatch,
) -> None:
    for name, value in variables.items():
        environment.setenv(name, value)
    assert use_color("auto", Terminal()) == on_terminal
    assert use_color("auto", io.StringIO()) == elsewhere
    assert use_color("always", io.StringIO())
    assert not use_color("never", Terminal())


@pytest.mark.parametrize(
    ("variables", "unicode"),
    [
        ({}, True),
        ({"LC_ALL": "C"}, False),
        ({"LANG": "C"}, False),
        ({"LC_CTYPE": "POSIX", "LANG": "de_DE.UTF-8"}, False),
        ({"LC_ALL": "C.UTF-8", "LANG": "C"}, True),
        ({"LANG": "en_GB.UTF-8"}, True),
    ],
)
def test_signs(variables: Mapping[str, str], unicode: bool, environment: pytest.MonkeyPatch) -> None:  # noqa: FBT001  a parameter of the test
    for name, value in variables.items():
        environment.setenv(name, value)
    assert use_unicode(Terminal()) == unicode
    latin = io.TextIOWrapper(io.BytesIO(), encoding="latin-1")
    assert not use_unicode(latin)


def test_what_has_no_plain_form_is_escaped() -> None:
    assert ascii_only("r1 → r2 … × 3 ≥ 2") == "r1 -> r2 ... x 3 >= 2"
    assert ascii_only("wéb") == "w\\xe9b"


@pytest.mark.parametrize("how", ["--ascii", "LC_ALL"])
def test_plan_and_lint_in_ascii(how: str, environment: pytest.MonkeyPatch) -> None:
    flags = ["--ascii"] if how == "--ascii" else []
    if how == "LC_ALL":
        environment.setenv("LC_ALL", "C")
    plan = call("plan", "set-image", EXAMPLE, "nginx=nginx:1.25", *flags)
    assert plan.returncode == 0
    assert plan.stdout.isascii()
    assert "scale up new 0 -> 1" in plan.stdout
    lint = call("lint", "--no-cache", *flags, "-", stdin=BAD.encode())
    assert lint.returncode == 1
    assert lint.stdout.isascii()
    assert "w\\xe9b" in lint.stdout
    # What is for programs says all it has to say.
    assert "wéb" in call("lint", "--no-cache", "--format", "json", *flags, "-", stdin=BAD.encode()).stdout


def test_a_forgotten_command_is_named() -> None:
    done = call(EXAMPLE)
    assert done.returncode == 2
    assert f"podplan lint {EXAMPLE}" in done.stderr
    assert f"podplan plan create {EXAMPLE}" in done.stderr
    assert "podplan lint" not in call("nonsense").stderr
