"""Deriving something once for a whole run, or once for a resource."""

from __future__ import annotations

from functools import wraps

from linter.engine.inventory import Inventory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Concatenate, ParamSpec, TypeVar

    from linter.loading.resource import Resource

    Result = TypeVar("Result")
    Further = ParamSpec("Further")
    Subject = TypeVar("Subject", bound="Inventory | Resource")


def once(
    derive: Callable[Concatenate[Subject, Further], Result],
) -> Callable[Concatenate[Subject, Further], Result]:
    """Let a function keep its result in the `memo` of its first argument: an inventory, or a resource.

    Further arguments must be hashable and be given by position; each set of them has a result of its own. Nobody may change a result.
    Of a resource it is derived of nothing else: what others have a say in belongs to the inventory.
    """

    @wraps(derive)
    def derived(subject: Subject, /, *further: Further.args, **named: Further.kwargs) -> Result:
        key = (derive, *further) if further else derive
        if isinstance(subject, Inventory):
            of_all: Result = subject.once(key, lambda: derive(subject, *further, **named))
            return of_all
        memo = subject.memo
        if key not in memo:
            memo[key] = derive(subject, *further, **named)
        result: Result = memo[key]
        return result

    return derived
