"""Would the API server take this object? The rules of group api, asked about one create or update."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from linter.engine.checking import RuleSet, check_resource
from linter.engine.decoding import Decoder
from linter.engine.inventory import Inventory
from linter.engine.registry import all_rules
from linter.engine.rule import Context, Problem
from linter.loading.document import Document
from linter.loading.resource import Resource
from linter.loading.source import Source
from linter.loading.yaml.scalars import as_json
from linter.path import format_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.version import KubeVersion

Refusals = tuple[Problem, ...]


def admission(version: KubeVersion) -> Callable[[dict[str, Any] | None, dict[str, Any]], Refusals]:
    """Return a function `(old, new)` that tells why the API server of a version would refuse an object.

    `old` is the stored object, or None for a create. The problems have their `field` and `reason` as the server spells them; none
    means that the object is taken.
    """
    decoder = Decoder(version)
    rules = RuleSet(
        [rule for rule in all_rules().values() if rule.group == "api" and rule.severity == "error"]
    )

    def refusals(old: dict[str, Any] | None, new: dict[str, Any]) -> Refusals:
        resource = _resource(new)
        stored = None if old is None else _resource(old)
        if stored is not None and any(
            each.rule != "deprecated-api"
            for each in decoder.problems(stored.api_version, stored.kind, stored.manifest)
        ):
            stored = None  # no server holds such an object: what is sent is judged for itself
        context = Context(version=version, inventory=Inventory([resource]), old=stored)
        found = check_resource(resource, rules, decoder, context)
        return tuple(
            each.problem._replace(field=each.problem.field or format_path(each.problem.path))
            for each in found
        )

    return refusals


def _resource(manifest: dict[str, Any]) -> Resource:
    value = _as_read(manifest)
    return Resource(value, Document(Source("", ""), 0, 1, "", value, ()))


def _as_read(value: Any) -> Any:
    """Return plain values as the reader gives them: from Python may come 8080.0, which JSON and kubectl take for 8080."""
    if isinstance(value, dict):
        return {key: _as_read(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_as_read(each) for each in value]
    return as_json(value) if isinstance(value, float) and isfinite(value) else value
