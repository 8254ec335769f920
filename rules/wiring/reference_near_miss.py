"""References to objects that the run defines under another name, namespace or kind."""

from __future__ import annotations

from collections import defaultdict

from linter.engine.rule import Context, Problem, rule
from linter.rules.facts.manifests import describe
from linter.rules.facts.memo import once
from linter.rules.facts.pods import PODS

from ._references import NAMING, named_by_others, references

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.inventory import Inventory
    from linter.loading.resource import Resource

    from ._references import Reference

_KINDS = ("ConfigMap", "Secret", "ServiceAccount", "PersistentVolumeClaim")
_OTHER_KIND = {"ConfigMap": "Secret", "Secret": "ConfigMap"}


@rule("reference-near-miss", kinds=PODS, severity="warning", needs=NAMING, asks_run=True)
def reference_near_miss(resource: Resource, context: Context) -> Iterator[Problem]:
    """A pod names an object that the run defines with a slightly different name, or in another namespace.

    A ConfigMap, Secret, ServiceAccount or PersistentVolumeClaim must be in the pod's namespace, under the very name;
    without it the pod does not start. The object that the message names is used by nothing else in the run, so it is
    likely the one that is meant. Correct the reference, or the object's name or namespace.

    An object that the run does not define at all may live in the cluster alone, and nothing is reported of it, nor of
    references marked `optional: true`.

    ```yaml bad
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: web-settings}
    data: {level: info}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: nginx:1.25
              envFrom: [{configMapRef: {name: web-setings}}]
    ```

    ```yaml good
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: web-settings}
    data: {level: info}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: nginx:1.25
              envFrom: [{configMapRef: {name: web-settings}}]
    ```
    """
    inventory = context.inventory
    if not inventory.is_whole or not _defined(inventory):
        return
    for reference in references(resource):
        if inventory.run.named(reference.kind, resource.namespace, reference.name):
            continue
        near = _near(inventory, resource, reference)
        if near is None:
            continue
        # Custom resources are looked through last: it takes all of them, and hardly ever comes to that.
        from linter.rules.facts.made_objects import made_names

        if reference.name in made_names(inventory.run, resource.namespace):
            continue
        message = (
            f"The run defines no {reference.kind} `{reference.name}` in namespace {resource.namespace}. "
        )
        if near.namespace != resource.namespace:
            message += f"{describe(near, resource)} is in another namespace, where these pods can't use it."
        elif near.kind != reference.kind:
            message += f"{describe(near, resource)} has that name, but is a {near.kind}."
        else:
            message += f"Did you mean `{near.name}`?"
        yield Problem(reference.path, message)


def _near(inventory: Inventory, resource: Resource, reference: Reference) -> Resource | None:
    """Return the object that a reference may mean, of those that nothing in the run names."""
    defined = _defined(inventory)
    kind, name = reference.kind, reference.name
    for candidate in defined.get((kind, None, name), ()):
        if candidate.name == name and _is_unused(inventory, candidate):
            return candidate
    for spelling in sorted(_spellings(name)):
        for candidate in defined.get((kind, resource.namespace, spelling), ()):
            if _is_misspelt(name, candidate.name) and _is_unused(inventory, candidate):
                return candidate
    for candidate in defined.get((_OTHER_KIND.get(kind, ""), resource.namespace, name), ()):
        if candidate.name == name and _is_unused(inventory, candidate):
            return candidate
    return None


def _is_unused(inventory: Inventory, candidate: Resource) -> bool:
    return (candidate.kind, candidate.namespace, candidate.name) not in named_by_others(inventory)


@once
def _defined(inventory: Inventory) -> dict[tuple[str, str | None, str], list[Resource]]:
    """Return what pods can name.

    The objects are filed by kind, namespace and spelling, and by kind, None (any namespace) and name. Two names that differ in
    one letter, or in two neighbours that changed places, have a spelling in common.
    """
    defined: dict[tuple[str, str | None, str], list[Resource]] = defaultdict(list)
    for kind in _KINDS:
        for resource in inventory.of_kind(kind):
            if resource.name:
                defined[kind, None, resource.name].append(resource)
                for spelling in _spellings(resource.name):
                    defined[kind, resource.namespace, spelling].append(resource)
    return defined


def _spellings(name: str) -> set[str]:
    """Return the name, the name without its dashes and dots, and the name with each one letter left out."""
    plain = name.lower().replace("-", "").replace(".", "").replace("_", "")
    return {name, plain} | {name[:at] + name[at + 1 :] for at in range(len(name))}


def _is_misspelt(name: str, other: str) -> bool:
    """Tell whether the difference looks like a slip; numbers that differ are names of different things."""
    letters = "".join(each for each in name if not each.isdigit())
    other_letters = "".join(each for each in other if not each.isdigit())
    return name != other and letters != other_letters and min(len(name), len(other)) > 3
