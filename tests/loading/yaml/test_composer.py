"""YAML events → values and positions."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.loading.limits import DEFAULT, Limits
from linter.loading.yaml.composer import Composed, ComposeError, compose
from linter.loading.yaml.plain import read_plain
from linter.loading.yaml.positions import Positions

KEYS = st.text("abcXYZ019-_. ", min_size=1, max_size=6).map(str.strip).filter(bool)
# The parsers count lines differently at U+0085, U+2028 and U+2029, which no editor takes for line ends.
TEXT = st.characters(exclude_characters="\x85\u2028\u2029", exclude_categories=["Cs"])
WORDS = st.one_of(
    st.text(TEXT, max_size=8),
    st.sampled_from(
        ["yes", "0644", "1e3", "~", "1:30", "a: b", "# x", "- a", "'", '"', "*a", "&a", "!x", "|", "é●"]
    ),
)
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(allow_nan=False), WORDS)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)


def dump(value: Any, style: str) -> str:
    """Write a value as JSON (which is YAML) or as block YAML, independent of the reader under test."""
    import io
    import json

    from ruamel.yaml import YAML

    if style == "json":
        return json.dumps(value, ensure_ascii=False)
    writer = YAML(typ="safe", pure=True)
    writer.default_flow_style = style == "flow"
    out = io.StringIO()
    writer.dump(value, out)
    return out.getvalue()


def outcome(text: str, *, pure: bool) -> tuple[Any, Any]:
    try:
        composed = compose(text, pure=pure, positions=True)
    except ComposeError:
        assert read_plain(text, DEFAULT) is None  # the short way ends there, too
        return "refused", None
    if (short := read_plain(text, DEFAULT)) is not None:
        assert (short[0], []) == (composed.value, composed.problems)
    return composed.value, table(composed)


def table(composed: Composed) -> list[Any]:
    """List the positions of everything in a value, in its own order."""
    result: list[Any] = [composed.root]
    stack = [composed.value]
    while stack:
        value = stack.pop()
        if isinstance(value, (dict, list)):
            marks = composed.marks[id(value)]
            result += [marks.whole, marks.keys, marks.values]
            stack += value.values() if isinstance(value, dict) else value
    return result


@given(VALUES, st.sampled_from(["json", "block", "flow"]))
def test_c_and_pure_parser_agree_on_written_values(value: Any, style: str) -> None:
    text = dump(value, style)
    assert outcome(text, pure=False) == outcome(text, pure=True)


LINES = st.lists(
    st.sampled_from(
        ["a: 1", "b:", "  c: 2", "  - x", "- y", "  - z: 1", "    w: 2", "# note", "", "d: &m {k: v}", "e: *m", "<<: *m",
         "f: 'quoted'", 'g: "x\\ny"', "h: |", "    text", "i: [1, 2, {j: 3}]", "k: !!str 5", "? q", ": r", "é: ●", "l: a b  # c"]
    ),
    max_size=12,
)  # fmt: skip


@given(LINES)
def test_c_and_pure_parser_agree_on_lines_of_yaml(lines: list[str]) -> None:
    text = "\n".join(lines) + "\n"
    assert outcome(text, pure=False) == outcome(text, pure=True)


@given(st.text("ab: -\n#&*!|>'\"[]{},?%@`0\t~<é", max_size=40))
def test_no_text_raises_anything_but_a_compose_error(text: str) -> None:
    for pure in (False, True):
        with contextlib.suppress(ComposeError):
            compose(text, pure=pure)


MANIFEST = """\
apiVersion: v1
kind: Service   # a note
metadata:
  name: "web"
  labels: {app: web,
           tier: front}
spec:
  ports:
  - port: 80
    name: http

  - port: 443
  text: |
    two
    lines
