"""Objects that are defined twice."""

from __future__ import annotations

from posixpath import dirname
from typing import TYPE_CHECKING

from linter.engine.inventory import Identity, identity
from linter.engine.rule import Context, Problem, rule
from linter.rules.facts.memo import once

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.inventory import Inventory
    from linter.loading.resource import Resource


@rule("duplicate-resource", kinds=None, severity="warning")
def duplicate_resource(resource: Resource, context: Context) -> Iterator[Problem]:
    """The same object is defined twice, in one file or differently in files of one folder.

    `kubectl apply -f` takes both, one after the other, without a word: the last one wins, and with every apply the object
    is changed to and fro. Mostly a copy whose name was not changed. Rename one, or remove it.

    Files in different folders may well be for different clusters, and are not compared; nor is anything reported of the same
    text in two files, like the Namespace that each of them brings along.

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
    first = _first_of_folder(context.inventory, resource)
    if resource.name and first is not resource and not _is_repeated(first, resource):
        line = first.document.positions.value((*first.root, "metadata", "name")).line
        message = (
            f"{resource.kind} `{resource.name}` is defined already at "
            f"{first.document.source.name}:{line}: the last one applied wins. Rename one, or remove it."
        )
        yield Problem(("metadata", "name"), message)


def _is_repeated(first: Resource, resource: Resource) -> bool:
    """Tell whether a second file says the same, so that the order does not matter."""
    return first.document.source.name != resource.document.source.name and first.manifest == resource.manifest


def _first_of_folder(inventory: Inventory, resource: Resource) -> Resource:
    """Return the first manifest of the same object in the same folder."""
    return _firsts(inventory)[identity(resource), dirname(resource.document.source.name)]


@once
def _firsts(inventory: Inventory) -> dict[tuple[Identity, str], Resource]:
    firsts: dict[tuple[Identity, str], Resource] = {}
    for resource in inventory.resources:
        firsts.setdefault((identity(resource), dirname(resource.document.source.name)), resource)
    return firsts
