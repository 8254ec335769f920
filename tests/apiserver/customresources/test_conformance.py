"""Custom resources against what a real API server answered (tests/conformance/README.md)."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

Case = dict[str, Any]


def _agreement() -> ModuleType:
    path = Path(__file__).parents[3] / "benchmarks" / "custom_agreement.py"
    spec = importlib.util.spec_from_file_location("custom_agreement", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


agreement = _agreement()
CREATED: dict[str, list[Case]] = agreement.recorded(agreement.VERDICTS)
UPDATED: dict[str, list[Case]] = agreement.recorded(agreement.UPDATES)

EXCEPTIONS = {
    "dbclusters-t041": "the request goes to the URL of another kind, which no manifest says",
}
# Each of these costs what the server grants to one object, so that it takes as long as anything may: a thorough run asks them.
COSTLY = (
    ()
    if settings.get_current_profile_name() == "thorough"
    else ("lists of 150", "lists of 200", "lists of 249", "lists of 250")
)


def asked(cases: Iterable[Case]) -> Iterator[Case]:
    for case in cases:
        if case["id"] not in EXCEPTIONS and not any(part in f"{case['mutation']}" for part in COSTLY):
            yield case


@pytest.mark.parametrize("name", sorted(CREATED))
def test_new_objects(name: str) -> None:
    differences = [agreement.created(case).difference for case in asked(CREATED[name])]
    assert [each for each in differences if each] == []


@pytest.mark.parametrize("name", sorted(UPDATED))
def test_updates(name: str) -> None:
    differences = [agreement.updated(case).difference for case in asked(UPDATED[name])]
    assert [each for each in differences if each] == []


def test_the_recordings_are_there() -> None:
    assert sum(map(len, CREATED.values())) > 1150
    assert sum(map(len, UPDATED.values())) > 140
