"""Quantities: which texts are some, how much they are, how they are printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.kube.quantities import is_quantity, parse
from linter.loading.source import Source
from linter.loading.yaml.reader import read_documents

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "conformance/verdicts-targeted.jsonl")
    .read_text("utf-8")
    .splitlines()
]
SUFFIXES = [
    "",
    "n",
    "u",
    "m",
    "k",
    "M",
    "G",
    "T",
    "P",
    "E",
    "Ki",
    "Mi",
    "Gi",
    "Ti",
    "Pi",
    "Ei",
    "e3",
    "E-2",
    "e+1",
]


@pytest.mark.parametrize(
    "text",
    [
        "", "1K", "1ki", "1Kib", "1e", "1MiMi", "1Gi5", "1Em", "1GB", "512MB", "1,5", "1.2.3", "1e3.5", "1e+", "--1",
        "+-1", "1-1", "0x10", "1 Gi", "Pi", "Ei", "-Pi", ".Ei", "e-10", "１", "1e99999999999999999999", "\t1",
    ],
)  # fmt: skip
def test_no_quantities(text: str) -> None:
    assert not is_quantity(text)
    with pytest.raises(ValueError, match="not a quantity"):
        parse(text)


@pytest.mark.parametrize("value", [True, {}, [], "1gi", float("nan"), float("inf")])
def test_other_values_are_no_quantities(value: Any) -> None:
    assert not is_quantity(value)
    with pytest.raises(ValueError, match="not a quantity"):
        parse(value)


@pytest.mark.parametrize(
    ("value", "canonical"),
    [
        (None, "0"), (0, "0"), (1.5, "1500m"), (1000, "1k"), (1e-7, "100e-9"), ("m", "0"), ("Gi", "0"), (".", "0"),
        ("-", "0"), ("+", "0"), ("1.", "1"), (".5", "500m"), ("+1", "1"), ("1e3", "1e3"), ("1E3", "1e3"), ("1E", "1E"),
        ("0.5", "500m"), ("1024Mi", "1Gi"), ("1000m", "1"), ("1.5Gi", "1536Mi"), ("0.5Gi", "512Mi"), ("512", "512"),
        ("0.5Ki", "512"), ("1000Ki", "1000Ki"), ("0.0001Ki", "102400u"), ("-1.5", "-1500m"), ("00.5Gi", "512Mi"),
        ("9Ei", "9223372036854775807"), ("0.1n", "1n"), ("1e-20", "1e-9"), (" 1 ", "1"), ("100000", "100k"),
    ],
)  # fmt: skip
def test_canonical_form(value: Any, canonical: str) -> None:
    assert str(parse(value)) == canonical


@pytest.mark.parametrize(
    ("text", "fractional"),
    [
        ("128m", True), ("1500m", True), ("0.5", True), ("1n", True), ("2000m", False), ("1.5Gi", False),
        ("999.9999999999m", False), ("8Pi", False), ("9Pi", True), ("16Pi", True), ("100Pi", True), ("1Ei", True),
        ("7Ei", True), ("2Ei", False), ("4Ei", False), ("12Ei", False), ("10P", False), ("1E", False), ("-128m", True),
    ],
)  # fmt: skip
def test_fractional_bytes_with_the_overflow_of_the_api_server(text: str, *, fractional: bool) -> None:
    assert parse(text).in_millis().has_fractional_bytes is fractional


def test_huge_exponents_take_no_time() -> None:
    assert parse("1e999999999").nanos > parse("1Ei").nanos
    assert parse("1e-999999999").nanos == 1
    # The exponent is cut to 32 bits.
    assert parse("1e4294967296").nanos == parse("1").nanos


def recorded() -> Iterator[Any]:
    """Yield what a real server said of single amounts: their cases name them, as in `memory: 1Gi` or `cpu: '.5'`."""
    for case in CASES:
        name, colon, written = case["mutation"][0].partition(": ") if case["mutation"] else ("", "", "")
        if case["rule"].startswith("QT-") and colon and name in {"cpu", "memory"}:
            accepted = case["verdict"] == "accept" or case["code"] == 422
            yield pytest.param(written, accepted, id=f"{case['id']}-{written}")


@pytest.mark.parametrize(("written", "accepted"), list(recorded()))
def test_recorded_amounts(written: str, *, accepted: bool) -> None:
    (document,) = read_documents(Source("manifest.yaml", f"amount: {written}"))
    # Infinity is no value at all: JSON has none.
    taken = document.value is not None and is_quantity(document.value["amount"])
    assert taken is accepted


@given(st.from_regex(r"[+-]?[0-9]{0,25}(\.[0-9]{0,25})?", fullmatch=True), st.sampled_from(SUFFIXES))
def test_the_canonical_form_is_the_same_amount(number: str, suffix: str) -> None:
    text = number + suffix
    if is_quantity(text):
        quantity = parse(text)
        again = parse(str(quantity))
        assert again.nanos == quantity.nanos
        assert str(again) == str(quantity)


@given(st.integers(-(10**12), 10**12), st.sampled_from(SUFFIXES))
def test_rounding_to_thousandths_goes_away_from_zero_and_only_once(number: int, suffix: str) -> None:
    quantity = parse(f"{number}{suffix}")
    rounded = quantity.in_millis()
    assert rounded.nanos % 1_000_000 == 0
    assert 0 <= (rounded.nanos - quantity.nanos) * (1 if quantity.nanos >= 0 else -1) < 1_000_000
    assert rounded.in_millis() == rounded


@given(st.integers(0, 2**40), st.integers(0, 2**40))
def test_amounts_compare_as_numbers(one: int, other: int) -> None:
    assert (parse(f"{one}Ki").nanos < parse(other).nanos) is (one * 1024 < other)


@given(st.text(max_size=12))
def test_any_text_is_judged_without_error(text: str) -> None:
    assert is_quantity(text) in {True, False}
