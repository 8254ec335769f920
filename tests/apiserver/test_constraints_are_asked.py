"""Each constraint of the table is asked for: one that no struct's function asks would be believed and never checked."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from linter.apiserver import constraints, fields
from linter.apiserver.server import Server
from linter.loading.limits import DEFAULT as LIMITS
from linter.loading.yaml.plain import read_plain
from linter.schemas import constrained_structs
from linter.schemas import constraints as constraints_of
from linter.version import parse_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from linter.schemas import Constraint
    from linter.version import KubeVersion

RECORDED = Path(__file__).parents[1] / "conformance"


EXEMPT = {
    "apiVersion": "flowcontrol.apiserver.k8s.io/v1",
    "kind": "PriorityLevelConfiguration",
    "metadata": {"name": "exempt"},
    "spec": {"type": "Exempt", "exempt": {"nominalConcurrencyShares": 1, "lendablePercent": 1}},
}
"""Fields of it are in no recorded manifest."""


def objects() -> Iterator[dict[str, Any]]:
    """Yield the recorded manifests of which each breaks, or nearly breaks, one rule."""
    yield EXEMPT
    for path in [*RECORDED.glob("verdicts-targeted.jsonl"), *RECORDED.glob("kinds/verdicts-*.jsonl")]:
        for line in path.read_text("utf-8").splitlines():
            read = read_plain(json.loads(line)["yaml"], LIMITS)
            if read is not None and isinstance(read[0], dict):
                yield read[0]


def updates() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for path in [RECORDED / "updates.jsonl", *RECORDED.glob("kinds/updates*.jsonl")]:
        for line in path.read_text("utf-8").splitlines():
            case = json.loads(line)
            yield case["old"], case["new"]


def test_each_constraint_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: set[int] = set()
    judged = constraints._check
    version = parse_version("1.37")

    def check(constraint: Constraint, *arguments: Any, **options: Any) -> None:
        asked.add(id(constraint))
        if constraint.holds_in(version):
            judged(constraint, *arguments, **options)

    @cache
    def all_of(struct: str, _version: KubeVersion) -> tuple[constraints._Asked, ...]:
        """Return those of other versions, too, and have what is plainly right judged as well."""
        return tuple(
            constraints._Asked(field, constraint.asks_absent, None, None, None, None, constraint)
            for field, constraint in constraints_of(struct)
        )

    def seen(struct: str) -> Any:
        found = constraints_of(struct)
        asked.update(id(constraint) for _, constraint in found if constraint.immutable)
        return found

    monkeypatch.setattr(constraints, "_check", check)
    monkeypatch.setattr(constraints, "_asked", all_of)
    monkeypatch.setattr(fields, "constraints", seen)
    server = Server(version)
    updated = set()
    for old, new in updates():
        server.update(old, new)
        updated.add(old["kind"])
    for manifest in objects():
        if not server.create(manifest).errors and manifest["kind"] not in updated:
            server.update(manifest, manifest)  # no update of this kind is recorded
            updated.add(manifest["kind"])
    unasked = [
        f"{struct} {field}"
        for struct in constrained_structs()
        for field, constraint in constraints_of(struct)
        if id(constraint) not in asked
    ]
    assert unasked == [], "schemas/constraints.json has what no function of linter/apiserver/ asks for"
