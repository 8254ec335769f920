"""A rule is skipped where the fields that it needs are not written. That must never lose a finding.

So every rule that the engine would skip for a manifest is run on it all the same, and has to find nothing.
"""

from __future__ import annotations

import importlib.util
import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from linter.apiserver.decode import Decoder
from linter.engine.checking import NeedsTheRunError
from linter.engine.inventory import Inventory
from linter.engine.registry import all_rules
from linter.engine.rule import Context
from linter.engine.rule_set import RuleSet
from linter.kube.kinds import is_builtin
from linter.loading.document import Document
from linter.loading.resource import Resource
from linter.loading.source import Source
from linter.loading.yaml.reader import read_documents, resources_of
from linter.version import KubeVersion, parse_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

    from linter.engine.rule import Rule

TESTS = Path(__file__).parents[1]
_EXAMPLE = re.compile(r"^```yaml (?:bad|good)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def recorded(name: str) -> list[dict[str, Any]]:
    lines = (TESTS / "conformance" / name).read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def resources(text: str, name: str = "manifest.yaml") -> list[Resource]:
    return [
        resource
        for document in read_documents(Source(name, text))
        for resource in resources_of(document)
        if resource.api_version and resource.kind
    ]


@cache
def rules() -> RuleSet:
    return RuleSet(all_rules().values())


@cache
def decoder(version: KubeVersion) -> Decoder:
    return Decoder(version)


def decodes(resource: Resource, version: KubeVersion) -> bool:
    errors = decoder(version).errors(resource.api_version, resource.kind, resource.manifest)
    return is_builtin(resource.api_version) and all(each.reason is None for each in errors)


def skipped(resource: Resource) -> Iterator[Rule]:
    asked = {rule.id for rule in rules().rules_for(resource)}
    for rule in rules().rules_for_kind(resource.kind):
        if rule.id not in asked:
            yield rule


def lost(manifests: Iterable[Resource], context: Context) -> list[str]:
    """Return what the rules find that the engine would skip."""
    return [
        f"{rule.id}: {problem.message}"
        for resource in manifests
        if decodes(resource, context.version)
        for rule in skipped(resource)
        if rule.check is not None
        for problem in rule.check(resource, context)
    ]


@pytest.mark.parametrize("name", ["targeted", "random", "versions"])
def test_no_finding_is_lost_in_recorded_manifests(name: str) -> None:
    cases = recorded(f"verdicts-{name}.jsonl")
    found = {}
    for case in cases[:: 4 if name == "random" else 1]:
        manifests = resources(case["yaml"])
        found[case["id"]] = lost(
            manifests, Context(parse_version(case.get("kubernetes", "1.36")), Inventory(manifests))
        )
    assert {key: each for key, each in found.items() if each} == {}


def test_no_finding_is_lost_in_updates() -> None:
    document = Document(Source("update.yaml", ""), 0, 1, "", None, ())
    for case in recorded("updates.jsonl"):
        old, new = Resource(case["old"], document), Resource(case["new"], document)
        context = Context(KubeVersion(1, 36), Inventory([new]), old=old)
        assert lost([new] if decodes(old, KubeVersion(1, 36)) else [], context) == [], case["id"]


@pytest.mark.parametrize("rule", all_rules().values(), ids=lambda rule: rule.id)
def test_no_finding_is_lost_in_examples(rule: Rule) -> None:
    for text in _EXAMPLE.findall(rule.page):
        manifests = resources(text)
        nodes = tuple(each.manifest for each in manifests if each.kind == "Node")
        assert lost(manifests, Context(KubeVersion(1, 36), Inventory(manifests), nodes=nodes or None)) == []


@pytest.mark.parametrize(
    "rule", [each for each in all_rules().values() if each.asks_run], ids=lambda rule: rule.id
)
def test_what_is_put_off_at_once_asks_for_the_run(rule: Rule) -> None:
    # Pytest looks into all that stands in a module, which this refuses.
    from linter.engine.checking import NOT_YET

    assert rule.check is not None
    asked = [
        each
        for text in _EXAMPLE.findall(rule.page)
        for each in resources(text)
        if decodes(each, KubeVersion(1, 36)) and rule in rules().rules_for(each)
    ]
    assert asked
    for resource in asked:
        with pytest.raises(NeedsTheRunError):
            next(rule.check(resource, Context(KubeVersion(1, 36), NOT_YET)), None)


@pytest.mark.parametrize(
    "rule", [each for each in all_rules().values() if each.asks_nodes], ids=lambda rule: rule.id
)
def test_what_asks_for_nodes_finds_nothing_without_them(rule: Rule) -> None:
    assert rule.check is not None
    found = [
        problem
        for text in _EXAMPLE.findall(rule.page)
        for manifests in [resources(text)]
        for each in manifests
        if decodes(each, KubeVersion(1, 36)) and rule in rules().rules_for(each)
        for problem in rule.check(each, Context(KubeVersion(1, 36), Inventory(manifests)))
    ]
    assert found == []


@pytest.fixture(scope="module")
def repository() -> ModuleType:
    spec = importlib.util.spec_from_file_location("repository", TESTS.parent / "benchmarks" / "repository.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("small", [False, True], ids=["rich", "small"])
def test_no_finding_is_lost_in_a_repository(repository: ModuleType, tmp_path: Path, *, small: bool) -> None:
    repository.write(tmp_path, 20, small=small)
    files = sorted(tmp_path.rglob("*.yaml"))
    manifests = [each for file in files for each in resources(file.read_text("utf-8"), file.name)]
    assert lost(manifests, Context(KubeVersion(1, 36), Inventory(manifests))) == []


def test_rules_that_find_something_missing_need_nothing() -> None:
    resource, *_ = resources("apiVersion: apps/v1\nkind: Deployment\n")
    assert {"service-without-readiness", "mutable-image-tag"} <= {
        rule.id for rule in rules().rules_for(resource)
    }


def test_most_rules_are_skipped_where_little_is_written() -> None:
    resource, *_ = resources("apiVersion: apps/v1\nkind: Deployment\nspec: {replicas: 3}\n")
    every = rules().rules_for_kind("Deployment")
    assert len(rules().rules_for(resource)) < len(every) / 2
