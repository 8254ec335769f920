"""Compare answers: those of two passes, and those of two versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from conformance import rounds
from conformance.data import SCENARIOS, key_of, outcome_in, version_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.data import Case, Outcome


class Difference(NamedTuple):
    """A case that a version answers otherwise than the version before."""

    key: str
    kind: str
    before: str
    now: str


class Agreement(NamedTuple):
    """What two passes say together."""

    outcomes: dict[str, Outcome]
    """By id; only what both passes answer alike."""
    left_out: dict[str, str]
    """By id: why a case was left out."""


def agree(noun: str, cases: Sequence[Case], first: Sequence[Outcome], second: Sequence[Outcome]) -> Agreement:
    """Keep what two passes answer alike; what differs is not decided by Kubernetes."""
    outcomes: dict[str, Outcome] = {}
    left_out: dict[str, str] = {}
    for case, one, two in zip(cases, first, second, strict=True):
        key = key_of(case)
        if "failed" in one or "failed" in two:
            left_out[key] = f"not answered: {one.get('failed') or two['failed']}"
            continue
        kept = rounds.decided(one, two) if noun in SCENARIOS else one
        if found := difference(noun, case, kept, two):
            left_out[key] = f"the two passes differ: {found.before} → {found.now}"
        else:
            outcomes[key] = kept
    return Agreement(outcomes, left_out)


def difference(noun: str, case: Case, before: Outcome, now: Outcome) -> Difference | None:
    """Say how two answers differ in what counts; None if they agree.

    Of a rejection, that is the set of reasons and fields: the server ranges over maps, and newer ones say once what
    older ones say twice. Of a scenario, the rounds.
    """
    if noun in SCENARIOS:
        where = rounds.difference(case, before, now)
        return Difference(key_of(case), case["kind"], "as recorded", where) if where else None
    if _judgement(before) == _judgement(now):
        return None
    return Difference(key_of(case), case["kind"], _verdict(before), _verdict(now))


def _judgement(outcome: Outcome) -> object:
    if outcome["verdict"] == "accept":
        return "accept"
    causes = {(cause["reason"], cause["field"]) for cause in outcome.get("causes") or []}
    return outcome["verdict"], outcome.get("code"), causes


def _verdict(outcome: Outcome) -> str:
    if outcome["verdict"] == "accept":
        return "accept"
    causes = sorted({f"{cause['field']} {cause['reason']}" for cause in outcome.get("causes") or []})
    return f"reject {', '.join(causes) or outcome.get('message')}"


def effective(cases: Sequence[Case], others: Sequence[Case], version: str) -> dict[str, Outcome]:
    """Return by id what is recorded of a version: its own line, or else what the case was first recorded with."""
    own = {key_of(case): outcome_in(case) for case in others if version_of(case) == version}
    return {key_of(case): own.get(key_of(case), outcome_in(case)) for case in cases}


def differences(
    noun: str, cases: Sequence[Case], before: Mapping[str, Outcome], now: Mapping[str, Outcome]
) -> list[Difference]:
    """List the cases that are answered in both versions, and otherwise."""
    answered = [case for case in cases if key_of(case) in now]
    found = [difference(noun, case, before[key_of(case)], now[key_of(case)]) for case in answered]
    return [entry for entry in found if entry]


def table(found: Sequence[Difference], before: str, now: str) -> list[str]:
    """Lay out differences as a table, in Markdown."""
    rows = [("case", "kind", before, now), ("---",) * 4, *found]
    return [f"| {' | '.join(map(_cell, row))} |" for row in rows]


def _cell(text: str) -> str:
    flat = " ".join(text.split()).replace("|", "\\|")
    return flat if len(flat) <= 160 else f"{flat[:159]}…"
