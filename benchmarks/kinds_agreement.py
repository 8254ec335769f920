"""How often does podplan agree with the recorded API server, kind by kind?

    python -m benchmarks.kinds_agreement [KIND …]

Prints a table of tests/conformance/kinds/: verdicts, the fields and the reasons of what is refused, warnings on what is taken, and
verdicts on updates. With kinds it prints each case in which they differ, too.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import linter
from linter.apiserver.server import Server
from linter.engine.config.options import LintOptions
from linter.path import format_path
from linter.version import parse_version

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linter.engine.report.finding import Finding
    from linter.version import KubeVersion

Case = dict[str, Any]
DATA = Path(__file__).resolve().parents[1] / "tests" / "conformance" / "kinds"
VERSION = parse_version("1.37")
VERDICTS = (
    "verdicts-random.jsonl",
    "verdicts-targeted-core.jsonl",
    "verdicts-targeted-rest.jsonl",
    "verdicts-found.jsonl",
    "verdicts-expressions.jsonl",
)
UPDATES = ("updates.jsonl", "updates-found.jsonl")
# What depends on the rest of the cluster: admission plugins, what there is, and whether somebody was faster.
ELSEWHERE = {403, 404, 409, 500}
# What podplan says of texts before the server sees them, or of cluster settings that a dry run does not check.
NOT_THE_SERVERS = {"node-port-range", "yaml-encoding", "ignored-document"}


class Answer(NamedTuple):
    """What somebody says of an object."""

    refused: bool
    causes: frozenset[tuple[str, str]] | None
    """Field and reason of each cause; None where nobody gave any."""
    warnings: int
    """How many there are on an object that is taken."""


class Pair(NamedTuple):
    """A recorded case with both answers."""

    case: Case
    server: Answer
    podplan: Answer

    @property
    def difference(self) -> str | None:
        """What differs, for a person; None where nothing does."""
        if self.server.refused != self.podplan.refused:
            said = sorted(self.podplan.causes or ())
            return f"a false alarm: {said}" if said else f"missed: {self.case.get('message')}"
        theirs, ours = self.server.causes, self.podplan.causes
        if theirs is not None and ours is not None and theirs != ours:
            return f"missing {sorted(theirs - ours)}, too many {sorted(ours - theirs)}"
        if not self.server.refused and self.server.warnings != self.podplan.warnings:
            return f"{self.podplan.warnings} warnings for {self.case.get('warnings', [])}"
        return None

    @property
    def same_verdict(self) -> bool:
        """Whether both take the object, or both refuse it."""
        return self.server.refused == self.podplan.refused

    @property
    def same_fields(self) -> bool:
        """Whether both name the same fields, as far as the server names any."""
        return self._same(lambda causes: {field for field, _ in causes})

    @property
    def same_reasons(self) -> bool:
        """Whether both name the same fields with the same reasons."""
        return self._same(set)

    def _same(self, of: Any) -> bool:
        theirs, ours = self.server.causes, self.podplan.causes
        return theirs is None or ours is None or of(theirs) == of(ours)


def recorded(name: str) -> list[Case]:
    """Read a file of cases that count."""
    cases = [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]
    return [
        case
        for case in cases
        if case.get("code") not in ELSEWHERE
        and "the namespace of the provided object does not match" not in case.get("message", "")
    ]


def created(cases: list[Case], version: KubeVersion = VERSION) -> list[Pair]:
    """Ask podplan about manifests, all in one run."""
    options = LintOptions(select=("api",), namespace="default", version=version)
    found: list[list[Finding]] = [[] for _ in cases]
    texts = [(f"{number}", case["yaml"]) for number, case in enumerate(cases)]
    for finding in linter.lint((), texts=texts, options=options).findings:
        if finding.group in {"api", "podplan"}:
            found[int(finding.file)].append(finding)
    return [
        Pair(case, _server(case), _podplan(findings)) for case, findings in zip(cases, found, strict=True)
    ]


def updated(cases: Iterable[Case], version: KubeVersion = VERSION) -> list[Pair]:
    """Ask podplan about updates."""
    server = Server(version)
    pairs = []
    for case in cases:
        errors = server.update(case["old"], case["new"]).errors
        causes = frozenset((error.field or format_path(error.path), f"{error.reason}") for error in errors)
        pairs.append(Pair(case, _server(case), Answer(bool(errors), causes, 0)))
    return pairs


def _server(case: Case) -> Answer:
    refused = case["verdict"] == "reject"
    causes = None
    if refused and case.get("code") == 422 and case.get("causes"):
        causes = frozenset(
            (cause["field"], cause["reason"].removeprefix("FieldValue")) for cause in case["causes"]
        )
    warnings = case.get("warnings", ())
    # One file has the headers as a list, the others as one text.
    count = warnings.count("299 - ") if isinstance(warnings, str) else len(warnings)
    return Answer(refused, causes, count)


def _podplan(findings: list[Finding]) -> Answer:
    errors = [each for each in findings if each.severity == "error"]
    warnings = [each for each in findings if each.severity == "warning" and each.rule not in NOT_THE_SERVERS]
    causes = frozenset((f"{each.field}", f"{each.reason}") for each in errors)
    return Answer(bool(errors), causes, len(warnings))


def by_kind(cases: Iterable[Case]) -> dict[str, list[Case]]:
    """Return the cases of each kind."""
    result: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        result[case["kind"]].append(case)
    return dict(sorted(result.items()))


def main() -> None:
    """Print a table, and what differs."""
    chosen = set(sys.argv[1:])
    creates = by_kind(case for name in VERDICTS for case in recorded(name))
    updates = by_kind(case for name in UPDATES for case in recorded(name))
    print("| kind | cases | verdicts | fields | reasons | warnings | updates | verdicts | fields |")
    print("|---|---|---|---|---|---|---|---|---|")
    different: list[str] = []
    for kind, cases in creates.items():
        if chosen and kind not in chosen:
            continue
        pairs, changes = created(cases), updated(updates.get(kind, ()))
        taken = [pair for pair in pairs if not pair.server.refused]
        cells = (
            _share([pair.same_verdict for pair in pairs]),
            _share([pair.same_fields for pair in pairs]),
            _share([pair.same_reasons for pair in pairs]),
            _share([pair.server.warnings == pair.podplan.warnings for pair in taken]),
            f"{len(changes)}",
            _share([pair.same_verdict for pair in changes]),
            _share([pair.same_reasons for pair in changes]),
        )
        print(f"| {kind} | {len(pairs)} | {' | '.join(cells)} |", flush=True)
        different += [
            f"{kind} {pair.case['id']}: {pair.difference}  {pair.case['mutation']}"
            for pair in (*pairs, *changes)
            if pair.difference
        ]
    if chosen:
        print("\n".join(different))


def _share(agreed: list[bool]) -> str:
    return f"{100 * sum(agreed) / len(agreed):.1f} %" if agreed else ""


if __name__ == "__main__":
    main()
