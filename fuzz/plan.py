"""Feeds plan with what a coverage-guided fuzzer makes of recorded manifests and scenarios.

An input is a letter, which says what is done how, and the objects: those before a line of `%%` are there already. After an `s`
comes a scenario.
"""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import common

if TYPE_CHECKING:
    from linter.planner.report.plan import Plan

with common.watched:
    import linter
    from linter.cli.plan.run import render
    from linter.loading.source import Source
    from linter.loading.yaml.reader import read_documents, resources_of
    from linter.output import plan_json
    from linter.planner.errors import ScenarioError, SimulationLimitError
    from linter.planner.options import Options

BETWEEN = "\n%%\n"


def objects(text: str) -> list[dict[str, Any]]:
    """Return the objects of a text."""
    documents = read_documents(Source("fuzz.yaml", text))
    return [resource.manifest for document in documents for resource in resources_of(document)]


def planned(data: bytes) -> Plan | None:
    """Plan what an input says."""
    letter, text = data[:1].decode("latin-1") or "x", data[1:].decode("utf-8", "replace")
    if letter == "s":
        documents = read_documents(Source("fuzz.yaml", text))
        scenario = documents[0].value if documents else None
        if scenario is None:
            return None
        return linter.plan("scenario", scenario=scenario, options=Options(max_rounds=500))
    number = ord(letter)
    options = Options(
        fail_new=bool(number & 1),
        readiness="one-by-one" if number & 2 else "together",
        kubernetes="1.31" if number & 4 else "1.36",
        max_rounds=500,
        max_pods=500,
    )
    before, after = map(objects, (text.partition(BETWEEN)[0], text.partition(BETWEEN)[2]))
    match number >> 3 & 3:
        case 0:
            return linter.plan("restart", before, options=options)
        case 1:
            return linter.plan("undo", revisions=[before, after], options=options)
        case 2:
            return linter.plan("create", before, options=options)
    return linter.plan("update", after, old=before, options=options)


def one_input(data: bytes) -> None:
    """Plan: nothing may escape but a word on what is wrong with the input, and every format can show it."""
    try:
        plan = planned(data)
    except (ScenarioError, SimulationLimitError):
        return
    if plan is None:
        return
    for form in ("text", "markdown", "html"):
        render(plan, form, color=False, all_steps=True).encode()
    ET.fromstring(render(plan, "svg", color=False, all_steps=True))  # noqa: S314  we have written it ourselves
    json.loads(plan_json.render(plan))


def seeds() -> list[str]:
    """Return updates of recorded workloads, and recorded scenarios."""
    kinds = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")
    texts = [
        each["yaml"]
        for each in common.recorded("verdicts-random", 7)
        if each["verdict"] == "accept" and each["kind"] in kinds
    ]
    updates = [
        f"{chr(0x78 + number % 8)}{text}{BETWEEN}{text.replace('image:', 'image: x', 1)}"
        for number, text in enumerate(texts)
    ]
    operations = [f"{letter}{text}{BETWEEN}{text}" for text in texts[:10] for letter in "@HP"]
    scenarios = [
        "s" + json.dumps({key: value for key, value in each.items() if key != "rounds"})
        for name in ("rollouts", "states")
        for each in common.recorded(name, 5)
    ]
    return [*updates, *operations, *scenarios]


if __name__ == "__main__":
    common.run("plan", one_input, seeds)
