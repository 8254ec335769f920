"""Which objects of the run select a workload's pods, and how a selector is spelled in messages."""

from __future__ import annotations

from collections import Counter, defaultdict

from linter.kube.selectors import matches
from linter.rules.facts.manifests import dig
from linter.rules.facts.memo import once
from linter.rules.facts.pods import template_labels

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from linter.engine.filing import Requirement
    from linter.engine.inventory import Inventory
    from linter.engine.rule import Context
    from linter.loading.resource import Resource

    Index = dict[tuple[str, tuple[str, str] | None], list[dict[str, Any]]]


def selected_by(resource: Resource, kind: str, selector: str, context: Context) -> bool:
    """Tell whether an object of a kind, anywhere in the run, selects the pods of a workload.

    Args:
        resource: The workload.
        kind: PodDisruptionBudget or NetworkPolicy.
        selector: The field of its spec that holds the label selector.
        context: Holds the inventory.
    """
    if not context.inventory.is_whole:
        return True  # perhaps
    index = _by_pair(context.inventory.run, kind, selector)
    labels = template_labels(resource)
    for key in (None, *labels.items()):
        for each in index.get((resource.namespace, key), ()):
            if matches(each, labels):
                return True
    return False


@once
def _by_pair(inventory: Inventory, kind: str, selector: str) -> Index:
    """Return the selectors of a kind by namespace and the rarest of the pairs they ask for; None for those without pairs."""
    selectors = [
        (resource.namespace, value)
        for resource in inventory.of_kind(kind)
        if isinstance(value := dig(resource.manifest, "spec", selector), dict) and _is_selector(value)
    ]
    # By any of their pairs all may be under one: of a repository whose every selector asks for `app: shop` first.
    asked_for = Counter((namespace, pair) for namespace, value in selectors for pair in _pairs(value))
    index: Index = defaultdict(list)
    for namespace, value in selectors:
        pair = min(_pairs(value), key=lambda pair: asked_for[namespace, pair], default=None)
        index[namespace, pair].append(value)
    return index


def _pairs(selector: dict[str, Any]) -> Iterable[tuple[str, str]]:
    return (selector.get("matchLabels") or {}).items()


def _is_selector(value: dict[str, Any]) -> bool:
    """Tell whether a selector that nobody has decoded yet has the right types."""
    pairs, expressions = value.get("matchLabels") or {}, value.get("matchExpressions") or []
    return (
        isinstance(pairs, dict)
        and all(isinstance(each, str) for each in pairs.values())
        and isinstance(expressions, list)
        and all(
            isinstance(each, dict)
            and isinstance(each.get("key") or "", str)
            and isinstance(each.get("values") or [], list)
            for each in expressions
        )
    )


def spell_selector(conditions: tuple[Requirement, ...] | None) -> str:
    """Spell a selector as kubectl does: `app=web,tier in (a,b)`."""
    spelled = []
    for key, operator, values in conditions or ():
        match operator:
            case "In" if len(values) == 1:
                spelled.append(f"{key}={values[0]}")
            case "In" | "NotIn":
                spelled.append(f"{key} {operator.lower()} ({','.join(values)})")
            case "DoesNotExist":
                spelled.append(f"!{key}")
            case _:
                spelled.append(key)
    return f"`{','.join(spelled)}`"
