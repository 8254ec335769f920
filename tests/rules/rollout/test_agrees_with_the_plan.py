"""What lint says of an update and what the plan of that update shows are the same."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import linter
from linter.engine.config.options import LintOptions

RULES = {"recreate-takes-all-down", "rolling-update-takes-all-down"}

numbers = st.one_of(st.integers(0, 6), st.integers(0, 120).map("{}%".format))
strategies = st.one_of(
    st.just({"type": "Recreate"}),
    st.builds(
        lambda surge, unavailable: {"rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}},
        numbers,
        numbers.filter(lambda value: not (isinstance(value, str) and int(value[:-1]) > 100)),
    ).filter(lambda strategy: any(value not in {0, "0%"} for value in strategy["rollingUpdate"].values())),
)


@settings(max_examples=60, deadline=None)
@given(replicas=st.integers(1, 8), strategy=strategies)
def test_deployment(replicas: int, strategy: dict[str, Any]) -> None:
    manifest = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {
            "replicas": replicas,
            "strategy": strategy,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "web", "image": "nginx:1.25"}]},
            },
        },
    }
    report = linter.lint(
        (), texts=[("web.json", json.dumps(manifest))], options=LintOptions(select=("rollout",))
    )
    reported = any(finding.rule in RULES for finding in report.findings)
    summary = linter.plan("restart", [manifest]).workloads[0].summary
    # One replica that is recreated is not reported: nothing else keeps it from running twice.
    expected = summary.min_available == 0 and not (replicas == 1 and strategy.get("type") == "Recreate")
    assert reported == expected
