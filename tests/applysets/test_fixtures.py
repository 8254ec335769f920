"""What is built equals what the real kustomize built."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from linter.applysets.files import TextFiles
from linter.applysets.kustomize import Builder, KustomizeError
from linter.applysets.render import render
from linter.loading.source import Source
from linter.loading.yaml.reader import read_documents

HERE = Path(__file__).parent
FIXTURES = sorted(path.stem for path in (HERE / "fixtures").glob("*.yaml"))


def read_fixture(name: str) -> tuple[str, dict[str, str]]:
    path = HERE / "fixtures" / f"{name}.yaml"
    head, *files = (document.value for document in read_documents(Source(name, path.read_text())))
    return head["build"], {entry["file"]: entry["text"] for entry in files}


def values(text: str) -> list[Any]:
    return [document.value for document in read_documents(Source("", text)) if document.value is not None]


@pytest.mark.parametrize("name", FIXTURES)
def test_a_build_equals_that_of_kustomize(name: str) -> None:
    folder, files = read_fixture(name)
    expected = (HERE / "expected" / f"{name}.yaml").read_text()
    if expected.startswith("# refused"):
        with pytest.raises(KustomizeError):
            Builder(TextFiles(files)).build(folder)
        return
    built = Builder(TextFiles(files)).build(folder)
    assert [each.value for each in built.objects] == values(expected)


@pytest.mark.parametrize("name", FIXTURES)
def test_what_is_rendered_reads_as_it_was_built(name: str) -> None:
    folder, files = read_fixture(name)
    objects = Builder(TextFiles(files)).build(folder).objects
    assert values(render(objects)) == [each.value for each in objects]
    assert values(render(objects, source=True)) == [each.value for each in objects]


@pytest.mark.parametrize("name", FIXTURES)
def test_every_value_has_a_place_in_a_file_of_the_fixture(name: str) -> None:
    folder, files = read_fixture(name)
    for built in Builder(TextFiles(files)).build(folder).objects:
        for path in leaves(built.value):
            origin = built.origin(path)
            lines = files[origin.file].split("\n")
            assert 1 <= origin.range.line <= origin.range.end_line <= len(lines) + 1
            assert origin.range.column <= len(lines[origin.range.line - 1]) + 1


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(value, dict) and value:
        return [leaf for key, each in value.items() for leaf in leaves(each, (*path, key))]
    if isinstance(value, list) and value:
        return [leaf for number, each in enumerate(value) for leaf in leaves(each, (*path, number))]
    return [path]
