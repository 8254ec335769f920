"""Kinds other than workloads and Services against what a real API server answered (tests/conformance/README.md)."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from linter.apiserver.kinds import KINDS

if TYPE_CHECKING:
    from types import ModuleType

Case = dict[str, Any]


def _agreement() -> ModuleType:
    path = Path(__file__).parents[2] / "benchmarks" / "kinds_agreement.py"
    spec = importlib.util.spec_from_file_location("kinds_agreement", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


agreement = _agreement()
CREATED: dict[str, list[Case]] = agreement.by_kind(
    case for name in agreement.VERDICTS for case in agreement.recorded(name)
)
UPDATED: dict[str, list[Case]] = agreement.by_kind(
    case for name in agreement.UPDATES for case in agreement.recorded(name)
)

NOT_JUDGED: frozenset[str] = frozenset()
"""Recorded kinds whose fields are checked for their types alone."""

EXCEPTIONS: dict[str, str] = {
    "core-u1": "a claim grows of which nobody says whether it is bound: only one that is not can't, and it is of no use",
    "POD-44-bad-1": "a cluster with its usual ServiceAccount plugin fills in the name of the account first",
}
"""Cases in which podplan differs on purpose, each with its reason."""


def _differences(pairs: list[Any]) -> list[str]:
    return [
        f"{pair.case['id']}: {pair.difference}"
        for pair in pairs
        if pair.difference and pair.case["id"] not in EXCEPTIONS
    ]


def test_every_recorded_kind_is_judged_or_said_not_to_be() -> None:
    judged = {kind for _, kind in KINDS}
    assert judged & NOT_JUDGED == set()
    assert CREATED.keys() | UPDATED.keys() <= judged | NOT_JUDGED


@pytest.mark.parametrize("kind", sorted(CREATED.keys() - NOT_JUDGED))
def test_creates(kind: str) -> None:
    assert _differences(agreement.created(CREATED[kind])) == []


@pytest.mark.parametrize("kind", sorted(UPDATED.keys() - NOT_JUDGED))
def test_updates(kind: str) -> None:
    assert _differences(agreement.updated(UPDATED[kind])) == []
