"""The compiled part reads as the reader in Python does, values and places."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

from linter.loading.limits import DEFAULT, Limits
from linter.loading.lines import needs_recount
from linter.loading.yaml import locate, plain
from linter.loading.yaml.composer import ComposeError, compose
from linter.loading.yaml.positions import Positions, _range

from .test_composer import VALUES, WORDS, dump

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from linter.path import FieldPath

pytestmark = pytest.mark.skipif(
    plain.native_version() is None, reason="the compiled part is not installed (make native)"
)
RECORDED = Path(__file__).parents[2] / "conformance"
MUTANTS = 1_000
UNLIMITED = DEFAULT._replace(depth=sys.maxsize, values=sys.maxsize)


def exact(value: Any) -> Any:
    """Return a value in which 1, 1.0 and True differ, as they do in JSON."""
    if isinstance(value, dict):
        return [(key, exact(entry)) for key, entry in value.items()]
    return [exact(entry) for entry in value] if isinstance(value, list) else (type(value), value)


def in_python(text: str, limits: Limits) -> tuple[Any, int] | None:
    if plain.is_unusual(text):
        return None
    try:
        return plain._plain_document(text, limits)
    except plain.UnusualError:
        return None


def places(value: Any, marks: Mapping[int, Any]) -> Iterator[Any]:
    """Yield the places of a value and of all in it, in order."""
    if isinstance(value, dict | list):
        whole, keys, values = marks[id(value)]
        yield tuple(whole), [(key, tuple(place)) for key, place in keys.items()]
        yield [(key, tuple(place)) for key, place in values.items()]
        for inner in value.values() if isinstance(value, dict) else value:
            yield from places(inner, marks)


def paths(value: Any, path: FieldPath = ()) -> Iterator[FieldPath]:
    """Yield the paths of all in a value, and beside each one that leads to nothing."""
    if isinstance(value, dict | list):
        yield (*path, "nothing") if isinstance(value, dict) else (*path, len(value))
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*path, step)
            yield from paths(inner, (*path, step))
    else:
        yield (*path, "nothing")


def check_some_places(text: str, *, is_plain: bool) -> None:
    """Hold the places that are found without a table to those of the composer's."""
    if needs_recount(text):
        return
    try:
        composed = compose(text, positions=True, limits=UNLIMITED)
    except ComposeError:
        return
    if composed.problems or composed.root is None:
        return
    table = Positions(composed.value, composed.marks, composed.root, 1)
    asked = [path for path in paths(composed.value) if path]
    asked = asked[:: 1 + len(asked) // 12]  # of long texts some
    for start in range(0, len(asked), 16):
        some = asked[start : start + 16]
        located = locate.locate_some(text, some)
        if not text.lstrip().startswith("{") and not plain.is_unusual(text):
            assert locate.locate_in_python(text, some) == located, text
        # Of what is absent and has no parent, the place is the document's first key.
        reached = (
            is_plain
            and not text.lstrip().startswith("{")
            and not any(path[0] in {"nothing", len(composed.value)} for path in some)
        )
        assert located is not None or not reached, text
        if located is not None:
            expected = [(table.key(path), table.value(path)) for path in some]
            assert [tuple(_range(place, 1) for place in both) for both in located] == expected, text


def check(text: str, limits: Limits = DEFAULT) -> bool:
    """Hold both readers to one result; tell whether there was one."""
    expected, found = in_python(text, limits), plain.read_plain(text, limits)
    check_some_places(text, is_plain=found is not None)
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


@pytest.mark.parametrize("find", [locate.locate_some, locate.locate_in_python])
def test_what_stands_behind_the_last_place_is_not_read(find: Callable[..., Any]) -> None:
    text = "a: {b: 1}\nc: &x 2\nd: ["
    assert find(text, [("a",), ("a", "b")]) == [((0, 0, 0, 1), (0, 3, 0, 9)), ((0, 4, 0, 5), (0, 7, 0, 8))]
    for path in ("c",), ("d",), ("a", 0, "b"), ():
        assert (find(text, [("a",), path]) is None) == (path != ("a", 0, "b"))


def test_a_text_that_is_refused_is_refused_by_the_composer() -> None:
    assert plain.read_plain("a: [", DEFAULT) is None
    with pytest.raises(ComposeError):
        compose("a: [")
