"""Group api against what real API servers answered (tests/conformance/README.md)."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import linter
from linter.engine.config.options import LintOptions
from linter.version import KubeVersion, parse_version

if TYPE_CHECKING:
    from linter.engine.report.finding import Finding

DATA = Path(__file__).parents[1] / "conformance"
Case = dict[str, Any]


@cache
def load(name: str) -> list[Case]:
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]


def in_groups(cases: list[Case], key: str) -> list[Any]:
    """Group cases, so that a failure names a row of the API's rules and a run stays quick."""
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        groups[case[key]].append(case)
    return [pytest.param(group, id=name) for name, group in groups.items()]


def api_findings(texts: list[str], version: KubeVersion) -> list[list[Finding]]:
    """Return what is found in each text. Rules of group api look at no other object, so that one run does for all."""
    options = LintOptions(select=("api",), version=version, namespace="default")
    named = [(f"{number}", text) for number, text in enumerate(texts)]
    result: list[list[Finding]] = [[] for _ in texts]
    for finding in linter.lint((), texts=named, options=options).findings:
        if finding.group in {"api", "podplan"}:
            result[int(finding.file)].append(finding)
    return result


# An empty text has no kind, so nothing can be said about the fields that the kind would need; the recording posted it to the
# Deployments' address.
EMPTY = {"c/YJ-01-bad-4", "c/YJ-01-bad-5", "c/YJ-01-bad-6", "c/YJ-01-bad-7"}
# What overrides a merged key (`<<`) is a repeated key to the server that reads the YAML itself. kubectl resolves merges and sends JSON,
# so that this case is refused for the label that the merge then gives, which the selector does not match. The same case with the
# merge behind the key (YJ-12-bad-4) was recorded through kubectl.
MERGED = {"c/YJ-12-bad-3"}
# Text in braces is JSON to kubectl, which refuses it before the server could name a field.
BRACES = {"c/JT-10-bad-7"}
TAKES_ANY_TEMPLATE = {"1.31", "1.33"}
"""The recorded versions whose servers take a StatefulSet with an invalid pod template."""


def complaint(case: Case, findings: list[Finding]) -> str | None:
    """Say how the findings differ from the server's answer, or None."""
    errors = [finding for finding in findings if finding.severity == "error"]
    said = sorted((f"{finding.field}", f"{finding.reason}") for finding in errors)
    if case["verdict"] == "accept":
        return f"{case['id']}: a false alarm: {said}" if errors else None
    if not errors:
        return f"{case['id']}: missed: {case.get('message')}"
    if case.get("code") == 422 and case["id"] not in EMPTY | BRACES:
        causes = {(cause["field"], cause["reason"].removeprefix("FieldValue")) for cause in case["causes"]}
        if case.get("kubernetes") in TAKES_ANY_TEMPLATE and case["kind"] == "StatefulSet":
            # So old a server does not look into a StatefulSet's template; podplan does, in every version.
            said = [each for each in said if each in causes or not each[0].startswith("spec.template.spec")]
        if causes != set(said):
            return (
                f"{case['id']}: missing {sorted(causes - set(said))}, too many {sorted(set(said) - causes)}"
            )
    if case.get("code") == 400 and case["id"] not in MERGED:
        return undecodable(case, errors)
    return None


def undecodable(case: Case, errors: list[Finding]) -> str | None:
    """Say how findings differ from a refusal while decoding: the field that the message names must be among them."""
    fields = {finding.field or "" for finding in errors}
    message = case["message"]
    unknown = re.findall(r'unknown field "([^"]+)"', message)
    for field in unknown:
        if field not in fields:
            return f"{case['id']}: unknown field {field} is not among {sorted(fields)}"
    if typed := re.search(r"Go struct field \w*\.([\w.]+) of type", message):
        # The message leaves out indexes and keys, and puts in the names of embedded structs.
        wanted = [step for step in typed[1].split(".") if not step[0].isupper()]
        plain = [[step for step in re.sub(r"\[[^\]]*\]", "", field).split(".") if step] for field in fields]
        if not any(each[: len(wanted)] == wanted for each in plain):
            return f"{case['id']}: {'.'.join(wanted)} is not among {sorted(fields)}"
    if duplicate := re.search(r"line (\d+): key", message):
        # The server's reader names the line below where the key's value begins there.
        lines = {line for finding in errors for line in (finding.range.line, finding.range.line + 1)}
        if int(duplicate[1]) not in lines:
            return f"{case['id']}: line {duplicate[1]} is not among {sorted(lines)}"
    return None


