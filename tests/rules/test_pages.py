"""The page of every rule: its examples are tests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

import linter
from linter.engine.config.options import LintOptions
from linter.engine.fix.apply import fix_all
from linter.engine.registry import all_rules
from linter.engine.run.run import run
from linter.loading.source import Source
from linter.loading.yaml.reader import read_documents, resources_of
from linter.version import DEFAULT, KubeVersion

if TYPE_CHECKING:
    from linter.engine.report.finding import Finding
    from linter.engine.rule import Rule

_EXAMPLE = re.compile(r"^```yaml (bad|good)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

# A page can show no bytes that aren't UTF-8, nor a kustomization with the files that it uses; and what the engine itself says is no
# rule's finding.
_WITHOUT_EXAMPLES = {
    "yaml-encoding",
    "malformed-kustomization",
    "unused-ignore",
    "internal-error",
    "too-many-findings",
}

_OF_ANOTHER_VERSION = {"stateful-max-unavailable-ignored": KubeVersion(1, 36)}
"""What Kubernetes no longer does in the version that is linted for by default."""

_ABOUT_A_REQUEST = {"pod-update", "custom-resource-unchanged",
    "request-namespace", "object-identity", "object-deletion", "immutable-selector", "immutable-fields",
    "immutable-cluster-ips", "immutable-load-balancer",
}  # fmt: skip
"""These judge a change, or where a request goes."""
_ABOUT_SIZE = {"too-large-to-apply"}
"""What breaks these would fill hundreds of pages."""


class Example(NamedTuple):
    rule: Rule
    text: str


def _examples(wanted: str) -> list[Any]:
    return [
        pytest.param(Example(rule, text), id=f"{rule.id}-{number}")
        for rule in all_rules().values()
        for number, (kind, text) in enumerate(_EXAMPLE.findall(rule.page))
        if kind == wanted
    ]


def _lint(example: Example, *select: str) -> list[Finding]:
    source = Source("example.yaml", example.text)
    # Nodes in an example are those that `--nodes` would give.
    nodes = tuple(
        resource.manifest
        for document in read_documents(source)
        for resource in resources_of(document)
        if resource.kind == "Node"
    )
    version = _OF_ANOTHER_VERSION.get(example.rule.id, DEFAULT)
    report = run([source], LintOptions(select=select, nodes=nodes or None, version=version))
    assert not report.suppressed
    return list(report.findings)


@pytest.mark.parametrize("example", _examples("bad"))
def test_bad_example_yields_the_rule(example: Example) -> None:
    found = _lint(example, example.rule.group)
    assert example.rule.id in {finding.rule for finding in found}


@pytest.mark.parametrize("example", _examples("good"))
def test_good_example_yields_nothing(example: Example) -> None:
    found = _lint(example)
    if example.rule.group == "practice":
        found += _lint(example, example.rule.id)
    assert [(finding.rule, finding.field, finding.message) for finding in found] == []


def _module(rule: Rule) -> str:
    module: str = getattr(rule.check, "module", "")
    return module.rpartition(".")[2]


@pytest.mark.parametrize("rule", all_rules().values(), ids=lambda rule: rule.id)
def test_page_is_complete(rule: Rule) -> None:
    assert 10 < len(rule.summary) <= 120
    assert rule.summary[0].isupper() or rule.summary[0] == "`"
    assert rule.summary.endswith(".")
    second = rule.page.split("\n")[1:2]
    assert second == [""], "the summary is one line, with an empty line below it"
    kinds = [kind for kind, _ in _EXAMPLE.findall(rule.page)]
    if rule.id in _WITHOUT_EXAMPLES:
        assert kinds == []
    elif rule.id in _ABOUT_A_REQUEST or rule.id in _ABOUT_SIZE:
        assert kinds == ["good"]  # no manifest that fits on a page can break them
    else:
        assert {"bad", "good"} <= set(kinds)
    assert rule.page.count("```") == 2 * len(kinds), "each example is fenced, as `yaml bad` or `yaml good`"


def test_a_rule_has_a_module_of_its_name() -> None:
    for rule in all_rules().values():
        if rule.group in {"wiring", "rollout", "practice"}:
            assert _module(rule) == getattr(rule.check, "function", None) == rule.id.replace("-", "_")


def test_linting_texts_is_what_the_command_does() -> None:
    # The examples above go through the engine; this holds the public interface to the same.
    text = next(iter(_EXAMPLE.findall(all_rules()["service-selects-nothing"].page)))[1]
    report = linter.lint((), texts=[("example.yaml", text)])
    assert [finding.rule for finding in report.findings] == ["service-selects-nothing"]


def test_fixing_a_bad_example_leads_to_no_other_finding() -> None:
    fixed = set()
    for parameters in _examples("bad"):
        example: Example = parameters.values[0]
        if not any(finding.fixable for finding in _lint(example, example.rule.id)):
            continue
        version = _OF_ANOTHER_VERSION.get(example.rule.id, DEFAULT)
        source = Source("example.yaml", example.text)
        done = fix_all([source], LintOptions(select=(example.rule.id,), version=version))
        assert done.sources != [source], example.rule.id
        fixed.add(example.rule.id)
        before = {(each.rule, each.field) for each in _lint(example)}
        after = _lint(example._replace(text=done.sources[0].text))
        assert [(each.rule, each.field) for each in after if (each.rule, each.field) not in before] == []
    assert len(fixed) >= 8
