"""How often does podplan agree with what real servers and controllers of each version answered?

    python -m benchmarks.versions_agreement

Prints the table of docs/versions.md from tests/conformance/: for each recorded version the cases, and in how many of them podplan says the
same; for manifests and updates the verdict with its fields and reasons, for scenarios all rounds.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.kinds_agreement import ELSEWHERE, created, updated
from conformance.compare import effective
from conformance.data import Family, families, key_of, read, read_cases, version_of
from conformance.rounds import difference
from linter.output.plan_json_rounds import render_rounds
from linter.planner.admission import admit_for
from linter.planner.scenario import parse_scenario
from linter.planner.simulate import Simulation
from linter.version import parse_version

if TYPE_CHECKING:
    from benchmarks.kinds_agreement import Pair
    from conformance.data import Case

DATA = Path(__file__).resolve().parents[1] / "tests" / "conformance"
RELEASES = ("1.31.1", "1.33.13", "1.34.2", "1.35.4", "1.36.2", "1.37.2")
"""The releases that verdicts were recorded of."""
UPDATE_VERSIONS = ("1.36", "1.37")
TAKES_ANY_TEMPLATE = {"1.31", "1.33"}
"""These take a StatefulSet with an invalid pod template; its cases were kept only where they say something else."""


def cases_of(family: Family, version: str) -> list[Case]:
    """Return a family's cases as a version answered them."""
    others = read(family.versions)
    own = {key_of(case) for case in others if version_of(case) == version}
    cases = read_cases(family)
    outcomes = effective(cases, others, version)
    asked = ("kind", "yaml", "old", "new")
    return [
        {"id": key_of(case), **{key: case[key] for key in asked if key in case}, **outcomes[key_of(case)]}
        for case in cases
        if outcomes[key_of(case)].get("code") not in ELSEWHERE
        and (case["kind"] != "StatefulSet" or version not in TAKES_ANY_TEMPLATE or key_of(case) in own)
    ]


def is_same_plan(case: Case) -> bool:
    """Tell whether a scenario goes round by round as it was recorded."""
    simulation = Simulation(parse_scenario(case), admit_for(version_of(case)))
    return difference(case, case, {"rounds": list(render_rounds(simulation.rounds()))}) is None


def _tally(pairs: list[Pair]) -> str:
    verdicts = sum(pair.same_verdict for pair in pairs)
    reasons = sum(pair.same_verdict and pair.same_reasons for pair in pairs)
    return f"{len(pairs):,} | {verdicts:,} | {reasons:,}"


def main() -> None:
    """Print the table."""
    found = {family.name: family for family in families(DATA)}
    scenarios = read_cases(found["rollouts"])
    print(
        "| version | manifests | same verdict | fields, too | updates | same verdict | fields, too ", end=""
    )
    print("| rollouts | same rounds |\n|---|---|---|---|---|---|---|---|---|")
    for release in RELEASES:
        text = release.rpartition(".")[0]
        version = parse_version(text)
        cells = [release, _tally(created(cases_of(found["verdicts"], text), version))]
        if text in UPDATE_VERSIONS:
            cells.append(_tally(updated(cases_of(found["updates"], text), version)))
        else:
            cells.append(" | | ")
        played = [is_same_plan(case) for case in scenarios if version_of(case) == text]
        cells.append(f"{len(played)} | {sum(played)}" if played else " | ")
        print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
