"""Feeds plan with what a coverage-guided fuzzer makes of recorded manifests, scenarios and states."""

from __future__ import annotations

import json

import common
import targets

KINDS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")


def seeds() -> list[str]:
    """Return updates of recorded workloads, recorded scenarios, and recorded states."""
    texts = [
        each["yaml"]
        for each in common.recorded("verdicts-random", 7)
        if each["verdict"] == "accept" and each["kind"] in KINDS
    ]
    updates = [
        f"{chr(0x78 + number % 8)}{text}{targets.BETWEEN}{text.replace('image:', 'image: x', 1)}"
        for number, text in enumerate(texts)
    ]
    operations = [f"{letter}{text}{targets.BETWEEN}{text}" for text in texts[:10] for letter in "@HP"]
    recorded = [each for name in ("rollouts", "states") for each in common.recorded(name, 5)]
    scenarios = [
        "s" + json.dumps({key: value for key, value in each.items() if key != "rounds"}) for each in recorded
    ]
    states = ["l" + json.dumps(each["state"]) for each in recorded if each.get("state")]
    return [*updates, *operations, *scenarios, *states]


if __name__ == "__main__":
    common.run("plan", targets.plan, seeds)
