"""What is done with an input: each function takes bytes and raises where a promise of docs/reliability.md is broken.

They run under a fuzzer (fuzz/*.py), and over the corpus in `make test` (tests/reliability/test_corpus.py).
"""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from functools import cache
from typing import TYPE_CHECKING, Any
from zlib import crc32

import linter
from linter.apiserver.server import Server
from linter.cli.lint.request import FORMATS
from linter.cli.plan.run import render as render_plan
from linter.cli.reports import render as render_report
from linter.engine.checking import check_document, check_resource
from linter.engine.config.options import LintOptions
from linter.engine.fix.apply import fix_all
from linter.engine.inventory import Inventory
from linter.engine.registry import choose
from linter.engine.rule import Context
from linter.engine.rule_set import RuleSet
from linter.engine.run.run import run
from linter.loading.discovery import texts
from linter.loading.document import Document
from linter.loading.source import Source, decode
from linter.loading.yaml.reader import read_documents, resources_of
from linter.output import plan_json
from linter.planner.errors import ScenarioError, SimulationLimitError
from linter.planner.options import Options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.engine.report.finding import Report
    from linter.planner.report.plan import Plan

EVERYTHING = LintOptions(select=("api", "wiring", "rollout", "practice"))
UNREADABLE = {"yaml-syntax", "yaml-limits"}
BETWEEN = "\n%%\n"
RENDERED_ONE_IN = 100
"""Writing every format takes longer than finding what there is to write, and depends on little of it."""


def is_rendered(data: bytes) -> bool:
    """Tell whether what comes of an input is written in every format: always the same for the same input."""
    return crc32(data) % RENDERED_ONE_IN == 0


def lint(data: bytes, *, rendered: bool | None = None) -> None:
    """Lint one file of these bytes: nothing may escape, no rule may fail, and every format can say it."""
    report = run([decode(data, "fuzz.yaml")], EVERYTHING)
    _hold(report)
    for form in FORMATS if (is_rendered(data) if rendered is None else rendered) else ():
        render_report(report, form, color=False, verbose=True).encode()


def fix(data: bytes) -> None:
    """Fix a text: what comes out can be read where the input could, and there is nothing left to fix in it."""
    text = decode(data, "fuzz.yaml").text
    once = fix_all(texts([("fuzz.yaml", text)]), LintOptions())
    _hold(once.report)
    if not once.changed:
        return
    new = {each.rule for each in once.report.findings} - {each.rule for each in once.before.findings}
    if new & UNREADABLE:
        raise RuntimeError(f"the fixed text is broken: {sorted(new)}")
    if fix_all(once.sources, LintOptions()).changed:
        raise RuntimeError("what is fixed is fixed again")


def plan(data: bytes, *, rendered: bool | None = None) -> None:
    """Plan: nothing may escape but a word on what is wrong with the input, and every format can show it.

    An input is a letter, which says what is done how, and the objects: those before a line of `%%` are there already. After an `s`
    comes a scenario, after an `l` live objects.
    """
    try:
        made = _planned(data)
    except (ScenarioError, SimulationLimitError):
        return
    if made is None or not (is_rendered(data) if rendered is None else rendered):
        return
    for form in ("text", "markdown", "html"):
        render_plan(made, form, color=False, unicode=True, all_steps=True).encode()
    ET.fromstring(render_plan(made, "svg", color=False, unicode=True, all_steps=True))  # noqa: S314  we have written it ourselves
    json.loads(plan_json.render(made))


def structured(data: bytes, manifests: Sequence[Any], *, rendered: bool | None = None) -> None:
    """Judge a recorded manifest in which a few values stand where they do not belong.

    No input is wasted on text that is no YAML: the first two bytes choose the manifest, three more each a place in it and what becomes of it.
    Nor is time on reading and reporting, but for one input in a hundred, which is linted as text.

    Args:
        data: The choices.
        manifests: What there is to choose from, as plain values.
        rendered: Whether it is linted as text; None: one in a hundred.
    """
    value = changed(data, manifests)
    if is_rendered(data) if rendered is None else rendered:
        lint(json.dumps(value).encode(), rendered=True)
    else:
        judge(value)


