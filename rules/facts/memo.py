"""Deriving something once for a whole run, or once for a resource."""

from __future__ import annotations

from functools import wraps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Concatenate, ParamSpec, TypeVar

    from linter.engine.inventory import Inventory
    from linter.loading.resource import Resource

    Result = TypeVar("Result")
    Further = ParamSpec("Further")


def once(
    derive: Callable[Concatenate[Inventory, Further], Result],
) -> Callable[Concatenate[Inventory, Further], Result]:
    """Let a function keep its result in the inventory that is its first argument.

    Further arguments must be hashable and be given by position; each set of them has a result of its own. Nobody may change a result.
    """

    @wraps(derive)
    def derived(inventory: Inventory, /, *further: Further.args, **named: Further.kwargs) -> Result:
        key = (derive, *further) if further else derive
        result: Result = inventory.once(key, lambda: derive(inventory, *further, **named))
        return result

    return derived


def once_per_resource(derive: Callable[[Resource], Result]) -> Callable[[Resource], Result]:
    """Let a function keep its result in the `memo` of a resource. Nobody may change a result.

    It is derived of the resource alone: what others have a say in belongs to the inventory.
    """

    @wraps(derive)
    def derived(resource: Resource) -> Result:
        memo = resource.memo
        if derive not in memo:
            memo[derive] = derive(resource)
        result: Result = memo[derive]
        return result

    return derived
