"""Record one release: all families of cases that the project holds, and its OpenAPI definitions."""

from __future__ import annotations

import itertools
import json
import tempfile
import time
from collections import defaultdict
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from conformance import compare, custom_resources, data, openapi, scenarios, updates, verdicts
from conformance.build import API_SERVER, CONTROLLER_MANAGER, SCHEDULER, build, require_tools
from conformance.control_plane import control_plane
from conformance.errors import RecordingError, StartError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.build import Programs
    from conformance.client import Client
    from conformance.compare import Agreement
    from conformance.data import Case, Family, Outcome
    from linter.version import KubeVersion

OPENAPI: Final = "openapi"
SUMMARY: Final = "recorded.json"

# What a family needs beside the API server. Verdicts need quiet: a controller would change what an update finds.
_PARTS: Final[dict[str, tuple[str, ...]]] = {
    "verdicts": (),
    "updates": (),
    "schemas": (),
    "rollouts": (CONTROLLER_MANAGER,),
    "cluster": (CONTROLLER_MANAGER, SCHEDULER),
}
# Some alpha and beta APIs are served only with their gate on; schemas/ knows all of them.
_ALL_GATES: Final = {"AllAlpha": True, "AllBeta": True}


class Request(NamedTuple):
    """What is to be recorded."""

    release: KubeVersion
    data: Path
    cache: Path
    only: tuple[str, ...] = ()
    """Names of families, or `openapi`; empty means all."""
    match: str = "*"
    """A pattern for ids; with any other than `*` nothing is written."""

    @property
    def version(self) -> str:
        """The minor version, as data files name it."""
        return self.release.release

    def wants(self, name: str) -> bool:
        """Tell whether a family, or the OpenAPI definitions, is to be recorded."""
        return not self.only or name in self.only


def record(request: Request, say: Callable[[str], None]) -> None:
    """Build, start, record twice, compare, write, stop.

    Args:
        request: What to record.
        say: Prints a line of the report.

    Raises:
        RecordingError: The recording cannot be made.
    """
    require_tools()
    families = data.families(request.data)
    names = [*(family.name for family in families), OPENAPI]
    if unknown := sorted(set(request.only) - set(names)):
        raise RecordingError(f"{', '.join(unknown)}: not recorded here; the names are {', '.join(names)}.")
    wanted = [family for family in families if request.wants(family.name)]
    parts = sorted({API_SERVER, *itertools.chain.from_iterable(_PARTS[family.noun] for family in wanted)})
    say(
        f"{', '.join(parts)} {request.release} in {request.cache}: built in minutes where they are not there yet"
    )
    programs = build(request.release, parts, request.cache)
    with tempfile.TemporaryDirectory(prefix="podplan-record-") as folder:
        for family in wanted:
            started = time.monotonic()
            cases = [
                case for case in data.read_cases(family) if fnmatchcase(data.key_of(case), request.match)
            ]
            if not cases:
                continue
            say(f"{family.name}: {len(cases)} cases, in two passes")
            agreement = _recorded(programs, family, cases, Path(folder) / family.name)
            report(request, family, cases, agreement, say)
            say(f"{family.name}: {time.monotonic() - started:.0f} s")
        if request.wants(OPENAPI) and request.match == "*":
            with control_plane(
                programs, (), Path(folder) / OPENAPI, gates=_ALL_GATES, all_apis=True
            ) as client:
                write_definitions(request, client, say)


def _recorded(programs: Programs, family: Family, cases: Sequence[Case], folder: Path) -> Agreement:
    """Record a family twice: a control plane for each set of feature gates that its cases name."""
    groups: defaultdict[str, list[Case]] = defaultdict(list)
    for case in cases:
        groups[json.dumps(case.get("feature_gates", {}), sort_keys=True)].append(case)
    outcomes: dict[str, Outcome] = {}
    left_out: dict[str, str] = {}
    for number, (text, group) in enumerate(groups.items()):
        gates = json.loads(text)
        try:
            with control_plane(programs, _PARTS[family.noun], folder / str(number), gates=gates) as client:
                agreement = record_twice(client, family, group)
        except StartError as error:
            if not gates:
                raise
            # The version may not know a gate any more.
            agreement = compare.Agreement({}, dict.fromkeys(map(data.key_of, group), str(error)))
        outcomes |= agreement.outcomes
        left_out |= agreement.left_out
    return compare.Agreement(outcomes, left_out)


def record_twice(client: Client, family: Family, cases: Sequence[Case]) -> Agreement:
    """Ask a running control plane about cases in two passes, and keep what both say."""
    first, second = _pass(client, family, cases), _pass(client, family, cases)
    return compare.agree(family.noun, cases, first, second)


