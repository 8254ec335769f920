"""Sources → documents → resources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from linter.loading.limits import Limits
from linter.loading.source import Source, decode
from linter.loading.yaml.reader import read_documents, resources_of

if TYPE_CHECKING:
    from linter.loading.document import Document


def read(text: str | bytes) -> list[Document]:
    return read_documents(decode(text.encode() if isinstance(text, str) else text, "a.yaml"))


def problems(documents: list[Document]) -> list[tuple[str, int, int]]:
    return [(each.rule, *each.range[:2]) for document in documents for each in document.problems]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a: 1\n---\nb: 2\n", [{"a": 1}, {"b": 2}]),
        ("---\na: 1\n--- # next\nb: 2\n---\n", [{"a": 1}, {"b": 2}, None]),
        ("# note\n---\na: 1\n", [{"a": 1}]),
        ("a: |\n  --- no separator\nb: 1\n", [{"a": "--- no separator\n", "b": 1}]),
        ("\ufeffa: 1\n", [{"a": 1}]),
        ("a: 1\r\nb: 2\r\n---\r\nc: 3\r\n", [{"a": 1, "b": 2}, {"c": 3}]),
        ("a: 1\rb: 2\r", [{"a": 1, "b": 2}]),
        ('{"a": 1.0, "b": [1e3, 1.5]}', [{"a": 1, "b": [1000, 1.5]}]),
        ('{"a": 1}\n\n {"b": "\\ud83d\\ude00"}', [{"a": 1}, {"b": "😀"}]),
        ('{"a": 1}\n---\n{"b": 2}', [{"a": 1}, {"b": 2}]),
        ("a: é".encode("utf-16"), [{"a": "é"}]),
        (b"a: 1 # caf\xe9", [{"a": 1}]),
    ],
)
def test_documents(text: str | bytes, values: list[Any]) -> None:
    assert [document.value for document in read(text)] == values


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [("empty-file", 1, 1)]),
        ("# nothing\n", [("empty-file", 1, 1)]),
        ("---\n---\n", [("empty-file", 1, 1)]),
        ("null\n", [("empty-file", 1, 1)]),
        ("a: 1\n---\n---\nb: 2\n", [("empty-document", 2, 1)]),
        ("a: 1\n---\nb: [1\n---\nc: @x\n", [("yaml-syntax", 4, 1), ("yaml-syntax", 5, 4)]),
        ("a: 1\na: 2\n", [("duplicate-key", 2, 1)]),
        ("--- a: 1\n", [("yaml-syntax", 1, 4)]),
        ("%YAML 1.1\n---\na: 1\n", [("yaml-syntax", 2, 1)]),
        ("a: 1\n...\nb: 2\n", [("ignored-document", 2, 1)]),
        ('{"a": 1,}', [("yaml-syntax", 1, 8)]),
        ('{"a": [1,\n]}', [("yaml-syntax", 1, 9)]),
        ("{a: 1}", [("yaml-syntax", 1, 2)]),
        ('{"a": 1, "a": 2}', [("duplicate-key", 1, 10)]),
        (b"a: 1\nb: \xff\n", [("yaml-encoding", 2, 4)]),
        ("a: 1".encode("utf-16"), [("yaml-encoding", 1, 1)]),
    ],
)
def test_problems_have_a_place(text: str | bytes, found: list[tuple[str, int, int]]) -> None:
    documents = read(text)
    broken = [each for each in problems(documents) if each[0] != "yaml-syntax" or each in found]
    assert broken == found
    assert len(problems(documents)) >= len(found)


def test_a_large_file_is_not_read() -> None:
    source = decode(b"a: 1\n" * 100, "a.yaml", limits=Limits(file_bytes=100))
    assert problems(read_documents(source)) == [("yaml-limits", 1, 1)]


def test_a_list_gives_its_items_with_their_places() -> None:
    text = "kind: List\nitems:\n- kind: Service\n  metadata: {name: a}\n- kind: ServiceList\n  items:\n  - {kind: Service}\n"
    (document,) = read(text)
    resources = list(resources_of(document))
    assert [(each.kind, each.root) for each in resources] == [
        ("Service", ("items", 0)),
        ("Service", ("items", 1, "items", 0)),
    ]
    assert document.positions.value((*resources[0].root, "metadata", "name"))[:2] == (4, 20)


def test_a_kind_that_ends_in_list_but_has_a_spec_is_an_object() -> None:
    (document,) = read("kind: AccessList\nspec: {}\nitems: []\n")
    assert [each.kind for each in resources_of(document)] == ["AccessList"]


@pytest.mark.parametrize(
    "value", ["- a", "text", "5", "kind: List\nitems: text", "kind: List\nitems: [1, null]"]
)
def test_what_is_no_object_gives_no_resource_or_itself(value: str) -> None:
    for document in read(value):
        assert all(each.name == "" for each in resources_of(document))


def test_positions_of_a_json_document_count_from_its_source() -> None:
    first, second = read('{"a": 1}\n  {"b": {"c": 2}}\n')
    assert first.positions.value(("a",)) == (1, 7, 1, 8)
    assert second.positions.value(("b", "c")) == (2, 15, 2, 16)


def test_source_lines() -> None:
    assert Source("a", "x\ny\nz\n").lines(2, 3) == ["y", "z"]


def test_items_of_a_typed_list_are_what_the_list_says() -> None:
    (document,) = read(
        "kind: ConfigMapList\napiVersion: v1\nitems: [{metadata: {name: a}}, {kind: Secret}]\n"
    )
    assert [(each.kind, each.api_version) for each in resources_of(document)] == [
        ("ConfigMap", "v1"),
        ("Secret", ""),
    ]
