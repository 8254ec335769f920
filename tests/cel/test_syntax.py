"""Parsing expressions."""

from __future__ import annotations

import pytest

from linter.cel.errors import SyntaxFaultError
from linter.cel.nodes import Call, Const, Expr, Ident, ListExpr, Select, StructExpr, Uint, walk
from linter.cel.syntax import parse


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("-9223372036854775808", -(2**63)),
        ("0x1F", 31),
        ("18446744073709551615u", Uint(2**64 - 1)),
        ("1.5e3", 1500.0),
        (".5", 0.5),
        (r"r'a\n'", r"a\n"),
        (r"'\x41\u00e9\U0001F600\101\''", "Aé 😀A'".replace(" ", "")),
        (r"b'\xff\101é'", b"\xffA\xc3\xa9"),
        ("'''a'b\r\n'''", "a'b\n"),
        ('""', ""),
        ("null // nothing", None),
        ("((true))", True),
    ],
)
def test_literals(expression: str, value: object) -> None:
    parsed = parse(expression)
    assert parsed == Const(value)
    assert type(parsed[0]) is type(value)


@pytest.mark.parametrize(
    ("expression", "same"),
    [
        ("1 + 2 * 3 - 4", "(1 + (2 * 3)) - 4"),
        ("a && b || !c && d", "(a && b) || ((!c) && d)"),
        ("a ? b : c ? d : e", "a ? b : (c ? d : e)"),
        ("a == b in c", "(a == b) in c"),
        ("!!a == --b", "a == b"),
        ("a && b && c && d && e", "((a && b) && c) && (d && e)"),
        ("[1, 2,]", "[1, 2]"),
        ("[,].size() == {,}.size()", "[].size() == {}.size()"),
        (".a.b", "a.b"),
        ("a.`b`", "a.b"),
    ],
)
def test_what_means_the_same(expression: str, same: str) -> None:
    assert parse(expression) == parse(same)


def test_nodes() -> None:
    assert parse("a.?b[?0]") == Call(None, "_[?_]", (Call(None, "_?._", (Ident("a"), Const("b"))), Const(0)))
    assert parse("has(a.b)") == Select(Ident("a"), "b", is_test=True)
    assert parse("[?a]") == ListExpr((Ident("a"),), frozenset({0}))
    parsed = parse("A.b{c: 1, ?d: e}.f")
    assert isinstance(parsed, Select)
    assert isinstance(parsed.operand, StructExpr)
    assert [(each.key, each.is_optional) for each in parsed.operand.entries] == [
        (Const("c"), False),
        (Const("d"), True),
    ]


def test_many_terms_are_not_nested_deeply() -> None:
    def depth(expr: Expr) -> int:
        return 1 + max(map(depth, expr.args), default=0) if isinstance(expr, Call) else 0

    assert depth(parse(" && ".join(["a"] * 400))) == 9
    assert sum(1 for _ in walk(parse(" && ".join(["a"] * 400)))) == 799


@pytest.mark.parametrize(
    ("expression", "fault"),
    [
        ("true &&", "1:8: Syntax error: mismatched input '<EOF>'"),
        ("a\n b c", "2:2: Syntax error: mismatched input 'b'"),
        ("[a,,]", "1:4: Syntax error: mismatched input ','"),
        ("'\\q'", "1:1: Syntax error: token recognition error at: ''\\q''"),
        ("namespace == 1", "1:1: reserved identifier: namespace"),
        ("9223372036854775808", "1:1: invalid int literal"),
        (f"{'9' * 5000} == 1", "1:1: invalid int literal"),
        ("1e400", "1:1: invalid double literal"),
        (r"b'\u0041'", "1:1: unable to unescape string"),
        (r"'\ud800'", "1:1: invalid unicode code point"),
        ("has(a)", "1:6: invalid argument to has() macro"),
        ("a.all(1, true)", "1:14: argument must be a simple name"),
        ("a.all(i, i, true)", "1:17: duplicate variable name: i"),
        (f"{'(' * 251}a{')' * 251}", "expression recursion limit exceeded: 250"),
        (f"'{'a' * 100_000}'", "it has more than 100000 characters"),
    ],
)
def test_faults(expression: str, fault: str) -> None:
    with pytest.raises(SyntaxFaultError) as error:
        parse(expression)
    assert str(error.value) == fault
