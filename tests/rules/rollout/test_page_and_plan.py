"""One truth: what lint says of an example of a rule's page, the plan of the same file says, too, and of the good ones neither does.

Where lint says that something never goes on, the plan is stuck, and only there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

import linter
from linter.engine.config.options import LintOptions
from linter.engine.registry import all_rules
from linter.kube.kinds import WORKLOADS
from linter.loading.source import Source
from linter.loading.yaml.reader import read_documents, resources_of
from linter.planner import plan
from linter.planner.options import Options
from linter.version import DEFAULT, KubeVersion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.planner.report.plan import WorkloadPlan

_EXAMPLE = re.compile(r"^```yaml (bad|good)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CERTAIN = re.compile(r"^(?!.*: if ).*(never ends|no pod can run|stays? Pending)")
"""What lint says where it knows it; "if both listen on the same port" is another matter."""

COUNTERPARTS = {
    "control-plane-not-tolerated": "no pod: control-1",
    "daemonset-host-port-surge": "stuck: unschedulable",
    "daemonset-update-at-once": "outage",
    "grace-period-too-short": "grace-period-too-short",
    "host-network-surge": "host-network-surge",
    "host-port-surge": "host-port-surge",
    "liveness-kills-slow-start": "liveness-kills-slow-start",
    "no-node-matches": "no-eligible-node",
    "no-revision-history": "no-revision-history",
    "no-room-on-nodes": "stuck: unschedulable",
    "on-delete-update": "not-updated",
    "partition-beyond-replicas": "not-updated",
    "partition-left": "not-updated",
    "progress-deadline-too-short": "deadline-too-short",
    "read-write-once-handover": "read-write-once-handover",
    "read-write-once-pod-handover": "stuck: unschedulable",
    "recreate-takes-all-down": "outage",
    "rolling-update-takes-all-down": "outage",
    "service-without-readiness": "service-without-readiness",
    "stateful-max-unavailable-ignored": "maxUnavailable ignored: MaxUnavailableStatefulSet is off",
}
"""What the plan of an update says where a rule says something: by what it is stuck, a hazard, a number of the strategy, or a note."""

NOT_OF_THIS_UPDATE = {
    "mutable-image-tag": "which image a tag stands for when a pod starts is nowhere in the manifests",
    "too-large-to-apply": "kubectl refuses it before anything is sent; the example is a file of 300 KB",
    "version-label-fixed": "it is the update to another version that is refused, and its plan says so",
}
"""Rules without a counterpart, with the reason."""

_OF_ANOTHER_VERSION = {"stateful-max-unavailable-ignored": KubeVersion(1, 34)}
"""Rules that say nothing in the version that is linted for by default."""

RULES = [rule for rule in all_rules().values() if rule.group == "rollout"]
EXAMPLES = [
    pytest.param(rule.id, kind, text, id=f"{rule.id}-{kind}-{number}")
    for rule in RULES
    for number, (kind, text) in enumerate(_EXAMPLE.findall(rule.page))
]


def test_every_rule_has_a_counterpart() -> None:
    assert {rule.id for rule in RULES} == COUNTERPARTS.keys() | NOT_OF_THIS_UPDATE.keys()


@pytest.mark.parametrize(("rule", "kind", "text"), EXAMPLES)
def test_lint_and_plan_agree(rule: str, kind: str, text: str) -> None:
    objects = [
        resource.manifest
        for document in read_documents(Source("page.yaml", text))
        for resource in resources_of(document)
    ]
    nodes = [each for each in objects if each["kind"] == "Node"] or None
    version = _OF_ANOTHER_VERSION.get(rule, DEFAULT)
    manifests = [each for each in objects if each["kind"] != "Node"]
    said = linter.lint(
        (),
        texts=[("page.yaml", text)],
        options=LintOptions(
            select=("rollout",), nodes=None if nodes is None else tuple(nodes), version=version
        ),
    ).findings
    certain = {
        (finding.resource.kind, finding.resource.name)
        for finding in said
        if finding.resource is not None and _CERTAIN.search(finding.message)
    }
    plans = _plans(manifests, Options(nodes=nodes, kubernetes=str(version)))
    assert certain == {(each.kind, each.name) for each in plans if _ends_nowhere(each)}, said
    if rule in COUNTERPARTS:
        words = {word for each in plans for word in _words(each)}
        assert (COUNTERPARTS[rule] in words) == (kind == "bad"), words


def _plans(manifests: list[dict[str, Any]], options: Options) -> list[WorkloadPlan]:
    """Return the plans of a creation and of an update."""
    if not any(each["kind"] in WORKLOADS for each in manifests):
        return []
    made = (plan.create(manifests, options), plan.restart(manifests, options))
    return [each for one in made for each in one.workloads]


def _ends_nowhere(planned: WorkloadPlan) -> bool:
    # A DaemonSet without a node is no rollout that gets stuck: it quietly has no pods.
    return bool(planned.summary.stuck) or any(each.rule == "no-eligible-node" for each in planned.hazards)


def _words(planned: WorkloadPlan) -> Iterator[str]:
    """Yield what a plan says, as COUNTERPARTS names it."""
    if planned.summary.stuck is not None:
        yield f"stuck: {planned.summary.stuck.reason}"
    for hazard in planned.hazards:
        yield hazard.rule
    for number in planned.strategy.numbers:
        yield f"{number.field} {number.how}"
    for note in planned.notes:
        if match := re.match(r"The node (\S+) gets no pod", note):
            yield f"no pod: {match[1]}"
