"""Compare answers: those of two passes, and those of two versions."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from conformance.data import SCENARIOS, key_of, outcome_in, version_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.data import Case, Outcome

# Which node the scheduler takes, and when a budget's status follows, is not decided: rounds may lack these fields.
_UNDECIDED: Final = ("budgets", "reasons", "placed")


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


def agree(noun: str, cases: Sequence[Case], passes: Sequence[Sequence[Outcome]]) -> Agreement:
    """Keep what two passes answer alike; what differs is not decided by Kubernetes."""
    outcomes: dict[str, Outcome] = {}
    left_out: dict[str, str] = {}
    for case, first, second in zip(cases, *passes, strict=True):
        key = key_of(case)
        if "failed" in first or "failed" in second:
            left_out[key] = f"not answered: {first.get('failed') or second['failed']}"
            continue
        if noun in SCENARIOS and len(first["rounds"]) == len(second["rounds"]):
            first = _decided(first, second)  # noqa: PLW2901  what only one pass says is dropped
            second = _decided(second, first)  # noqa: PLW2901  likewise
        if essence(noun, case, first) == essence(noun, case, second):
            outcomes[key] = first
        else:
            left_out[key] = "the two passes differ: " + _where(noun, case, first, second)
    return Agreement(outcomes, left_out)


def _decided(outcome: Outcome, other: Outcome) -> Outcome:
    rounds = [
        {key: value for key, value in state.items() if key not in _UNDECIDED or value == same.get(key)}
        for state, same in zip(outcome["rounds"], other["rounds"], strict=True)
    ]
    return {**outcome, "rounds": rounds}


def essence(noun: str, case: Case, outcome: Outcome) -> Any:
    """Return what counts of an answer, to be compared.

    Of a rejection the set of reasons and fields: the server ranges over maps, and newer ones say once what older
    ones say twice. Of a scenario the rounds.
    """
    if noun in SCENARIOS:
        return [_state(case, state) for state in outcome["rounds"]], outcome.get("not_drained")
    if outcome["verdict"] == "accept":
        return "accept"
    causes = {(cause["reason"], cause["field"]) for cause in outcome.get("causes") or []}
    return outcome["verdict"], outcome.get("code"), causes


def _state(case: Case, state: Mapping[str, Any]) -> dict[str, Any]:
    found = {key: value for key, value in state.items() if key != "round"}
    if case["kind"] == "DaemonSet":
        # Which node is next is the order of a map: only how many there are of a revision and state is decided.
        found["pods"] = Counter((pod["revision"], pod["state"]) for pod in state["pods"])
    if case["readiness"] == "together":
        # The controllers may see readiness arrive pod by pod: the steps inside a round are not decided.
        found.pop("scalings", None)
    if "operation" in found:
        found["operation"] = _operation(found["operation"])
    return found


def _operation(operation: Mapping[str, Any]) -> dict[str, Any]:
    """Drop the words of a rejection, which name uids."""
    results = [
        {"rejected": {key: value for key, value in result["rejected"].items() if key != "message"}}
        if "rejected" in result
        else result
        for result in operation.get("result", [])
    ]
    return {**operation, "result": results}


def effective(cases: Sequence[Case], others: Sequence[Case], version: str) -> dict[str, Outcome]:
    """Return by id what is recorded of a version: its own line, or else what the case was first recorded with."""
    own = {key_of(case): outcome_in(case) for case in others if version_of(case) == version}
    return {key_of(case): own.get(key_of(case), outcome_in(case)) for case in cases}


def differences(
    noun: str, cases: Sequence[Case], before: Mapping[str, Outcome], now: Mapping[str, Outcome]
) -> list[Difference]:
    """List the cases that are answered in both versions, and otherwise."""
    found = []
    for case in cases:
        key = key_of(case)
        if key in now and is_different(noun, case, before[key], now[key]):
            old, new = _spell(noun, case, before[key], now[key])
            found.append(Difference(key, case["kind"], old, new))
    return found


def is_different(noun: str, case: Case, before: Outcome, now: Outcome) -> bool:
    """Tell whether two answers differ in what counts; fields that an earlier recording left out do not."""
    if noun in SCENARIOS and len(before["rounds"]) == len(now["rounds"]):
        now = _decided(now, before)
        before = _decided(before, now)
    return bool(essence(noun, case, before) != essence(noun, case, now))


def _spell(noun: str, case: Case, before: Outcome, now: Outcome) -> tuple[str, str]:
    if noun in SCENARIOS:
        return "", _where(noun, case, before, now)
    return _verdict(before), _verdict(now)


def _verdict(outcome: Outcome) -> str:
    if outcome["verdict"] == "accept":
        return "accept"
    fields = sorted({f"{cause['field']} {cause['reason']}" for cause in outcome.get("causes") or []})
    return " ".join(["reject", ", ".join(fields) or str(outcome.get("message"))])


def _where(noun: str, case: Case, before: Outcome, now: Outcome) -> str:
    """Name the first round, and the fields of it, in which two recordings of a scenario differ."""
    if noun not in SCENARIOS:
        return f"{_verdict(before)} | {_verdict(now)}"
    pairs = zip(before["rounds"], now["rounds"], strict=False)
    for number, (old, new) in enumerate(pairs):
        first, second = _state(case, old), _state(case, new)
        names = [key for key in {**first, **second} if first.get(key) != second.get(key)]
        if names:
            return f"round {number}: {', '.join(f'{key} {old.get(key)} → {new.get(key)}' for key in names)}"
    return f"{len(before['rounds'])} rounds → {len(now['rounds'])} rounds"


def table(found: Sequence[Difference], before: str, now: str) -> list[str]:
    """Lay out differences as a table, in Markdown."""
    rows = [[each.key, each.kind, each.before, each.now] for each in found]
    cells = [["case", "kind", before, now], ["---"] * 4, *rows]
    return ["| " + " | ".join(_cell(text) for text in row) + " |" for row in cells]


def _cell(text: str) -> str:
    flat = " ".join(text.split()).replace("|", "\\|")
    return flat if len(flat) <= 160 else flat[:159] + "…"