def check(cases: list[Case]) -> None:
    complaints: list[str] = []
    for version in sorted({case.get("kubernetes", "1.36") for case in cases}):
        these = [case for case in cases if case.get("kubernetes", "1.36") == version]
        found = api_findings([case["yaml"] for case in these], parse_version(version))
        complaints += filter(None, map(complaint, these, found))
    assert not complaints, "\n".join(complaints)


@pytest.mark.parametrize("cases", in_groups(load("verdicts-targeted.jsonl"), "rule"))
def test_targeted_manifests(cases: list[Case]) -> None:
    check(cases)


@pytest.mark.parametrize(
    "cases",
    [
        pytest.param(cases, id=f"{number}-{cases[0]['id']}")
        for number, cases in enumerate(
            load("verdicts-random.jsonl")[start : start + 50] for start in range(0, 1600, 50)
        )
    ],
)
def test_random_manifests(cases: list[Case]) -> None:
    check(cases)


@pytest.mark.parametrize("cases", in_groups(load("verdicts-versions.jsonl"), "kubernetes"))
def test_other_versions(cases: list[Case]) -> None:
    check(cases)


OLDEST, *BETWEEN, NEWEST = ["1.31", "1.33", "1.34", "1.35", "1.37"]
"""The versions besides 1.36 whose servers have answered."""


def judged_alike(name: str, version: str) -> list[Case]:
    """Return the cases that are not in the file of other versions, but for the templates of StatefulSets up to 1.33."""
    otherwise = {case["id"] for case in load("verdicts-versions.jsonl") if case["kubernetes"] == version}
    return [
        {**case, "kubernetes": version}
        for case in load(name)
        if case["id"] not in otherwise
        and not (version in TAKES_ANY_TEMPLATE and case["kind"] == "StatefulSet")
    ]


every_file = pytest.mark.parametrize("name", ["verdicts-targeted.jsonl", "verdicts-random.jsonl"])


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
@every_file
def test_what_the_oldest_and_the_newest_version_judge_alike(name: str, version: str) -> None:
    check(judged_alike(name, version))


@pytest.mark.parametrize("version", BETWEEN)
@every_file
def test_what_versions_between_judge_alike(name: str, version: str) -> None:
    """What is judged alike at both ends is hardly judged otherwise between them: each case is asked in one version."""
    check(judged_alike(name, version)[BETWEEN.index(version) :: len(BETWEEN)])


@pytest.mark.slow  # 20 seconds; the default run asks a third of it
@pytest.mark.parametrize("version", BETWEEN)
@every_file
def test_all_that_versions_between_judge_alike(name: str, version: str) -> None:
    check(judged_alike(name, version))


def warned(case: Case, findings: list[Finding]) -> str | None:
    """Say how the warnings differ from the server's in number; each of its texts is one subject."""
    said = [
        finding
        for finding in findings
        if finding.severity == "warning" and finding.rule not in NOT_THE_SERVERS
    ]
    warnings = case.get("warnings", ())
    # One file has the headers as a list, the other as one text.
    count = warnings.count("299 - ") if isinstance(warnings, str) else len(warnings)
    if count == len(said):
        return None
    return f"{case['id']}: {case.get('warnings', [])} against {[(each.rule, each.field) for each in said]}"


# What podplan says of texts before the server sees them, or of cluster settings that a dry run does not check.
NOT_THE_SERVERS = {
    "node-port-range",
    "yaml-encoding",
    "ignored-document",
    "deprecated-api",
    "merge-overwrites-key",
    "key-not-text",
}


@pytest.mark.parametrize("name", ["verdicts-targeted.jsonl", "verdicts-random.jsonl"])
def test_warnings_on_what_is_taken(name: str) -> None:
    taken = [case for case in load(name) if case["verdict"] == "accept" and case.get("via") != "kubectl"]
    found = api_findings([case["yaml"] for case in taken], parse_version("1.36"))
    complaints = [said for said in map(warned, taken, found) if said]
    assert not complaints, "\n".join(complaints)
