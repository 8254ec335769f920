"""Custom resources against what a real API server answered (tests/conformance/README.md)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from linter.apiserver.server import Server
from linter.engine.custom_resources import CustomSchemas, schemas_of
from linter.loading.source import Source
from linter.loading.yaml.reader import read_documents, resources_of
from linter.path import format_path
from linter.version import parse_version

if TYPE_CHECKING:
    from linter.apiserver.errors import Error

Case = dict[str, Any]
DATA = Path(__file__).parents[2] / "conformance" / "crs"
VERSION = parse_version("1.37")
NOT_JUDGED = {
    "dbclusters-t041": "the request goes to the URL of another kind, which no manifest says",
}
# Each of these costs what the server grants to one object, so that it takes as long as anything may: a thorough run asks them.
COSTLY = (
    ()
    if settings.get_current_profile_name() == "thorough"
    else ("lists of 150", "lists of 200", "lists of 249", "lists of 250")
)
ELSEWHERE = {403, 404, 409}
"""Answers that depend on the rest of the cluster, or on the URL."""


def cases(name: str) -> dict[str, list[Case]]:
    """Return the recorded cases that count, by definition."""
    result: dict[str, list[Case]] = {}
    for line in (DATA / name).read_text("utf-8").splitlines():
        case = json.loads(line)
        if case["code"] in ELSEWHERE or "the namespace of the provided object" in (case["message"] or ""):
            continue
        if case["id"] not in NOT_JUDGED and not any(part in f"{case['mutation']}" for part in COSTLY):
            result.setdefault(case["crd"], []).append(case)
    return result


CREATED = cases("verdicts.jsonl")
UPDATED = cases("updates.jsonl")


@cache
def definitions(name: str) -> tuple[dict[str, Any], ...]:
    source = Source(name, (DATA / "crds" / name).read_text("utf-8"))
    return tuple(each.manifest for document in read_documents(source) for each in resources_of(document))


def server(name: str) -> Server:
    """Return a new server: each case has the whole work of a run."""
    (definition,) = definitions(name)
    return Server(VERSION, CustomSchemas(schemas_of(definition)))


def causes_of(errors: list[Error]) -> set[tuple[str, str]]:
    return {
        (f"FieldValue{each.reason}", format_path(each.path) if each.field is None else each.field)
        for each in errors
    }


def difference(case: Case, errors: list[Error], *, is_refused: bool) -> str | None:
    """Say how an answer differs from the server's: in the verdict, in the fields at fault or in the reasons."""
    if is_refused != (case["verdict"] == "reject"):
        return f"{case['id']} {case['mutation']}: {case['verdict']}, {case['message']}; here {sorted(causes_of(errors))}"
    if case["code"] != 422:
        return None
    theirs, ours = {(each["reason"], each["field"]) for each in case["causes"]}, causes_of(errors)
    if theirs == ours:
        return None
    return (
        f"{case['id']} {case['mutation']}: missing {sorted(theirs - ours)}, too many {sorted(ours - theirs)}"
    )


@pytest.mark.parametrize("name", sorted(CREATED))
def test_new_objects(name: str) -> None:
    differences = []
    for case in CREATED[name]:
        documents = read_documents(Source(case["id"], case["yaml"]))
        is_unreadable = any(each.reason for document in documents for each in document.problems)
        errors: list[Error] = []
        for document in documents:
            for resource in resources_of(document):
                errors += server(name).create(resource.manifest).errors
        differences.append(difference(case, errors, is_refused=bool(errors) or is_unreadable))
    assert [each for each in differences if each] == []


@pytest.mark.parametrize("name", sorted(UPDATED))
def test_updates(name: str) -> None:
    differences = []
    for case in UPDATED[name]:
        errors = server(name).update(case["old"], case["new"]).errors
        differences.append(difference(case, errors, is_refused=bool(errors)))
    assert [each for each in differences if each] == []


def test_the_recordings_are_there() -> None:
    assert sum(map(len, CREATED.values())) > 1050
    assert sum(map(len, UPDATED.values())) > 140
