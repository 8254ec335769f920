"""Signatures of functions, read from texts such as `list_a_index_of_int: list(A).(A) -> int`.

A text begins with the name that cel-go has for the overload. What stands before the dot is the type of what a method is called on. Capital letters
stand for any type. `@35` at the end: new expressions may call it since Kubernetes 1.35; those that an object had before, always.

Source of all signatures: what the environments of k8s.io/apiserver/pkg/cel/environment declare.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from linter.cel.check.functions import SIGNATURES
from linter.cel.check.types import Type

_TOKEN = re.compile(r"[\w.]+|[(),]")


class Overload(NamedTuple):
    """One signature of a function."""

    id: str
    is_method: bool
    params: tuple[Type, ...]
    """The types of its arguments; of a method, of what it is called on first."""
    result: Type
    since: int
    """The minor version of Kubernetes since which new expressions may call it; 0: always."""


@cache
def overloads(function: str) -> tuple[Overload, ...]:
    """Return the signatures of a function; none if there is no such function."""
    return tuple(map(_overload, SIGNATURES.get(function, ())))


def _overload(text: str) -> Overload:
    id_, _, signature = text.partition(": ")
    signature, _, since = signature.partition(" @")
    arguments, _, result = signature.partition(" -> ")
    receiver, dot, rest = arguments.rpartition(".(") if not arguments.startswith("(") else ("", "", arguments)
    params = _types(receiver) + _types(rest.removeprefix("(")[:-1])
    return Overload(id_, bool(dot), params, _types(result)[0], int(since or 0))


def _types(text: str) -> tuple[Type, ...]:
    """Read types with commas between them."""
    tokens = _TOKEN.findall(text)
    result: list[Type] = []
    while tokens:
        result.append(_type(tokens))
        if tokens:
            tokens.pop(0)  # a comma
    return tuple(result)


def _type(tokens: list[str]) -> Type:
    name = tokens.pop(0)
    if len(name) == 1:
        return Type(f"<{name}>")
    params: list[Type] = []
    if tokens and tokens[0] == "(":
        while tokens.pop(0) != ")":
            params.append(_type(tokens))
    return Type(name, tuple(params))
