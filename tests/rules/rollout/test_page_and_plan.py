"""One truth: where lint says of an example of a rule's page that it never goes on, the plan of the same file is stuck, and only there."""

from __future__ import annotations

import re
from typing import Any

import pytest

import linter
from linter.engine.config.options import LintOptions
from linter.engine.registry import all_rules
from linter.kube.kinds import WORKLOADS
from linter.loading.source import Source
from linter.loading.yaml.reader import read_documents, resources_of
from linter.planner import plan
from linter.planner.options import Options

_EXAMPLE = re.compile(r"^```yaml (bad|good)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CERTAIN = re.compile(r"^(?!.*: if ).*(never ends|no pod can run|stays? Pending)")
"""What lint says where it knows it; "if both listen on the same port" is another matter."""

_NOT_PLAYED = {
    "liveness-kills-slow-start": "the kubelet of the plan runs no probes",
}
"""Rules that know for certain what a plan does not play, with the reason."""

EXAMPLES = [
    pytest.param(text, id=f"{rule.id}-{kind}-{number}")
    for rule in all_rules().values()
    if rule.group == "rollout" and rule.id not in _NOT_PLAYED
    for number, (kind, text) in enumerate(_EXAMPLE.findall(rule.page))
]


@pytest.mark.parametrize("text", EXAMPLES)
def test_lint_and_plan_agree_on_what_gets_stuck(text: str) -> None:
    objects = [
        resource.manifest
        for document in read_documents(Source("page.yaml", text))
        for resource in resources_of(document)
    ]
    nodes = [each for each in objects if each["kind"] == "Node"] or None
    said = linter.lint(
        (),
        texts=[("page.yaml", text)],
        options=LintOptions(select=("rollout",), nodes=None if nodes is None else tuple(nodes)),
    ).findings
    certain = {
        (finding.resource.kind, finding.resource.name)
        for finding in said
        if finding.resource is not None and _CERTAIN.search(finding.message)
    }
    assert certain == {*_stuck(objects, nodes)}, [finding.message for finding in said]


def _stuck(objects: list[dict[str, Any]], nodes: list[dict[str, Any]] | None) -> set[tuple[str, str]]:
    """Return the workloads whose creation or update gets stuck."""
    manifests = [each for each in objects if each["kind"] != "Node"]
    if not any(each["kind"] in WORKLOADS for each in manifests):
        return set()
    options = Options(nodes=nodes)
    plans = (plan.create(manifests, options), plan.restart(manifests, options))
    return {
        (each.kind, each.name)
        for made in plans
        for each in made.workloads
        # A DaemonSet without a node is no rollout that gets stuck: it quietly has no pods.
        if each.summary.stuck or any(hazard.rule == "no-eligible-node" for hazard in each.hazards)
    }
