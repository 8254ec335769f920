"""Tables of positions: how many there are at a time."""

from __future__ import annotations

import weakref

from linter.loading.source import Source
from linter.loading.yaml.reader import read_documents


def test_few_tables_are_kept() -> None:
    text = "---\n".join(f"kind: A\nname: a{number}\n" for number in range(200))
    documents = read_documents(Source("a.yaml", text))
    tables = [weakref.ref(document.positions) for document in documents]
    assert [documents[-1].locate(("name",)).range.line, documents[0].locate(("name",)).range.line] == [599, 2]
    assert sum(table() is not None for table in tables) < 100
    assert documents[-1].positions is tables[-1]()
