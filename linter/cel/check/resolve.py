"""Finds the signatures of a function that go with its arguments.

Source: resolveOverload in checker/checker.go of cel-go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from linter.cel.check.types import DYN, Type
from linter.cel.check.unify import Bindings, assignable, substituted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from linter.cel.check.signatures import Overload


class Resolution(NamedTuple):
    """What a call is."""

    overloads: tuple[str, ...]
    """The signatures that it may have."""
    type: Type
    """The type of its result."""
    bindings: Bindings
    """What variables of types stand for now."""


def resolved(
    candidates: Sequence[Overload],
    types: Sequence[Type],
    bindings: Bindings,
    variable: Callable[[], Type],
    *,
    is_method: bool,
) -> Resolution | None:
    """Return what a call is; None if no signature goes with its arguments.

    Args:
        candidates: The signatures of the function.
        types: The types of the arguments, behind that of what a method is called on.
        bindings: What variables of types stand for.
        variable: Makes a variable that there is not yet.
        is_method: Whether it is called on a value.
    """
    found: list[str] = []
    result: Type | None = None
    for candidate in candidates:
        if candidate.is_method is not is_method:
            continue
        params, returned = _fresh(candidate, variable)
        now = assignable(bindings, types, params)
        if now is None:
            continue
        bindings = now
        found.append(candidate.id)
        returned = substituted(bindings, returned)
        if result is None:
            result = returned
        elif result not in {DYN, returned}:
            result = DYN
    return None if result is None else Resolution(tuple(found), result, bindings)


def _fresh(candidate: Overload, variable: Callable[[], Type]) -> tuple[tuple[Type, ...], Type]:
    """Return the types of a signature with variables of their own."""
    names = sorted({name for each in (*candidate.params, candidate.result) for name in _variables(each)})
    if not names:
        return candidate.params, candidate.result
    fresh = {name: variable() for name in names}
    return tuple(substituted(fresh, each) for each in candidate.params), substituted(fresh, candidate.result)


def _variables(type_: Type) -> set[str]:
    found = {type_.name} if type_.is_variable else set()
    return found.union(*map(_variables, type_.params)) if type_.params else found
