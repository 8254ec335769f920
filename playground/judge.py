"""What the page asks: two texts in, a page of findings and a page with the timeline out. Runs in the browser, in Pyodide."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import linter
from linter.engine.config.options import LintOptions
from linter.engine.registry import DEFAULT_GROUPS
from linter.engine.report.suppress import is_suppressed
from linter.errors import InputError, UnreadableError
from linter.loading.objects import objects_of
from linter.loading.source import Source
from linter.output import html, plan_html
from linter.output.plan_verdict import verdict
from linter.output.summary import count, looked_at, result, worst_first
from linter.planner.errors import ScenarioError, SimulationLimitError
from linter.planner.options import Options
from linter.release import __version__
from linter.version import NEWEST, OLDEST, KubeVersion, parse_version

if TYPE_CHECKING:
    from typing import Any

    Manifest = dict[str, Any]

BEFORE, AFTER = "before.yaml", "after.yaml"


class Answer(NamedTuple):
    """A part of the answer."""

    summary: str
    """In a few words."""
    worst: str
    """How bad it is: `good`, `info`, `warning`, `bad`; `none` where nothing was judged."""
    judged: str
    """What was judged, or why nothing was."""
    page: str = ""
    """A page that needs nothing else; "" where nothing was judged."""


def about() -> str:
    """Return as JSON what the page offers: podplan's version and the Kubernetes versions, the newest first."""
    versions = [KubeVersion(OLDEST.major, minor) for minor in range(NEWEST.minor, OLDEST.minor - 1, -1)]
    return json.dumps(
        {
            "podplan": __version__,
            "versions": [str(version) for version in versions],
            "default": str(LintOptions().version),
        }
    )


def judge(before: str, after: str, kubernetes: str, *, practice: bool) -> str:
    """Return as JSON what lint says of the objects after a change, and what the change does to the pods.

    Args:
        before: Manifests as they are; may be empty.
        after: Manifests as they are to be.
        kubernetes: The version to judge for, such as `1.36`.
        practice: Whether lint gives advice (group practice), too.
    """
    return json.dumps(
        {
            "lint": lint(after, kubernetes, practice=practice)._asdict(),
            "plan": plan(before, after, kubernetes)._asdict(),
        }
    )


def lint(text: str, kubernetes: str, *, practice: bool) -> Answer:
    """Return what is wrong with manifests. The Nodes among them are the nodes of the cluster."""
    if not text.strip():
        return Answer("nothing to check", "none", "Paste a manifest into “After”.")
    groups = [*sorted(DEFAULT_GROUPS), *(["practice"] if practice else [])]
    try:
        nodes = tuple(_nodes(_objects(text, AFTER)))
    except UnreadableError:
        nodes = ()  # which is a finding
    options = LintOptions(select=tuple(groups), version=parse_version(kubernetes), nodes=nodes or None)
    report = linter.lint((), texts=[(AFTER, text)], options=options)
    worst = worst_first(report.findings)[0].severity if report.findings else "good"
    by_schema = (
        f"; of {count(report.by_schema, 'resource')} fields and types alone" if report.by_schema else ""
    )
    unchecked = (
        f"; {count(report.unchecked, 'custom resource')} without a definition not at all"
        if report.unchecked
        else ""
    )
    judged = f"Judged {looked_at(report)} for Kubernetes {report.version}{by_schema}{unchecked}."
    has_more = report.findings or report.suppressed or report.skipped
    return Answer(
        result(report), "bad" if worst == "error" else worst, judged, html.render(report) if has_more else ""
    )


def plan(before: str, after: str, kubernetes: str) -> Answer:
    """Return what becomes of the pods when the objects of one text take the place of those of another."""
    try:
        old, new = _objects(before, BEFORE), _objects(after, AFTER)
        if not old and not new:
            return Answer(
                "nothing to plan", "none", "Paste a Deployment, StatefulSet or DaemonSet into “After”."
            )
        options = Options(kubernetes=kubernetes, nodes=_nodes(new) or None)
        made = linter.plan("update", _others(new), old=_others(old), options=options)
    except (UnreadableError, InputError, ScenarioError, SimulationLimitError) as error:
        return Answer("no timeline", "none", str(error))
    objects = count(len(made.changes), "object")
    what = "the change from before to after" if old else "the first apply, for “Before” is empty"
    judged = f"Planned {what}: {objects}, Kubernetes {made.kubernetes}."
    return Answer(
        verdict(made) or "nothing to plan", plan_html.class_of_verdict(made), judged, plan_html.render(made)
    )


def _objects(text: str, name: str) -> list[Manifest]:
    return objects_of([Source(name, text)], suppressed=is_suppressed).objects if text.strip() else []


def _nodes(objects: list[Manifest]) -> list[Manifest]:
    return [each for each in objects if each.get("kind") == "Node"]


def _others(objects: list[Manifest]) -> list[Manifest]:
    return [each for each in objects if each.get("kind") != "Node"]
