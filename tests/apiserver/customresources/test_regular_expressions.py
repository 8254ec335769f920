"""Rules that search texts, with and without the libraries that do."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from linter.apiserver.customresources.definition import CustomResource
from linter.apiserver.customresources.schema import Work
from linter.apiserver.customresources.validate import CustomResourceSchema
from linter.apiserver.errors import Errors
from linter.apiserver.request import Request
from linter.cel.functions import texts
from linter.kube import patterns
from linter.version import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def no_cache() -> Iterator[None]:
    for each in (texts._expression, patterns._search, patterns.pattern_fault):
        each.cache_clear()
    yield
    for each in (texts._expression, patterns._search, patterns.pattern_fault):
        each.cache_clear()


def judged(rule: str) -> tuple[list[str], int]:
    """Return what is said of an object named `web`, and how often rules could not be asked."""
    schema: dict[str, Any] = {"type": "object", "x-kubernetes-validations": [{"rule": rule}]}
    work = Work()
    manifest = {"apiVersion": "example.com/v1", "kind": "Web", "metadata": {"name": "web"}}
    errors = Errors(DEFAULT)
    resource = CustomResourceSchema(CustomResource("example.com/v1", "Web", schema), work)
    resource.validate(Request(DEFAULT, manifest, manifest), errors)
    return [each.rule for each in errors.errors], work.unasked


@pytest.mark.parametrize("absent", [(), ("re2",), ("re2", "jsonschema_rs")])
@pytest.mark.parametrize("pattern", ["^w", "^x"])
def test_matches(absent: tuple[str, ...], pattern: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in absent:
        monkeypatch.setitem(sys.modules, name, None)
    found = judged(f"self.metadata.name.matches('{pattern}')")
    holds = pattern == "^w"
    assert found == (([], 1) if len(absent) == 2 else ([] if holds else ["custom-resource-rules"], 0))


def test_what_is_found_needs_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    assert judged("self.metadata.name.find('e') == ''") == (["custom-resource-rules"], 0)
    texts._expression.cache_clear()
    monkeypatch.setitem(sys.modules, "re2", None)
    assert judged("self.metadata.name.find('e') == ''") == ([], 1)
    assert judged("self.metadata.name.size() > 3") == (["custom-resource-rules"], 0)
