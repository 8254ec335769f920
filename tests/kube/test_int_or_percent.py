from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.kube.int_or_percent import is_percent, parse, resolve


@pytest.mark.parametrize(
    ("value", "total", "up", "down"),
    [
        (3, 10, 3, 3),
        ("25%", 3, 1, 0),
        ("25%", 10, 3, 2),
        ("0%", 7, 0, 0),
        ("100%", 7, 7, 7),
        ("150%", 3, 5, 4),
    ],
)
def test_resolves_and_rounds(value: object, total: int, up: int, down: int) -> None:
    assert resolve(value, total, round_up=True) == up
    assert resolve(value, total, round_up=False) == down


@given(st.integers(0, 400), st.integers(0, 10_000))
def test_rounds_the_exact_share(percent: int, total: int) -> None:
    exact = Fraction(percent * total, 100)
    assert resolve(f"{percent}%", total, round_up=True) == math.ceil(exact)
    assert resolve(f"{percent}%", total, round_up=False) == math.floor(exact)


@pytest.mark.parametrize("value", ["3", "-5%", "1.5%", "", "%", "٣%", None, True, 1.5, [1]])
def test_anything_else_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="neither an integer nor a percentage"):
        parse(value)


def test_tells_percentages_from_numbers() -> None:
    assert is_percent("5%")
    assert not is_percent(5)
    assert not is_percent("5")
    assert parse("5%") == (5, True)
    assert parse(-1) == (-1, False)