def _pass(client: Client, family: Family, cases: Sequence[Case]) -> list[Outcome]:
    match family.name:
        case "crs/verdicts":
            return custom_resources.record_custom_verdicts(client, cases, family.folder)
        case "crs/updates":
            return custom_resources.record_custom_updates(client, cases, family.folder)
        case "crs/schemas":
            return custom_resources.record_schemas(client, cases)
        case "verdicts" | "kinds/verdicts":
            return verdicts.record_verdicts(client, cases, verdicts.discover(client))
        case "updates" | "kinds/updates":
            return updates.record_updates(client, cases, verdicts.discover(client))
        case "rollouts":
            return scenarios.record_rollouts(client, cases)
        case "cluster":
            return scenarios.record_cluster(client, cases)
        case unknown:
            raise ValueError(f"{unknown} is not a family of cases")


def report(
    request: Request, family: Family, cases: Sequence[Case], agreement: Agreement, say: Callable[[str], None]
) -> None:
    """Print what is different from the version before, and write it unless only a part was recorded."""
    others = data.read(family.versions)
    left_out = agreement.left_out | _not_for_a_linter(request, cases, agreement)
    now = {key: outcome for key, outcome in agreement.outcomes.items() if key not in left_out}
    before = _version_before(request, cases, others)
    found = compare.differences(family.noun, cases, compare.effective(cases, others, before), now)
    counted = f"{len(cases)} cases, {len(found)} otherwise than {before}, {len(left_out)} left out"
    say(f"\n## {family.name}: {counted}\n")
    for line in compare.table(found, f"{before} so far", request.version) if found else ():
        say(line)
    for key, reason in left_out.items():
        say(f"left out: {key}: {' '.join(reason.split())[:300]}")
    if request.match == "*":
        _write(request, family, cases, others, now)
        counts = {"cases": len(cases), "otherwise": len(found), "than": before, "left_out": sorted(left_out)}
        _write_summary(request, family.name, counts)


def _not_for_a_linter(request: Request, cases: Sequence[Case], agreement: Agreement) -> dict[str, str]:
    """Servers before 1.34 took StatefulSets with templates of which no pod can be made; a linter refuses them."""
    if request.release >= (1, 34):
        return {}
    return {
        data.key_of(case): "a StatefulSet that was taken, but not its pods"
        for case in cases
        if case["kind"] == "StatefulSet"
        and case.get("verdict") == "reject"
        and agreement.outcomes.get(data.key_of(case), {}).get("verdict") == "accept"
    }


def _version_before(request: Request, cases: Sequence[Case], others: Sequence[Case]) -> str:
    """Return the newest recorded version before the release; else what the cases were first recorded with."""
    recorded = {data.version_of(case) for case in (*cases, *others)}
    earlier = [version for version in recorded if _minor(version) < request.release[:2]]
    return max(earlier or recorded, key=_minor)


def _minor(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))


def _write(
    request: Request, family: Family, cases: Sequence[Case], others: Sequence[Case], now: dict[str, Outcome]
) -> None:
    """Write what the version answers otherwise than recorded first; its own first recordings are replaced."""
    first_answers = {data.key_of(case): data.outcome_in(case) for case in cases}
    found = compare.differences(family.noun, cases, first_answers, now)
    changed = {difference.key: now[difference.key] for difference in found}
    first = {data.key_of(case) for case in cases if data.version_of(case) == request.version}
    for path in family.files:
        data.replace_outcomes(path, {key: outcome for key, outcome in changed.items() if key in first})
    kept = [case for case in others if data.version_of(case) != request.version]
    new = [
        data.with_outcome(case, changed[data.key_of(case)], request.version)
        for case in cases
        if data.key_of(case) in changed.keys() - first
    ]
    data.write(family.versions, [*kept, *new])


def _write_summary(request: Request, family: str, counts: dict[str, Any]) -> None:
    path = request.data / SUMMARY
    summary = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    of_version = summary.setdefault(request.version, {})
    of_version["release"] = str(request.release)
    of_version.setdefault("families", {})[family] = counts
    path.write_text(json.dumps(summary, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def write_definitions(request: Request, client: Client, say: Callable[[str], None]) -> None:
    """Store the release's OpenAPI definitions, which schemas/generate.py reads."""
    definitions = openapi.fetch_definitions(client)
    path = request.data / OPENAPI / f"{request.version}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(openapi.as_text(definitions), encoding="utf-8")
    say(f"\n## openapi: {len(definitions)} definitions in {path.name}; `make schemas` takes them in")
