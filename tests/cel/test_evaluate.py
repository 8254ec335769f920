"""Expressions, and what they cost."""

from __future__ import annotations

import pytest

from linter.cel.errors import CostLimitError
from linter.cel.evaluate import program

DATA = {"self": {"n": 3, "s": "abc", "m": {"a": 1, "b": 2}, "l": [3, 1, 2]}}


@pytest.mark.parametrize(
    "expression",
    [
        "self.m.exists(k, v, k == 'b' && v == 2) && !self.m.all(k, v, v > 1)",
        "self.m.transformMap(k, v, v > 1, v * 2) == {'b': 4}",
        "self.l.transformList(i, x, i + x) == [3, 2, 4]",
        "self.l.sort() == [1, 2, 3] && self.l.sortBy(x, -x) == [3, 2, 1]",
        "[[1], [2, 3]].flatten() == [1, 2, 3] && [1, 1].distinct() == [1] && lists.range(2) == [0, 1]",
        "self.l.first().value() == 3 && [].last().hasValue() == false",
        "self.?x.orValue(7) == 7 && self.?n.hasValue() && {?'a': self.?x}.size() == 0",
        "ip('10.0.0.1').family() == 4 && !isIP('10.0.0.01') && string(ip('2001:DB8::1')) == '2001:db8::1'",
        "cidr('10.0.0.0/8').containsIP('10.1.2.3') && !cidr('10.0.0.0/8').containsCIDR('11.0.0.0/9')",
        "url('https://a.example.com:80/b?c=d').getHostname() == 'a.example.com' && !isURL('b')",
        "semver('1.2.3').isLessThan(semver('1.10.0')) && semver('v1', true).major() == 1 && !isSemver('1.0')",
        "!format.dns1123Label().validate('a-b').hasValue() && format.dns1123Label().validate('A').hasValue()",
        "duration('90m').getHours() == 1 && timestamp('2026-01-31T01:00:00Z').getDayOfMonth() == 30",
        "'%s-%d-%.1f'.format(['a', 2, 1.25]) == 'a-2-1.2' && 'a,b'.split(',').join('+') == 'a+b'",
        "-7 / 2 == -3 && -7 % 2 == -1 && 1 < 1.5 && 1 == 1.0 && 1u == 1",
        # What decides, decides, even if the other side fails.
        "true || self.x && self.l.exists(e, e / (e - 1) > 0)",
    ],
)
def test_values(expression: str) -> None:
    outcome = program(expression).run(DATA)
    assert (outcome.error, outcome.value) == (None, True)


@pytest.mark.parametrize(
    ("expression", "error"),
    [
        ("self.x == 1", "no such key: x"),
        ("self.l[3] == 1", "index out of bounds: 3"),
        ("1 / 0 == 1", "division by zero"),
        ("self.s > 3", "no such overload"),
        ("[].max() > 1", "max called on empty list"),
        ("9223372036854775807 + self.n > 0", "integer overflow"),
        ("int(self.s) > 1", "type conversion error from 'string' to 'int'"),
    ],
)
def test_failures(expression: str, error: str) -> None:
    assert str(program(expression).run(DATA).error) == error


@pytest.mark.parametrize(
    ("expression", "cost"),
    [
        ("self.n == 3", 3),
        ("has(self.n)", 1),
        ("self.n in [1, 2, 3]", 2),
        ("[self.n].size() == 1", 14),
        ("self.l.all(x, x > 0)", 2 + 3 * 5 + 1),
    ],
)
def test_costs(expression: str, cost: int) -> None:
    assert program(expression).run(DATA).cost == cost


def test_an_expression_stops_at_its_limit() -> None:
    with pytest.raises(CostLimitError):
        program("self.l.all(x, self.l.all(y, x + y > 0))").run(DATA, limit=20)
