"""The table of simple constraints names what exists, and its checks say what the server says."""

from __future__ import annotations

import pytest

from linter.apiserver import constraints
from linter.apiserver.errors import Errors
from linter.engine.registry import all_rules
from linter.schemas import Constraint, constrained_structs, definition, enum_of
from linter.schemas import constraints as constraints_of
from linter.version import DEFAULT, KubeVersion

STRUCT = "policy/v1.PodDisruptionBudgetSpec"
ASKED_ANEW = constraints._asked.__wrapped__  # the constraint under test takes the place of another


@pytest.mark.parametrize("struct", constrained_structs())
def test_constraints_are_on_fields_that_exist_and_have_a_page(struct: str) -> None:
    for field, constraint in constraints_of(struct):
        assert field in definition(struct), f"{struct} has no field {field}"
        assert constraint.rule in all_rules(), f"there is no page rules/api/{constraint.rule}.md"


def judge(
    monkeypatch: pytest.MonkeyPatch, constraint: Constraint, value: object
) -> list[tuple[str, str | None]]:
    monkeypatch.setattr(constraints, "constraints", lambda _struct: (("field", constraint),))
    monkeypatch.setattr(constraints, "_asked", ASKED_ANEW)
    errors = Errors(DEFAULT)
    constraints.check("a.Struct", {} if value is None else {"field": value}, ("spec",), errors)
    assert all(error.path == ("spec", "field") and error.rule == "page" for error in errors.errors)
    return [(error.message, error.reason) for error in errors.errors]


@pytest.mark.parametrize(
    ("constraint", "good", "bad", "message", "reason"),
    [
        (Constraint("page", required=True), "x", "", "field is missing.", "Required"),
        (Constraint("page", required=True), "x", None, "field is missing.", "Required"),
        (
            Constraint("page", enum=("A", "B")),
            "B",
            "b",
            "field is `b`; it must be `A` or `B`. Did you mean `B`?",
            "NotSupported",
        ),
        (Constraint("page", minimum=0), 0, -1, "field is `-1`; it must not be negative.", "Invalid"),
        (Constraint("page", minimum=1), 1, 0, "field is `0`; it must be at least 1.", "Invalid"),
        (Constraint("page", maximum=9), 9, 10, "field is `10`; it must be at most 9.", "Invalid"),
        (
            Constraint("page", minimum=1, maximum=9),
            5,
            10,
            "field is `10`; it must be between 1 and 9.",
            "Invalid",
        ),
        (
            Constraint("page", max_length=3),
            "abc",
            "äöü",
            "field has 6 bytes; at most 3 are allowed.",
            "TooLong",
        ),
    ],
)
def test_each_constraint(
    monkeypatch: pytest.MonkeyPatch,
    constraint: Constraint,
    good: object,
    bad: object,
    message: str,
    reason: str,
) -> None:
    assert judge(monkeypatch, constraint, good) == []
    assert judge(monkeypatch, constraint, bad) == [(message, reason)]


def test_an_absent_field_is_fine_where_it_is_not_required(monkeypatch: pytest.MonkeyPatch) -> None:
    assert judge(monkeypatch, Constraint("page", enum=("A",), minimum=3), None) == []


@pytest.mark.parametrize(
    ("constraint", "value", "message", "reason"),
    [
        (Constraint("page", what="The way", required=True), "", "The way is missing.", "Required"),
        (Constraint("page", required=True, missing="Say it."), None, "Say it.", "Required"),
        (
            Constraint("page", required=True, enum=("A", "B")),
            None,
            "field is missing. It must be one of `A`, `B`.",
            "Required",
        ),
        (
            Constraint("page", even_empty=True, enum=("A", "B")),
            None,
            "field is empty; it must be `A` or `B`.",
            "NotSupported",
        ),
        (
            Constraint("page", enum=("", "A", "B"), enum_reason="Invalid"),
            "x",
            "field is `x`; it must be `A` or `B`.",
            "Invalid",
        ),
    ],
)
def test_how_it_is_said(
    monkeypatch: pytest.MonkeyPatch, constraint: Constraint, value: object, message: str, reason: str
) -> None:
    assert judge(monkeypatch, constraint, value) == [(message, reason)]


def test_an_empty_text_among_the_values(monkeypatch: pytest.MonkeyPatch) -> None:
    assert judge(monkeypatch, Constraint("page", enum=("", "A")), "") == []


def test_values_of_a_list() -> None:
    errors = Errors(DEFAULT)
    struct, path = "networking/v1.NetworkPolicySpec", ("spec", "policyTypes")
    constraints.check_field(struct, "policyTypes", ["Ingress", "egress"], path, errors)
    assert [(error.path, error.reason) for error in errors.errors] == [((*path, 1), "NotSupported")]


def test_values_depend_on_the_version() -> None:
    struct, field = "core/v1.ServiceSpec", "trafficDistribution"
    assert enum_of(struct, field, KubeVersion(1, 33)) == ("PreferClose",)
    assert enum_of(struct, field, KubeVersion(1, 34)) == ("PreferClose", "PreferSameZone", "PreferSameNode")
    assert enum_of("core/v1.Toleration", "effect", DEFAULT) == ("NoExecute", "NoSchedule", "PreferNoSchedule")
    assert enum_of("core/v1.Toleration", "key", DEFAULT) == ()


def test_a_constraint_holds_in_its_versions() -> None:
    constraint = Constraint("page", since=(1, 32), until=(1, 34))
    held = [minor for minor in range(30, 38) if constraint.holds_in(KubeVersion(1, minor))]
    assert held == [32, 33, 34]
