"""Whether a value of one type goes for another, and what variables of types stand for then.

Source: checker/types.go of cel-go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.cel.check.types import DYN, NULL, SCALARS, Type, is_dyn

if TYPE_CHECKING:
    from collections.abc import Sequence

Bindings = dict[str, Type]
"""What variables of types stand for, by name."""

_NOT_NULLABLE = SCALARS | {"list", "map", "type", "dyn", "error"}


def assignable(bindings: Bindings, types: Sequence[Type], others: Sequence[Type]) -> Bindings | None:
    """Return the bindings under which types go for others, one by one; None if there are none.

    Args:
        bindings: What is bound already; it is left as it is.
        types: Some types.
        others: As many.
    """
    result = dict(bindings)
    return result if _all_assignable(result, types, others) else None


def substituted(bindings: Bindings, type_: Type, *, free_is_dyn: bool = False) -> Type:
    """Return a type with what its variables stand for in their places.

    Args:
        bindings: What is bound.
        type_: The type.
        free_is_dyn: Whether a variable that stands for nothing becomes DYN.
    """
    while type_.is_variable:
        bound = bindings.get(type_.name)
        if bound is None:
            return DYN if free_is_dyn else type_
        type_ = bound
    if not type_.params:
        return type_
    return Type(
        type_.name, tuple(substituted(bindings, each, free_is_dyn=free_is_dyn) for each in type_.params)
    )


def most_general(one: Type, other: Type) -> Type:
    """Return the less specific one of two types that go for each other."""
    return one if _is_no_more_specific(one, other) else other


def _all_assignable(bindings: Bindings, types: Sequence[Type], others: Sequence[Type]) -> bool:
    return len(types) == len(others) and all(
        _is_assignable(bindings, one, other) for one, other in zip(types, others, strict=True)
    )


def _is_assignable(bindings: Bindings, one: Type, other: Type) -> bool:
    if other.is_variable:
        fits, is_bound = _bind(bindings, one, other)
        if fits or is_bound:
            return fits
    if one.is_variable:
        return _bind(bindings, other, one)[0]
    if is_dyn(one) or is_dyn(other):
        return True
    if NULL in (one, other):
        nulled = other if one == NULL else one
        return nulled.name not in _NOT_NULLABLE
    if one.name != other.name:
        return False
    return one.name == "type" or _all_assignable(bindings, one.params, other.params)


def _bind(bindings: Bindings, type_: Type, variable: Type) -> tuple[bool, bool]:
    """Let a variable stand for a type, too.

    Returns:
        Whether it can, and whether it stood for anything before.
    """
    if type_ == variable:
        return True, True
    bound = bindings.get(variable.name)
    if bound is not None:
        if type_ == bound:
            return True, True
        if not _is_assignable(bindings, type_, bound):
            return False, True
        wider = most_general(type_, bound)
        if _is_absent(bindings, variable, wider):
            bindings[variable.name] = wider
        return True, True
    if not _is_absent(bindings, variable, type_):
        return False, False
    bindings[variable.name] = type_
    return True, False


def _is_absent(bindings: Bindings, variable: Type, within: Type) -> bool:
    """Tell whether a variable occurs nowhere within a type, so that it can stand for that."""
    if variable == within:
        return False
    if within.is_variable:
        bound = bindings.get(within.name)
        return bound is None or _is_absent(bindings, variable, bound)
    return all(_is_absent(bindings, variable, each) for each in within.params)


def _is_no_more_specific(one: Type, other: Type) -> bool:
    if one == DYN or one.is_variable:
        return True
    if other == DYN or other.is_variable:
        return False
    if one.name != other.name or len(one.params) != len(other.params):
        return False
    return one.name == "type" or all(map(_is_no_more_specific, one.params, other.params))
