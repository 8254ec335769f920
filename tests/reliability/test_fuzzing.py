"""On no input may lint or plan fail, say something impossible, or take for ever."""

from __future__ import annotations

import copy
import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import linter
from linter.cli.lint.request import FORMATS
from linter.cli.reports import render
from linter.engine.config.options import LintOptions
from linter.engine.fix.apply import fix_all
from linter.loading.discovery import texts as sources_of
from linter.loading.source import decode
from linter.output import plan_html, plan_json, plan_markdown, plan_svg, plan_text
from linter.planner.errors import ScenarioError, SimulationLimitError
from linter.planner.options import Options
from linter.planner.report.plan import Command
from linter.planner.scenario import list_items

from .hostile import check_lines
from .strategies import LIVE_HISTORY, manifests, mutated, recorded_texts, scenarios, states, texts, workloads

if TYPE_CHECKING:
    from linter.engine.report.finding import Report
    from linter.planner.report.plan import Plan

# How many inputs are tried: as many as the profile says.
EXAMPLES = settings().max_examples
# No example is large, so none may take long; a busy machine is allowed for.
BOUNDED = settings(
    max_examples=EXAMPLES,
    deadline=timedelta(seconds=15),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
EVERYTHING = LintOptions(select=("api", "wiring", "rollout", "practice"))
PLAN_OPTIONS = st.builds(
    Options,
    max_rounds=st.just(500),
    max_pods=st.just(2000),
    fail_new=st.booleans(),
    readiness=st.sampled_from(["together", "one-by-one"]),
    kubernetes=st.sampled_from(["1.30", "1.36", "1.37"]),
    pod_startup=st.sampled_from([None, 0.0, 1e300]),
)


def check_report(report: Report, text: str) -> None:
    """A report is well-formed: no bug of ours in it, every place in the file, every format readable by who reads it."""
    assert [each.message for each in report.findings if each.rule == "internal-error"] == []
    lines = text.removeprefix("\ufeff").split("\n")
    for finding in report.findings:
        place = finding.range
        assert 1 <= place.line <= place.end_line <= len(lines)
        assert (place.line, place.column) <= (place.end_line, place.end_column)
        assert 1 <= place.column <= len(lines[place.line - 1]) + 1
        assert 1 <= place.end_column <= len(lines[place.end_line - 1]) + 1
        assert finding.message
    for name in FORMATS:
        shown = render(report, name, color=False, verbose=True)
        shown.encode()
        if name != "github":  # it is made of commands; test_hostile_text.py looks at them
            check_lines(shown)
        if name in {"json", "sarif", "gitlab"}:
            json.loads(shown)
        elif name == "junit":
            ET.fromstring(shown)  # noqa: S314  we have written it ourselves


def check_plan(plan: Plan) -> None:
    """A plan is well-formed in every format."""
    json.loads(plan_json.render(plan))
    for shown in (
        plan_text.render(plan, color=False, unicode=True, width=100, all_steps=False),
        plan_markdown.render(plan),
        plan_html.render(plan),
    ):
        check_lines(shown)
        shown.encode()
    ET.fromstring(plan_svg.render(plan))  # noqa: S314  we have written it ourselves


def lint(text: str) -> Report:
    return linter.lint((), texts=[("a.yaml", text)], options=EVERYTHING)


@BOUNDED
@given(texts())
def test_lint_bears_every_text(text: str) -> None:
    check_report(lint(text), text)


@BOUNDED
@given(st.lists(manifests(), min_size=2, max_size=4))
def test_lint_bears_every_set_of_objects(objects: list[Any]) -> None:
    text = "\n---\n".join(map(json.dumps, objects))
    check_report(lint(text), text)


@BOUNDED
@given(st.one_of(st.binary(max_size=60), st.deferred(lambda: st.sampled_from(recorded_texts())).map(str.encode)), st.binary(max_size=3),
       st.integers(0, 200))  # fmt: skip
def test_lint_bears_every_file(data: bytes, more: bytes, at: int) -> None:
    source = decode(data[:at] + more + data[at:], "a.yaml")
    check_report(linter.lint((), texts=[(source.name, source.text)]), source.text)


@settings(BOUNDED, max_examples=EXAMPLES // 2)
@given(texts())
def test_fix_bears_every_text(text: str) -> None:
    fixed = fix_all(sources_of([("a.yaml", text)]), LintOptions())
    check_report(fixed.report, fixed.sources[0].text)
    # What is fixed stays fixed.
    assert not fix_all(fixed.sources, LintOptions()).changed


@settings(BOUNDED, max_examples=EXAMPLES // 2)
@given(scenarios(), PLAN_OPTIONS)
def test_plan_bears_every_scenario(scenario: Any, options: Options) -> None:
    try:
        plan = linter.plan("scenario", scenario=scenario, options=options)
    except (ScenarioError, SimulationLimitError):
        return
    check_plan(plan)


@settings(BOUNDED, max_examples=EXAMPLES // 2)
@given(states(), st.sampled_from(["create", "update", "restart", "delete"]), PLAN_OPTIONS)
def test_plan_bears_every_state(state: Any, operation: Any, options: Options) -> None:
    try:
        found = list_items(state, "state")
        plan = linter.plan(operation, options=replace(options, state=found))
    except (ScenarioError, SimulationLimitError):
        return
    check_plan(plan)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (["oops"], "data"),
        ({"spec": "oops"}, "data.spec"),
        ({}, "data.spec"),
        ({"spec": {}}, "data.spec.template"),
        ({"spec": {"template": [1]}}, "data.spec.template"),
        ({"spec": {"template": {"spec": {"containers": "oops"}}}}, "data.spec.template.spec.containers"),
    ],
)
def test_a_history_that_no_controller_has_written_is_refused(data: Any, field: str) -> None:
    daemonset, revision = copy.deepcopy(LIVE_HISTORY)
    with pytest.raises(ScenarioError) as raised:
        linter.plan("restart", options=Options(state=[daemonset, {**revision, "data": data}]))
    assert raised.value.path == f"state.items[1].{field}"
    # What others keep in ControllerRevisions may have any form.
    other = copy.deepcopy(revision)
    other["metadata"]["ownerReferences"][0]["kind"] = "CloneSet"
    assert linter.plan("restart", options=Options(state=[daemonset, {**other, "data": data}])).workloads


def test_an_owner_that_is_nothing_is_refused_in_a_state() -> None:
    daemonset, revision = copy.deepcopy(LIVE_HISTORY)
    revision["metadata"]["ownerReferences"].insert(0, None)
    with pytest.raises(ScenarioError) as raised:
        linter.plan("restart", options=Options(state=[daemonset, revision]))
    assert raised.value.path == "state.items[1].metadata.ownerReferences[0]"


ARGUMENTS: dict[Any, st.SearchStrategy[dict[str, Any]]] = {
    "create": st.just({}),
    "update": st.just({}),
    "delete": st.just({}),
    "restart": st.just({}),
    "scale": st.fixed_dictionaries({"replicas": st.sampled_from([0, 3, 10**9])}),
    "set-image": st.fixed_dictionaries(
        {"images": st.dictionaries(st.sampled_from(["*", "app", "web"]), st.sampled_from(["", "web:2", "\x1b"]))}
    ),
    "undo": st.fixed_dictionaries({"to_revision": st.sampled_from([None, 1, 2, 9])}),
    "drain": st.fixed_dictionaries(
        {"nodes": st.lists(st.sampled_from(["a", "b", "", "x"]), max_size=2), "parallel": st.sampled_from([1, 2, 0])}
    ),
    "upgrade-nodes": st.fixed_dictionaries({"max_unavailable": st.sampled_from([1, 2, 0, "50%", "x", "999%"])}),
    "delete-pod": st.fixed_dictionaries({"pod": st.sampled_from(["web-0", "x", "", "web-" + "9" * 30])}),
}  # fmt: skip


def test_every_command_is_tried() -> None:
    missing = set(get_args(Command)) - {*ARGUMENTS, "scenario"}
    assert not missing, f"say in ARGUMENTS what linter.plan may be given for {sorted(missing)}"


@settings(BOUNDED, max_examples=EXAMPLES // 2)
@given(st.data(), workloads(), st.sampled_from(sorted(ARGUMENTS)), PLAN_OPTIONS)
def test_plan_bears_every_operation(
    data: st.DataObject, workload: Any, operation: Any, options: Options
) -> None:
    other = data.draw(mutated(st.just(workload)))
    arguments = data.draw(ARGUMENTS[operation])
    objects = [other, data.draw(manifests())]
    if operation in {"drain", "upgrade-nodes"}:
        options = replace(options, nodes=[{"name": "a"}, {"name": "b", "taints": []}])
    if operation == "update":
        arguments["old"] = [workload]
    elif operation == "undo":
        arguments["revisions"], objects = [[workload], objects], []
    try:
        plan = linter.plan(operation, objects, options=options, **arguments)
    except (ScenarioError, SimulationLimitError):
        return
    check_plan(plan)
