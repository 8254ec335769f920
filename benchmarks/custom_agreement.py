"""How often does podplan agree with the recorded API server on custom resources, definition by definition?

    python -m benchmarks.custom_agreement [KIND …]

Prints a table of tests/conformance/crs/: verdicts, and the fields and reasons of what is refused, new objects first, then updates. With kinds it
prints each case in which they differ, too.
"""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from linter.apiserver.server import Server
from linter.engine.custom_resources import CustomSchemas, schemas_of
from linter.loading.source import Source
from linter.loading.yaml.reader import read_documents, resources_of
from linter.path import format_path
from linter.version import parse_version

if TYPE_CHECKING:
    from linter.apiserver.errors import Error

Case = dict[str, Any]
DATA = Path(__file__).resolve().parents[1] / "tests" / "conformance" / "crs"
VERSION = parse_version("1.37")
VERDICTS, UPDATES = "verdicts.jsonl", "updates.jsonl"
# Answers that depend on the rest of the cluster, or on the URL that the request went to.
ELSEWHERE = {403, 404, 409}


class Answer(NamedTuple):
    """A recorded case and what podplan says of it."""

    case: Case
    refused: bool
    causes: frozenset[tuple[str, str]]
    """Reason and field of each cause."""

    @property
    def difference(self) -> str | None:
        """What differs, for a person; None where nothing does."""
        if not self.same_verdict:
            return f"{self._name}: {self.case['verdict']}, {self.case['message']}; here {sorted(self.causes)}"
        if self.case["code"] != 422 or self.same_causes:
            return None
        theirs = self._theirs()
        return (
            f"{self._name}: missing {sorted(theirs - self.causes)}, too many {sorted(self.causes - theirs)}"
        )

    @property
    def same_verdict(self) -> bool:
        """Whether both take the object, or both refuse it."""
        return self.refused == (self.case["verdict"] == "reject")

    @property
    def same_causes(self) -> bool:
        """Whether both name the same fields with the same reasons, where the server names any."""
        return self.case["code"] != 422 or self._theirs() == self.causes

    @property
    def _name(self) -> str:
        return f"{self.case['id']} {self.case['mutation']}"

    def _theirs(self) -> set[tuple[str, str]]:
        return {(each["reason"], each["field"]) for each in self.case["causes"]}


def recorded(name: str) -> dict[str, list[Case]]:
    """Return the cases of a file that count, by the file of their definition."""
    result: dict[str, list[Case]] = {}
    for line in (DATA / name).read_text("utf-8").splitlines():
        case = json.loads(line)
        if case["code"] not in ELSEWHERE and "the namespace of the provided object" not in (
            case["message"] or ""
        ):
            result.setdefault(case["crd"], []).append(case)
    return result


def created(case: Case) -> Answer:
    """Ask podplan about a new object."""
    documents = read_documents(Source(case["id"], case["yaml"]))
    is_unreadable = any(each.reason for document in documents for each in document.problems)
    server = _server(case["crd"])
    errors: list[Error] = []
    for document in documents:
        for resource in resources_of(document):
            errors += server.create(resource.manifest).errors
    return Answer(case, bool(errors) or is_unreadable, _causes_of(errors))


def updated(case: Case) -> Answer:
    """Ask podplan about an update."""
    errors = _server(case["crd"]).update(case["old"], case["new"]).errors
    return Answer(case, bool(errors), _causes_of(errors))


def _server(name: str) -> Server:
    """Return a new server: each case has the whole work of a run."""
    return Server(VERSION, CustomSchemas(schemas_of(_definition(name))))


@cache
def _definition(name: str) -> dict[str, Any]:
    documents = read_documents(Source(name, (DATA / "crds" / name).read_text("utf-8")))
    (manifest,) = (each.manifest for document in documents for each in resources_of(document))
    return manifest


def _causes_of(errors: list[Error]) -> frozenset[tuple[str, str]]:
    return frozenset(
        (f"FieldValue{each.reason}", format_path(each.path) if each.field is None else each.field)
        for each in errors
    )


def _cells(answers: list[Answer]) -> list[str]:
    refused = [each for each in answers if each.case["code"] == 422]
    return [
        str(len(answers)),
        _percent(sum(each.same_verdict for each in answers), len(answers)),
        _percent(sum(each.same_causes for each in refused), len(refused)),
    ]


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else ""


def main() -> None:
    """Print the table."""
    new, updates = recorded(VERDICTS), recorded(UPDATES)
    print("| kind | cases | verdicts | fields, reasons | updates | verdicts | fields, reasons |")
    print("|---|---|---|---|---|---|---|")
    for name in sorted(new):
        answers = [created(case) for case in new[name]], [updated(case) for case in updates.get(name, ())]
        kind = _definition(name)["spec"]["names"]["kind"]
        print(f"| {' | '.join([kind, *_cells(answers[0]), *_cells(answers[1])])} |")
        if kind in sys.argv[1:]:
            for each in (*answers[0], *answers[1]):
                if each.difference:
                    print(f"  {each.difference}")


if __name__ == "__main__":
    main()
