"""`linter.light_typing` stands in for `typing`: its named tuples are as those are."""

from __future__ import annotations

import copy
import pickle
from typing import Any
from typing import NamedTuple as TypingNamedTuple

import pytest

from linter.light_typing import NamedTuple

_MANY = 30  # more than any class has, and than there are makers for


class Light(NamedTuple):
    """A pod."""

    name: str
    node: str | None = None
    labels: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return f"{self.name} on {self.node}"

    def __str__(self) -> str:
        return self.text


class Full(TypingNamedTuple):
    """A pod."""

    name: str
    node: str | None = None
    labels: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return f"{self.name} on {self.node}"

    def __str__(self) -> str:
        return self.text


def both(ask: Any) -> None:
    """Hold that a class of either kind gives the same answer, or the same error."""
    answers = []
    for made in (Light, Full):
        try:
            answer = ask(made)
        except (AttributeError, TypeError, ValueError) as error:
            answer = (type(error), str(error))
        answers.append(repr(answer).replace(made.__name__, "Pod"))
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    "ask",
    [
        lambda made: made("web"),
        lambda made: made("web", "n1", ("a",)),
        lambda made: made("web", labels=("a",), node="n1"),
        lambda made: made(),
        lambda made: made("web", "n1", (), 4),
        lambda made: made("web", name="web"),
        lambda made: made("web", pod="web"),
        lambda made: made("web")._replace(node="n1", name="db"),
        lambda made: made("web")._replace(pod="db"),
        lambda made: made("web")._asdict(),
        lambda made: made._make(["web", "n1", ()]),
        lambda made: (made._fields, made._field_defaults, made.__match_args__),
        lambda made: (made.__name__, made.__qualname__, made.__module__, made.__doc__),
        lambda made: (str(made("web")), made("web").text),
        lambda made: made("web") == ("web", None, ()),
        lambda made: hash(made("web")) == hash(("web", None, ())),
        lambda made: sorted([made("web"), made("db")]),
        lambda made: setattr(made("web"), "name", "db"),
        lambda made: made("web").__dict__,
        lambda made: copy.copy(made("web", "n1")),
        lambda made: pickle.loads(pickle.dumps(made("web", "n1"))),  # noqa: S301  what it was given
        lambda made: isinstance(made("web"), tuple),
    ],
)
def test_as_those_of_typing(ask: Any) -> None:
    both(ask)


def test_fields_are_matched_by_position() -> None:
    match Light("web", "n1"):
        case Light(name, node):
            assert (name, node) == ("web", "n1")


@pytest.mark.parametrize("number", range(1, _MANY))
def test_any_number_of_fields(number: int) -> None:
    fields = [f"field_{each}" for each in range(number)]
    body = {
        "__annotations__": dict.fromkeys(fields, "int"),
        "__module__": __name__,
        "__qualname__": "Wide",
        fields[-1]: 7,
    }
    maker: Any = type(NamedTuple)
    made = maker("Wide", (NamedTuple,), body)
    values = range(number - 1)
    assert made(*values) == (*values, 7)
    assert made(**dict(zip(fields, range(number), strict=True)))._asdict() == dict(
        zip(fields, range(number), strict=True)
    )
    assert [getattr(made(*values), field) for field in fields] == [*values, 7]
