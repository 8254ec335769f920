"""What a resource tells of itself alone: kept beside it, so that a later run need not read its manifest to answer others."""

from __future__ import annotations

from functools import wraps

from linter.kube.kinds import is_builtin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, TypeVar

    from linter.loading.resource import Resource

    Fact = Callable[[Resource], Any]
    Marked = TypeVar("Marked", bound=Fact)
    NamedFact = tuple[str, Fact, Any]
    """The name of a fact, the fact, and what it is of most resources."""


def told(*, nothing: Any, kind: str | None = None) -> Callable[[Marked], Marked]:
    """Let a function keep what it derives of a resource, and of nothing else: plain values, as JSON has them.

    Args:
        nothing: What it returns of most resources; that is not kept.
        kind: The one built-in kind that it is asked of; of all others it returns `nothing`. None: any kind.
    """

    def mark(derive: Marked) -> Marked:
        name = f"{derive.__module__}:{derive.__qualname__}"

        @wraps(derive)
        def fact(resource: Resource) -> Any:
            if kind is not None and (resource.kind != kind or not is_builtin(resource.api_version)):
                return nothing
            memo = resource.memo
            if name not in memo:
                memo[name] = nothing if name in resource.told else derive(resource)
            return memo[name]

        fact.told_as = name  # type: ignore[attr-defined]
        fact.kind = kind  # type: ignore[attr-defined]
        fact.nothing = nothing  # type: ignore[attr-defined]
        return fact  # type: ignore[return-value]

    return mark


def name_of(fact: Fact) -> str:
    """Return the name of a fact: where it is defined, and what it is called there."""
    return fact.told_as  # type: ignore[attr-defined,no-any-return]


def named(fact: Fact) -> NamedFact:
    """Return a fact between its name and what it is of most resources."""
    return name_of(fact), fact, fact.nothing  # type: ignore[attr-defined]


def told_by(resource: Resource, facts: Iterable[NamedFact]) -> dict[str, Any]:
    """Return what a resource tells, by the names of the facts: those that say nothing of it are left out."""
    return {name: value for name, fact, nothing in facts if (value := fact(resource)) != nothing}


def kind_of(fact: Fact) -> str | None:
    """Return the one built-in kind that tells a fact; None where any may."""
    return fact.kind  # type: ignore[attr-defined,no-any-return]


def fact_named(name: str) -> Fact:
    """Return a fact by its name.

    Raises:
        ValueError: There is none. No module of another program is loaded for what a cache says.
    """
    from importlib import import_module

    module, _, function = name.partition(":")
    try:
        found: Fact | None = (
            getattr(import_module(module), function) if module.startswith("linter.") else None
        )
    except (ImportError, AttributeError):
        found = None
    if found is None or getattr(found, "told_as", None) != name:
        raise ValueError(name)
    return found