last: x
"""


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("kind",), (2, 7, 2, 14)),
        (("metadata",), (4, 3, 6, 24)),
        (("metadata", "name"), (4, 9, 4, 14)),
        (("metadata", "labels"), (5, 11, 6, 24)),
        (("metadata", "labels", "tier"), (6, 18, 6, 23)),
        (("spec", "ports", 0), (9, 5, 10, 15)),
        (("spec", "ports", 1, "port"), (12, 11, 12, 14)),
        (("spec", "text"), (13, 9, 16, 1)),
        (("spec", "ports", 1, "name"), (12, 5, 12, 14)),  # absent: its item
        (("spec", "type"), (7, 1, 7, 5)),  # absent: the key of its parent
        (("nothing",), (1, 1, 1, 11)),  # absent at the top: the first key
    ],
)
@pytest.mark.parametrize("pure", [False, True])
def test_positions_of_values(path: tuple[str | int, ...], place: tuple[int, ...], *, pure: bool) -> None:
    assert Positions.of(MANIFEST, 1, pure=pure).value(path) == place


def test_positions_of_keys_and_of_a_later_document() -> None:
    positions = Positions.of(MANIFEST, 11)
    assert positions.key(("metadata", "labels")) == (15, 3, 15, 9)
    assert positions.key(("spec", "ports", 1)) == (22, 5, 22, 14)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: &x {k: 1}\nb: *x", {"a": {"k": 1}, "b": {"k": 1}}),
        ("a: &x {k: 1}\nb:\n  <<: *x\n  l: 2", {"a": {"k": 1}, "b": {"k": 1, "l": 2}}),
        ("a: &x {k: 1}\nb:\n  <<: *x\n  k: 2", {"a": {"k": 1}, "b": {"k": 2}}),
        ("a: &x {k: 1}\nb:\n  k: 1\n  <<: *x", {"a": {"k": 1}, "b": {"k": 1}}),
        ("a: &x {k: 1}\nb:\n  !!merge <<: *x\n  l: 2", {"a": {"k": 1}, "b": {"k": 1, "l": 2}}),
        ('a: &x {k: 1}\nb: {!!merge "<<": *x, k: 2}', {"a": {"k": 1}, "b": {"k": 2}}),
        ("a: &x {k: 1}\nb: {!!str <<: *x}", {"a": {"k": 1}, "b": {"<<": {"k": 1}}}),
        ("a: &x {k: 1}\nc: &y {k: 2}\nb:\n  <<: *x\n  <<: *y", {"a": {"k": 1}, "c": {"k": 2}, "b": {"k": 2}}),
        ("a: &x {k: 1}\nc: &y {k: 2, m: 3}\nb:\n  <<: [*x, *y]", {"a": {"k": 1}, "c": {"k": 2, "m": 3}, "b": {"k": 1, "m": 3}}),
        ('a: {"<<": 1}', {"a": {"<<": 1}}),
        ("true: 1\n16: 2\n1.5: 3\n'on': 4", {"true": 1, "16": 2, "1.5": 3, "on": 4}),
        ('a: ! 5\nb: !x 5\nc: [! on]\nd: ! "5"', {"a": "5", "b": "5", "c": ["on"], "d": "5"}),
        ("a: \"b\\\\/c\"\nd: 'e\\/f'\ng: h\\/i", {"a": "b\\/c", "d": "e\\/f", "g": "h\\/i"}),
        ("a: b\n...\nnot: [read", {"a": "b"}),
        ("a: \"it\\'s\"\nb: |\n  it\\'s\nc: \"\\'\\'\"", {"a": "it's", "b": "it\\'s\n", "c": "''"}),
    ],
)  # fmt: skip
def test_values(text: str, value: Any) -> None:
    composed = compose(text)
    assert composed.value == value
    assert composed.problems == []


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a: 1\na: 2", 1, 0),
        ("a: 1\n'a': 2", 1, 0),
        ("1: a\n1: b", 1, 0),
        ("true: b\non: a", 1, 0),
        ("x: &x {k: 1}\nb:\n  <<: *x\n  k: 1\n  k: 2", 4, 2),
        ("x: &x {k: 1}\nb:\n  k: 1\n  <<: *x\n  k: 2", 4, 2),
    ],
)
def test_repeated_keys(text: str, line: int, column: int) -> None:
    (problem,) = compose(text).problems
    assert problem.rule == "duplicate-key"
    assert problem.range[:2] == (line, column)


@pytest.mark.parametrize(
    ("text", "value", "words"),
    [
        ("a: &x {k: 1}\nb:\n  k: 2\n  <<: *x", {"k": 1}, "`k: 2`, which becomes `1`"),
        ("a: &x {k: true}\nb:\n  k: 1\n  !!merge <<: *x", {"k": True}, "`k: 1`, which becomes `true`"),
        ("a: &x {k: [1], l: 1}\nb:\n  l: 1\n  k: [2]\n  <<: [*x, {l: 2}]", {"k": [1], "l": 1}, "`k`"),
    ],
)
def test_a_merge_overwrites_what_is_above_it(text: str, value: Any, words: str) -> None:
    composed = compose(text)
    assert composed.value["b"] == value
    (problem,) = composed.problems
    assert (problem.rule, problem.reason) == ("merge-overwrites-key", None)
    assert words in problem.message
    assert text.split("\n")[problem.range.line][problem.range.column :].startswith(("<<", "!!merge"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("SE: 1\nNO: 2", {"SE": 1, "false": 2}),
        ("on: 1", {"true": 1}),
        ("0x10: 2", {"16": 2}),
        ("0123: 2", {"83": 2}),
        ("1e6: a", {"1e+06": "a"}),
        ("a: {1e3: b}", {"a": {"1000": "b"}}),
        (".Inf: c", {".inf": "c"}),
        ("-0.0: e", {"-0": "e"}),
        ("1.10: e", {"1.1": "e"}),
    ],
)
def test_keys_that_become_another_text(text: str, value: Any) -> None:
    composed = compose(text)
    assert composed.value == value
    (problem,) = composed.problems
    assert (problem.rule, problem.reason) == ("key-not-text", None)
    key = text.split("\n")[problem.range.line][problem.range.column : problem.range.end_column]
    assert f"the key `{key}` as `" in problem.message


def test_an_integer_key_and_the_same_text_are_two_keys() -> None:
    assert compose('1: a\n"1": b').problems == []


@pytest.mark.parametrize(
    ("text", "rule", "words"),
    [
        ("a: [1", "yaml-syntax", "not closed"),
        ("a: b: c", "yaml-syntax", "colon"),
        ("a:\n\tb: c", "yaml-syntax", "Tabs"),
        ("a: @b", "yaml-syntax", "cannot begin"),
        ("a: *b", "yaml-syntax", "no anchor"),
        ("a: &x [*x]", "yaml-syntax", "contains itself"),
        ("{a: b}: c", "yaml-syntax", "cannot be a key"),
        ("~: c", "yaml-syntax", "empty"),
        ("a: .inf", "yaml-syntax", "infinity"),
        ("a: !!int x", "yaml-syntax", "!!int"),
        ("a: !!timestamp x", "yaml-syntax", "!!timestamp"),
        ("18446744073709551615: a", "yaml-syntax", "so big"),
        ('a: "b\\/c"', "yaml-syntax", "escape"),
        ('"b\\\\\\/c": a', "yaml-syntax", "escape"),
        ("a: \x07", "yaml-syntax", "control character"),
        ("a: &x {k: 1}\n<<: [1]", "yaml-syntax", "merge key"),
        ("[" * 300 + "]" * 300, "yaml-limits", "levels deep"),
    ],
)
def test_refused_texts(text: str, rule: str, words: str) -> None:
    with pytest.raises(ComposeError, match=words) as caught:
        compose(text)
    assert caught.value.rule == rule


def test_alias_bomb_ends_quickly() -> None:
    lines = ["l0: &l0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 30)]
    with pytest.raises(ComposeError, match="Aliases") as caught:
        compose("\n".join(lines))
    assert caught.value.rule == "yaml-limits"


def test_depth_is_an_option() -> None:
    assert compose("[[[]]]", limits=Limits(depth=3)).value == [[[]]]
    with pytest.raises(ComposeError):
        compose("[[[]]]", limits=Limits(depth=2))
