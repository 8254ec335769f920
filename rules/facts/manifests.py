"""Reading what manifests hold, whatever it is, and naming them in messages."""

from __future__ import annotations

from itertools import islice

from linter.engine.filing import identity
from linter.path import value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from linter.loading.resource import Resource

ENOUGH = 100
"""How many resources a rule looks at where the first few tell all: a run may hold tens of thousands that match."""


def dig(value: Any, *path: str | int) -> Any:
    """Return what stands at a path of a manifest that may hold anything; None where there is nothing."""
    return value_at(value, path)


def items(value: Any, *path: str | int) -> Sequence[tuple[int, dict[str, Any]]]:
    """Return index and value of the mappings in the list at a path; nothing where there is no list."""
    found = value_at(value, path)
    if not isinstance(found, list):
        return ()
    return [(index, each) for index, each in enumerate(found) if isinstance(each, dict)]


def text(value: Any, *path: str | int) -> str:
    """Return the text at a path, "" where there is none."""
    found = value_at(value, path)
    return found if isinstance(found, str) else ""


def number(value: Any, *path: str | int) -> int | None:
    """Return the whole number at a path, None where there is none."""
    found = value_at(value, path)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def distinct(resources: Iterable[Resource]) -> list[Resource]:
    """Return the resources without further manifests of an object that was there before.

    The same object in a second file is often the same thing for another environment, not a second workload.
    """
    return list({identity(each): each for each in reversed(list(islice(resources, ENOUGH)))}.values())[::-1]


def first_of_each(resources: Iterable[Resource]) -> list[Resource]:
    """Return the first manifest of each object."""
    firsts: dict[object, Resource] = {}
    for each in resources:
        firsts.setdefault(identity(each), each)
    return list(firsts.values())


def describe(other: Resource, resource: Resource) -> str:
    """Name another resource: `Deployment default/web`, with its file where that is another one."""
    name = f"{other.kind} {other.namespace}/{other.name}"
    file = other.document.source.name
    return name if file == resource.document.source.name else f"{name} ({file})"


def describe_all(others: Sequence[Resource], resource: Resource) -> str:
    """Name several resources, the first three of them."""
    names = [describe(other, resource) for other in others[:3]]
    if len(others) > 3:
        # From `distinct` there are never more than ENOUGH.
        return f"{', '.join(names)} and {len(others) - 3 if len(others) < ENOUGH - 1 else 'many'} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
