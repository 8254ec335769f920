"""Names of files below a root."""

from __future__ import annotations

import os
from itertools import product
from pathlib import Path

import pytest

from linter.engine.report.scope import Names

STEPS = ("a", "b", "..", ".", "", "c.yaml")


@pytest.mark.parametrize("root", [None, "/", "a", "..", "a/b"])
def test_names_are_relative_to_the_root_however_they_are_written(root: str | None) -> None:
    names = Names(None if root is None else Path(root))
    for steps in product(STEPS, repeat=3):
        name = "/".join(steps)
        relative = os.path.relpath(name or ".", root or ".").replace(os.sep, "/")
        assert names.of(name) == (name if relative.startswith("../") else relative)


def test_a_folder_is_resolved_once(monkeypatch: pytest.MonkeyPatch) -> None:
    resolved: list[str] = []
    resolve = Names._resolve

    def note(names: Names, name: str) -> str:
        resolved.append(name)
        return resolve(names, name)

    monkeypatch.setattr(Names, "_resolve", note)
    names = Names(None)
    assert [names.of(f"team/{number}.yaml") for number in range(3)] == [
        "team/0.yaml",
        "team/1.yaml",
        "team/2.yaml",
    ]
    assert resolved == ["team"]
