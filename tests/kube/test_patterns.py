"""Regular expressions."""

from __future__ import annotations

from linter.kube.patterns import pattern_fault


def test_patterns_are_those_of_go() -> None:
    assert pattern_fault("(?<name>x)") is None
    assert pattern_fault(r"^\d+$") is None
    assert pattern_fault("(?=x)") is not None
