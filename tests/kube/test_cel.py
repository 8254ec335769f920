"""Expressions in CEL: what is certainly wrong with them, and what nobody can be sure of."""

from __future__ import annotations

import pytest

from linter.kube.cel import REQUEST_VARIABLES, compiled, evaluated
from linter.kube.patterns import pattern_fault

VARIABLES = (*REQUEST_VARIABLES, ("variables.name", "STRING"))


@pytest.mark.parametrize(
    ("expression", "type_"),
    [
        ("object.spec.replicas <= 5", "BOOL"),
        ("has(variables.name) && variables.name == 'x'", "BOOL"),
        ("'r: ' + request.operation", "STRING"),
        ("object.metadata", "DYN"),
        ("null", "NULL"),
        ("[]", "LIST<DYN>"),
        ("Object{spec: Object.spec{replicas: 3}}", "Object"),
        ("Object.spec{}", "Object.spec"),
        ("[JSONPatch{op: 'add', path: '/x', value: 1}]", "LIST<JSONPatch>"),
        ("authorizer.group('').resource('pods').check('get').allowed()", "BOOL"),
        ("ip('1.2.3.4').family() == 4", "BOOL"),
        ("quantity('1Gi').isLessThan(quantity('2Gi'))", "BOOL"),
        ("format.dns1123Label().validate('x').hasValue()", "BOOL"),
        ("object.?spec.?replicas.orValue(1) > 0", "BOOL"),
    ],
)
def test_types(expression: str, type_: str) -> None:
    assert compiled(expression, VARIABLES) == (type_, None)


@pytest.mark.parametrize(
    "expression",
    [
        "request.dryRun",  # typed in the server, not here
        "object.items.all(i, v, v == 1)",  # a macro with two variables
        "['a'].sortBy(x, x) == ['a']",  # macros that the library lacks
        "['a'].existsOne(x, x == 'a')",
        "['a'].indexOf('a') == 0",  # a function of Kubernetes' on lists
        "[1, 2].slice(0, 1).size() == 1",
        "1 < 1.5",  # numbers of two types can be compared
        "has(object.spec) ? Object{} : Object{spec: Object.spec{replicas: 1}}",
    ],
)
def test_what_nobody_can_be_sure_of_is_no_fault(expression: str) -> None:
    assert compiled(expression, VARIABLES) == (None, None)


@pytest.mark.parametrize(
    ("expression", "fault"),
    [
        ("tru", "there is no variable `tru`"),
        ("[1].all(x, y)", "there is no variable `y`"),
        ("variables.nope == 1", "there is no variable `variables.nope`"),
        ("Object{spec: Object.spec{replicas: variables.nope}}", "there is no variable `variables.nope`"),
        ("foo(1)", "there is no function `foo`"),
        ("true &&", "Syntax error: mismatched input '<EOF>'"),
        ("request.object == null", "`request` has no field `object`"),
        ("'a'.matches('[')", "`[` is not a regular expression (missing ]: [)"),
        ("1 == 'a'", "found no matching overload for '_==_' applied to '(int, string)'"),
    ],
)
def test_faults(expression: str, fault: str) -> None:
    assert compiled(expression, VARIABLES) == (None, fault)


def test_a_text_in_an_expression_is_no_code() -> None:
    assert compiled("object.name == 'request.nope'", VARIABLES).fault is None


def test_rules_are_evaluated_as_far_as_the_library_goes() -> None:
    assert evaluated("self == 'a'", "a") is True
    assert evaluated("self > 0", 0) is False
    assert evaluated("isURL(self)", "x") is None
    assert evaluated("self >", 0) is None


def test_patterns_are_those_of_go() -> None:
    assert pattern_fault("(?<name>x)") is None
    assert pattern_fault(r"^\d+$") is None
    assert pattern_fault("(?=x)") is not None
