"""The compiled part reads as the reader in Python does, values and places."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

from linter.loading.limits import DEFAULT, Limits
from linter.loading.lines import needs_recount
from linter.loading.yaml import plain
from linter.loading.yaml.composer import ComposeError, compose

from .test_composer import VALUES, WORDS, dump

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

pytestmark = pytest.mark.skipif(
    plain.native_version() is None, reason="the compiled part is not installed (make native)"
)
RECORDED = Path(__file__).parents[2] / "conformance"
MUTANTS = 1_000


def exact(value: Any) -> Any:
    """Return a value in which 1, 1.0 and True differ, as they do in JSON."""
    if isinstance(value, dict):
        return [(key, exact(entry)) for key, entry in value.items()]
    return [exact(entry) for entry in value] if isinstance(value, list) else (type(value), value)


def in_python(text: str, limits: Limits) -> tuple[Any, int] | None:
    if plain._is_unusual(text):
        return None
    try:
        return plain._plain_document(text, limits)
    except plain._UnusualError:
        return None


def places(value: Any, marks: Mapping[int, Any]) -> Iterator[Any]:
    """Yield the places of a value and of all in it, in order."""
    if isinstance(value, dict | list):
        whole, keys, values = marks[id(value)]
        yield tuple(whole), [(key, tuple(place)) for key, place in keys.items()]
        yield [(key, tuple(place)) for key, place in values.items()]
        for inner in value.values() if isinstance(value, dict) else value:
            yield from places(inner, marks)


def check(text: str, limits: Limits = DEFAULT) -> bool:
    """Hold both readers to one result; tell whether there was one."""
    expected, found = in_python(text, limits), plain.read_plain(text, limits)
    assert (expected is None) == (found is None), text
    if expected is None or found is None:
        return False
    assert (exact(found[0]), found[1]) == (exact(expected[0]), expected[1]), text
    located = plain.locate_plain(text)
    if needs_recount(text) or limits != DEFAULT:
        return True
    assert located is not None, text
    composed = compose(text, positions=True)
    assert exact(located[0]) == exact(composed.value), text
    assert tuple(located[2]) == tuple(composed.root or ()), text
    assert list(places(located[0], located[1])) == list(places(composed.value, composed.marks)), text
    return True


def recorded_texts() -> list[str]:
    """Return the manifests of the recordings, without the separators at which they are divided before they are read."""
    texts = []
    for path in sorted(RECORDED.glob("**/verdicts-*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            texts += json.loads(line)["yaml"].split("\n---\n")
    return texts


def test_recorded_manifests_are_read_alike() -> None:
    texts = recorded_texts()[::7]  # all of them take a minute, and are much alike
    assert sum(check(text) for text in texts) > 0.9 * len(texts)


def test_mutants_of_recorded_manifests_are_read_alike() -> None:
    chance = random.Random(1)  # noqa: S311  mutants are no secrets
    texts = recorded_texts()
    parts = [
        ":",
        " ",
        "\n",
        "- ",
        "{",
        "}",
        "[",
        "]",
        "'",
        '"',
        "#",
        "&a",
        "*a",
        "!t",
        "|",
        ">",
        "?",
        ",",
        "\t",
        "~",
        "0",
        "<<",
        "%",
        "é",
        "\r",
    ]
    read = 0
    for _ in range(MUTANTS):
        text = chance.choice(texts)
        at = chance.randrange(len(text) + 1)
        text = text[:at] + chance.choice(parts) + text[at + chance.randrange(3) :]
        read += check(text)
    assert read > MUTANTS / 3


@given(VALUES)
def test_written_values_are_read_alike(value: Any) -> None:
    for style in ("json", "flow", "block"):
        check(dump(value, style))


@given(WORDS)
def test_words_are_read_alike(word: str) -> None:
    for text in (
        f"a: {word}",
        f"{word}: a",
        f"- {word}",
        f"{{a: {word}}}",
        f"a: '{word}'",
        f'a: "{word}"',
        f"a: |\n  {word}",
    ):
        check(text)


@pytest.mark.parametrize(
    "text",
    ["", "a", "# a", "---\na: 1", "a: 1\n...", "a: 1\n--- b", "a: &x 1", "a: *x", "<<: {a: 1}", "a: 1\na: 2", "1: a", "? a", "a: !!str 1",
     "a: .inf", "a: .nan", "a: \x00", "%YAML 1.2\n---\na: 1", "a: ! 1", 'a: "\\/"', "a: [", "\ufeffa: 1", "a: 12345678901234567890", "a: 0644"],
)  # fmt: skip
def test_what_is_unusual_is_left_to_the_composer_by_both(text: str) -> None:
    check(text)


@pytest.mark.parametrize("limits", [Limits(depth=2), Limits(values=4), Limits(depth=3, values=9)])
def test_limits_hold_for_both(limits: Limits) -> None:
    for text in (
        "a: {b: {c: 1}}",
        "[[[]]]",
        "[1, 2, 3, 4, 5]",
        "a: 1\nb: 2\nc: 3",
        "a: [1, 2]\nb: [3]",
        "[[1], [2]]",
    ):
        check(text, limits)


def test_a_lone_surrogate_is_left_to_the_composer() -> None:
    assert plain.read_plain("a: \ud800", DEFAULT) is None


def test_a_text_that_is_refused_is_refused_by_the_composer() -> None:
    assert plain.read_plain("a: [", DEFAULT) is None
    with pytest.raises(ComposeError):
        compose("a: [")
