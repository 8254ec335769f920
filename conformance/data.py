"""Read and write the files of tests/conformance/."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from conformance.errors import RecordingError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Case = dict[str, Any]
"""A line of a data file: what is asked, and what was answered."""

Outcome = dict[str, Any]
"""What was answered: the fields OUTCOME of a case."""

OUTCOME: Final = frozenset({"verdict", "code", "causes", "message", "warnings", "rounds", "not_drained"})
SCENARIOS: Final = frozenset({"rollouts", "cluster"})
"""The families whose cases are played round by round."""

# Folder, noun, files, and the version of cases that do not name one.
_FAMILIES: Final = (
    ("", "verdicts", "verdicts-*.jsonl", "1.36"),
    ("", "updates", "updates.jsonl", "1.36"),
    ("", "rollouts", "rollouts.jsonl", "1.36"),
    ("", "cluster", "cluster*.jsonl", "1.37"),
    ("kinds", "verdicts", "verdicts-*.jsonl", "1.37"),
    ("kinds", "updates", "updates.jsonl", "1.37"),
    ("crs", "verdicts", "verdicts.jsonl", "1.37"),
    ("crs", "updates", "updates.jsonl", "1.37"),
    ("crs", "schemas", "schemas.jsonl", "1.37"),
)


class Family(NamedTuple):
    """Files of cases that are recorded in the same way, and the file that says what other versions answer."""

    name: str
    """E.g. `verdicts` or `kinds/updates`."""
    noun: str
    """What its cases are: `verdicts`, `updates`, `schemas`, `rollouts` or `cluster`."""
    folder: Path
    files: tuple[Path, ...]
    first: str
    """The version that its cases were first recorded with, where they do not name one."""

    @property
    def versions(self) -> Path:
        """The file of the cases that a version answers otherwise than the version they were first recorded with."""
        return self.folder / f"{self.noun}-versions.jsonl"


def families(data: Path) -> list[Family]:
    """List the families that a folder holds files of."""
    found = []
    for folder, noun, pattern, first in _FAMILIES:
        family = Family(f"{folder}/{noun}".removeprefix("/"), noun, data / folder, (), first)
        files = tuple(path for path in sorted(family.folder.glob(pattern)) if path != family.versions)
        if files:
            found.append(family._replace(files=files))
    return found


def read(path: Path) -> list[Case]:
    """Read a file; a case without a name or id gets its line's number as its id."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [_with_key(json.loads(line), number) for number, line in enumerate(lines, start=1)]


def _with_key(case: Case, number: int) -> Case:
    return case if "id" in case or "name" in case else {"id": str(number), **case}


def read_cases(family: Family) -> list[Case]:
    """Read all cases of a family; the few that kubectl decided are not the server's and are left out.

    Raises:
        RecordingError: Two cases have the same id.
    """
    lines = [case for path in family.files for case in read(path) if "via" not in case]
    cases = [{"kubernetes": family.first, **case} for case in lines]
    keys = [key_of(case) for case in cases]
    if len(set(keys)) < len(keys):
        twice = sorted(key for key in set(keys) if keys.count(key) > 1)
        raise RecordingError(f"{family.name}: these ids stand for several cases: {', '.join(twice[:5])}")
    return cases


def key_of(case: Case) -> str:
    """Return the id of a case, or the name of a scenario."""
    key: str = case["id"] if "id" in case else case["name"]
    return key


def version_of(case: Case) -> str:
    """Return the minor version that a case was recorded with."""
    version: str = case["kubernetes"]
    return version


def outcome_in(case: Case) -> Outcome:
    """Return what was answered."""
    return {key: value for key, value in case.items() if key in OUTCOME}


def with_outcome(case: Case, outcome: Outcome, version: str) -> Case:
    """Write a case as it stands in a family's file of other versions."""
    asked = {key: value for key, value in case.items() if key not in OUTCOME}
    first = version_of(case).replace(".", "_")
    before = {f"verdict_{first}": case["verdict"]} if "verdict" in case else {}
    return {**asked, "kubernetes": version, **outcome, **before}


def write(path: Path, cases: Iterable[Case]) -> None:
    """Write a file, a case a line; a file without cases is removed."""
    text = "".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases)
    if text:
        path.write_text(text, encoding="utf-8")
    else:
        path.unlink(missing_ok=True)


def replace_outcomes(path: Path, outcomes: dict[str, Outcome]) -> None:
    """Write new answers into a file; the lines of all other cases stay as they are, byte for byte."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    for index, line in enumerate(lines):
        case = json.loads(line)
        key = key_of(_with_key(case, index + 1))
        if key in outcomes:
            asked = {name: value for name, value in case.items() if name not in OUTCOME}
            lines[index] = json.dumps({**asked, **outcomes[key]}, ensure_ascii=False) + "\n"
    path.write_text("".join(lines), encoding="utf-8")
