"""Values that are filled in or decrypted before an object is applied."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from linter.kube.unknown import Unknown, UnknownValueError, concerns_unknown, has_mark, known


@pytest.mark.parametrize(
    "text",
    [
        "${NAME}", "a-${NAME:=b}.c", "$NAME", "x$NAME-y", "ENC[AES256_GCM,data:Zm9v,iv:YmFy,tag:YmF6,type:str]", "{{ .Name }}",
        "a{{name}}b", "{% if x %}", "<%= name %>", "@NAME@", "__NAME__", "%NAME%", "#{name}#",
    ],
)  # fmt: skip
def test_marks(text: str) -> None:
    assert has_mark(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "web", "$(NAME)", "5$", "$5", "^[a-z]+$", "ENC", "a@b.c", "web@sha256:0a1b", "__address__", "100%", "%20x%20",
        '{"a":{"b":{}}}', "<name>", "# comment",
    ],
)  # fmt: skip
def test_no_marks(text: str) -> None:
    assert not has_mark(text)


@pytest.mark.parametrize(
    "look",
    [
        bool, str, int, repr, hash, list, len, format, lambda it: it == 1, lambda it: it > 1, lambda it: it + 1,
        lambda it: max(it, 2), lambda it: f"{it}", lambda it: it.get("a"), lambda it: 1 in it, lambda it: {it: 1},
        lambda it: 2 * it, lambda it: sorted([it, it]),
    ],
)  # fmt: skip
def test_nobody_looks_at_what_is_not_known(look: Any) -> None:
    with pytest.raises(UnknownValueError):
        look(Unknown())


def test_what_is_not_known_can_be_passed_on() -> None:
    value = {"a": Unknown()}
    assert isinstance(copy.deepcopy(value)["a"], Unknown)


def test_leaving_out_what_is_not_known() -> None:
    value = {"a": Unknown(), "b": {"c": 1, "d": Unknown()}, "e": [1, Unknown()], "f": [{"g": Unknown()}]}
    assert known(value) == {"b": {"c": 1}, "f": [{}]}
    assert known(value, 7) == {"a": 7, "b": {"c": 1, "d": 7}, "f": [{"g": 7}]}
    whole = {"a": [1, {"b": 2}]}
    assert known(whole) is whole


MANIFEST = {
    "metadata": {"name": "${NAME}", "labels": {"app": "web", "${KEY}": "x"}},
    "spec": {
        "replicas": Unknown(),
        "volumes": [Unknown()],
        "source": {"type": "${TYPE}", "git": {}},
        "ports": [{"port": Unknown(), "name": "http"}],
        "known": {"a": {"b": {"c": {"d": "${DEEP}"}}}, "e": 1},
    },
}


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("metadata", "name"), True),
        (("metadata", "labels"), True),
        (("metadata", "labels", "${KEY}"), True),
        (("metadata", "labels", "app"), False),
        (("spec", "replicas"), True),
        (("spec", "volumes"), True),
        (("spec", "volumes", 0, "name"), True),
        (("spec", "source", "git", "url"), True),
        (("spec", "ports", 0, "targetPort"), True),
        (("spec", "ports", 0, "name"), False),
        (("spec", "known", "e"), False),
        (("spec", "known", "a", "b"), True),
    ],
)
def test_problems_of_what_is_not_known(path: tuple[str | int, ...], *, expected: bool) -> None:
    assert concerns_unknown(MANIFEST, path, "It is wrong.") == expected


def test_a_message_that_names_what_is_not_known() -> None:
    assert concerns_unknown({}, ("spec",), "There is no Service `${NAME}`.")


def test_the_name_of_a_field_is_known_whatever_its_value() -> None:
    assert not concerns_unknown(
        {"spec": {"replcas": "${N}"}}, ("spec", "replcas"), "No such field.", at_key=True
    )
