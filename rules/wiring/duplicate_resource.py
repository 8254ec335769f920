"""Objects that are defined twice."""

from __future__ import annotations

from linter.engine.rule import Context, Problem, rule
from linter.rules.facts.memo import once

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.inventory import Inventory
    from linter.loading.resource import Resource


@rule("duplicate-resource", kinds=None, severity="warning", asks_run=True)
def duplicate_resource(resource: Resource, context: Context) -> Iterator[Problem]:
    """The same object is defined twice in one file.

    `kubectl apply -f` takes both, one after the other, without a word: the last one wins, and with every apply the object
    is changed to and fro. Mostly a copy whose name was not changed. Rename one, or remove it.

    Two files with the same object, in one folder, too, are taken for alternatives: one or the other is applied, and each is
    judged by itself. Two that one kustomization builds are an error in it.

    ```yaml bad
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: web}
    data: {level: info}
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: web}
    data: {level: debug}
    ```

    ```yaml good
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: web}
    data: {level: info}
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: worker}
    data: {level: debug}
    ```
    """
    same = context.inventory.definitions(resource)
    if len(same) < 2 or not resource.name:
        return
    first = _firsts(context.inventory, same[0])[resource.document.source.name]
    if first is not resource:
        source, place = first.document.locate((*first.root, "metadata", "name"))
        message = (
            f"{resource.kind} `{resource.name}` is defined already at "
            f"{source.name}:{place.line}: the last one applied wins. Rename one, or remove it."
        )
        yield Problem(("metadata", "name"), message)


@once
def _firsts(inventory: Inventory, one: Resource) -> dict[str, Resource]:
    """Return the first manifest of an object in each file that defines it.

    Args:
        inventory: What is applied together.
        one: The first of all: what derives something once is given the same each time.
    """
    firsts: dict[str, Resource] = {}
    for each in inventory.definitions(one):
        firsts.setdefault(each.document.source.name, each)
    return firsts