def judge(value: Any) -> None:
    """Ask everything that is asked of an object, as lint does once it is read: no rule may fail."""
    document = Document(Source("fuzz.yaml", ""), 0, 1, "", value, ())
    rules, server = _asked()
    resources = list(resources_of(document))
    context = Context(EVERYTHING.version, Inventory(resources))
    found = check_document(document, rules, context)
    for resource in resources:
        found += check_resource(resource, rules, server, context)
    for each in found:
        if each.rule.id == "internal-error":
            raise RuntimeError(each.problem.message)


@cache
def _asked() -> tuple[RuleSet, Server]:
    """Return what is asked: made once, as in a run over many files."""
    return RuleSet(choose(EVERYTHING.select, ())), Server(EVERYTHING.version)


def changed(data: bytes, manifests: Sequence[Any]) -> Any:
    """Return the manifest that an input of `structured` stands for."""
    value = json.loads(json.dumps(manifests[int.from_bytes(data[:2], "little") % len(manifests)]))
    for start in range(2, min(len(data), 14) - 2, 3):
        places = list(_places(value))
        if not places:
            break
        holder, key = places[int.from_bytes(data[start : start + 2], "little") % len(places)]
        choice = data[start + 2] % (len(ODD) + 2)
        if choice < len(ODD):
            holder[key] = json.loads(json.dumps(ODD[choice]))
        elif choice == len(ODD):
            holder[key] = [holder[key]]
        else:
            other, at = places[data[start + 2] % len(places)]
            holder[key] = json.loads(json.dumps(other[at]))
    return value


ODD: list[Any] = [
    None, True, -1, 0, 2**31, 2**63, 10**30, 1.5, 1e300, "", " ", "*", "25%", "-1%", "9" * 400, "x" * 300, "a\nb", "\x00", "1Gi", "10.0.0.1",
    "::1", [], {}, [None], [[]], {"": None}, {"a": {"b": {}}}, "web", "TCP", "{{ .Values.x }}", "\u202e", "podplan: ignore[x]",
]  # fmt: skip


def _places(value: Any) -> Any:
    """Yield where values stand: the mapping or list, and the key or index."""
    for key, each in value.items() if isinstance(value, dict) else enumerate(value):
        yield value, key
        if isinstance(each, (dict, list)):
            yield from _places(each)


def _hold(report: Report) -> None:
    for finding in report.findings:
        if finding.rule == "internal-error":
            raise RuntimeError(finding.message)


def _objects(text: str) -> list[dict[str, Any]]:
    documents = read_documents(Source("fuzz.yaml", text))
    return [resource.manifest for document in documents for resource in resources_of(document)]


def _planned(data: bytes) -> Plan | None:
    letter, text = data[:1].decode("latin-1") or "x", data[1:].decode("utf-8", "replace")
    if letter == "s":
        documents = read_documents(Source("fuzz.yaml", text))
        scenario = documents[0].value if documents else None
        if scenario is None:
            return None
        return linter.plan("scenario", scenario=scenario, options=Options(max_rounds=500))
    if letter == "l":
        return linter.plan("restart", options=Options(state=_objects(text), max_rounds=500, max_pods=500))
    number = ord(letter)
    options = Options(
        fail_new=bool(number & 1),
        readiness="one-by-one" if number & 2 else "together",
        kubernetes="1.31" if number & 4 else "1.36",
        max_rounds=500,
        max_pods=500,
    )
    before, after = map(_objects, (text.partition(BETWEEN)[0], text.partition(BETWEEN)[2]))
    match number >> 3 & 3:
        case 0:
            return linter.plan("restart", before, options=options)
        case 1:
            return linter.plan("undo", revisions=[before, after], options=options)
        case 2:
            return linter.plan("create", before, options=options)
        case _:
            return linter.plan("update", after, old=before, options=options)
