"""Would the API server take this object? The rules of group api, asked about one create or update."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.engine.checking import RuleSet, check_resource
from linter.engine.decoding import Decoder
from linter.engine.inventory import Inventory
from linter.engine.registry import all_rules
from linter.engine.rule import Context, Problem, format_path
from linter.loading.document import Document
from linter.loading.resource import Resource
from linter.loading.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable

Refusals = tuple[Problem, ...]


def admission(version: tuple[int, int]) -> Callable[[dict[str, Any] | None, dict[str, Any]], Refusals]:
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
        context = Context(
            version=version, inventory=Inventory([resource]), old=_resource(old) if old is not None else None
        )
        found = check_resource(resource, rules, decoder, context)
        return tuple(
            each.problem._replace(field=each.problem.field or format_path(each.problem.path))
            for each in found
        )

    return refusals


def _resource(manifest: dict[str, Any]) -> Resource:
    return Resource(manifest, Document(Source("", ""), 0, 1, "", manifest, ()))
