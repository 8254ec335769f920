"""Rules about pods see them wherever they are: what the bad example of a page has in a workload, they find in other kinds, too."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from linter.engine.config.options import LintOptions
from linter.engine.registry import all_rules
from linter.engine.run.run import run
from linter.kube.kinds import WORKLOADS
from linter.kube.pods import template_path
from linter.loading.source import Source
from linter.loading.yaml.reader import read_documents, resources_of
from linter.path import format_path

if TYPE_CHECKING:
    from linter.engine.report.finding import Finding

Manifest = dict[str, Any]

_BAD = re.compile(r"^```yaml bad\n(.*?)^```$", re.MULTILINE | re.DOTALL)
KINDS = ("Pod", "Job", "CronJob", "ReplicationController")
API_VERSIONS = {"Pod": "v1", "ReplicationController": "v1", "Job": "batch/v1", "CronJob": "batch/v1"}
RULES = sorted(
    rule.id
    for rule in all_rules().values()
    if rule.group in {"practice", "rollout"} and {"Deployment", *KINDS} <= (rule.kinds or set())
)


def _as(kind: str, workload: Manifest) -> Manifest:
    """Return an object of another kind with the pod template of a workload."""
    template = workload["spec"]["template"]
    manifest: Manifest = {"apiVersion": API_VERSIONS[kind], "kind": kind, "metadata": {"name": "web"}}
    if kind != "ReplicationController":
        template = {**template, "spec": {**template["spec"], "restartPolicy": "Never"}}
    match kind:
        case "Pod":
            return {
                **manifest,
                "metadata": {**manifest["metadata"], **template["metadata"]},
                "spec": template["spec"],
            }
        case "CronJob":
            return {
                **manifest,
                "spec": {"schedule": "@daily", "jobTemplate": {"spec": {"template": template}}},
            }
        case _:
            return {**manifest, "spec": {"template": template}}


def _found(rule_id: str, manifests: list[Manifest]) -> list[Finding]:
    source = Source("a.yaml", "\n---\n".join(map(json.dumps, manifests)))
    nodes = tuple(each for each in manifests if each["kind"] == "Node")
    report = run([source], LintOptions(select=(rule_id,), nodes=nodes or None))
    return [each for each in report.findings if each.rule == rule_id]


def _examples(rule_id: str) -> list[list[Manifest]]:
    return [
        [
            resource.manifest
            for document in read_documents(Source("a.yaml", text))
            for resource in resources_of(document)
        ]
        for text in _BAD.findall(all_rules()[rule_id].page)
    ]


def test_most_rules_about_pods_are_asked() -> None:
    assert len(RULES) >= 25


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rule_id", RULES)
def test_the_bad_example_is_found_in_other_kinds(rule_id: str, kind: str) -> None:
    for manifests in _examples(rule_id):
        changed = [_as(kind, each) if each["kind"] in WORKLOADS else each for each in manifests]
        expected = [
            each.field.replace("spec.template", format_path(template_path(kind)) or "", 1).lstrip(".")
            for each in _found(rule_id, manifests)
            if each.field is not None
        ]
        assert [each.field for each in _found(rule_id, changed)] == expected
        assert expected
