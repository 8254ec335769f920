"""Compare two recordings of a scenario."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.data import Case, Outcome

# Which node the scheduler takes, and when a budget's status follows, is not decided: rounds may lack these fields.
_UNDECIDED: Final = frozenset({"budgets", "reasons", "placed"})


def decided(first: Outcome, second: Outcome) -> Outcome:
    """Drop from the first of two passes what may differ from one to the next, where it does."""
    others: Iterator[dict[str, Any]] = itertools.chain(second["rounds"], itertools.repeat({}))
    rounds = [
        {key: value for key, value in state.items() if key not in _UNDECIDED or value == other.get(key)}
        for state, other in zip(first["rounds"], others, strict=False)
    ]
    return {**first, "rounds": rounds}


def difference(case: Case, before: Outcome, now: Outcome) -> str | None:
    """Name the first round in which two recordings differ, and how; None if they agree."""
    for number, (old, new) in enumerate(zip(before["rounds"], now["rounds"], strict=False)):
        first, second = _essence(case, old), _essence(case, new)
        lacking = _UNDECIDED & (first.keys() ^ second.keys())
        names = [key for key in first | second if first.get(key) != second.get(key) and key not in lacking]
        if names:
            return f"round {number}: " + ", ".join(f"{key} {old.get(key)} → {new.get(key)}" for key in names)
    if len(before["rounds"]) != len(now["rounds"]):
        return f"{len(before['rounds'])} rounds → {len(now['rounds'])} rounds"
    if before.get("not_drained") != now.get("not_drained"):
        return f"not drained {before.get('not_drained')} → {now.get('not_drained')}"
    return None


def _essence(case: Case, state: Mapping[str, Any]) -> dict[str, Any]:
    """Return what Kubernetes decides of a round."""
    found = {key: value for key, value in state.items() if key != "round"}
    if isinstance(state["pods"], list) and (case["kind"] == "DaemonSet" or "placement" in case):
        # Which node a DaemonSet takes next is the order of a map, and which pod of a StatefulSet is on a node that is
        # drained is the scheduler's coin toss: only how many there are of a revision and state is decided.
        found["pods"] = Counter((pod["revision"], pod["state"]) for pod in state["pods"])
    if case["readiness"] == "together":
        # The controllers may see readiness arrive pod by pod: the steps inside a round are not decided.
        found.pop("scalings", None)
    if "placed" in found:
        # Which of several fitting nodes the scheduler takes is a coin toss: only how the pods are spread is decided.
        found["placed"] = sorted(found["placed"].values())
    if "operation" in found:
        found["operation"] = _without_words(found["operation"])
    return found


def _without_words(operation: Mapping[str, Any]) -> dict[str, Any]:
    """Drop the message of a rejection, which names uids and namespaces."""
    results = [
        {"rejected": {key: value for key, value in result["rejected"].items() if key != "message"}}
        if "rejected" in result
        else result
        for result in operation.get("result", [])
    ]
    return {**operation, "result": results}
