"""Small checks that many rules share, and the pod they look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.engine.rule import Context, Problem
from linter.kube.pods import Pod, pod_of
from linter.kube.suggest import not_supported, quote

from .selectors import pod_template_is_judged

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from linter.loading.resource import Resource
    from linter.path import FieldPath
    from linter.version import KubeVersion


def judged_pod(resource: Resource, context: Context) -> Pod | None:
    """Return the pod of a workload's template as the API server sees it; None where it doesn't look into it."""
    version = context.version
    known: tuple[KubeVersion, Pod | None] | None = resource.memo.get(judged_pod)
    if known is not None and known[0] == version:
        return known[1]
    pod = pod_of(resource.object, version) if pod_template_is_judged(resource) else None
    resource.memo[judged_pod] = (version, pod)
    return pod


def stored_pod(context: Context) -> Pod | None:
    """Return the pod of the stored object where an update is judged: what it holds already is often let through."""
    return None if context.old is None else pod_of(context.old.object, context.version)


def faulty(
    path: FieldPath, what: str, value: object, faults: Iterable[str], field: str | None = None
) -> Iterator[Problem]:
    """Say that a value is invalid, once for each fault ("is longer than 63 bytes")."""
    for fault in faults:
        yield Problem(path, f"{what} {quote(value)} {fault}.", "Invalid", field)


def required(path: FieldPath, message: str, field: str | None = None) -> Problem:
    """Say that something is missing."""
    return Problem(path, message, "Required", field)


def one_of_these(
    path: FieldPath, what: str, value: Any, allowed: Collection[str], field: str | None = None
) -> Iterator[Problem]:
    """Say that a value is none of the allowed ones, if so."""
    if value not in allowed:
        yield Problem(path, not_supported(what, value, sorted(filter(None, allowed))), "NotSupported", field)
