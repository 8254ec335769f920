"""What the run cannot see: whether something that a manifest points at is missing by mistake, or may well be in the cluster.

A run rarely holds all that is there.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import islice

from linter.engine.filing import AUTOMATIC_LABELS, folder_of, fulfils, is_hook, pod_labels, requirements
from linter.kube.kinds import is_builtin
from linter.kube.suggest import suggest
from linter.rules.facts.manifests import ENOUGH, describe, text
from linter.rules.facts.memo import once
from linter.rules.facts.near_miss import closest_pods, other_values, some_of
from linter.rules.facts.unknown import may_be_named, may_make_pods

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from linter.engine.filing import Requirement
    from linter.engine.inventory import Inventory
    from linter.loading.resource import Resource


_ROLES = frozenset(
    (
        "active",
        "false",
        "follower",
        "leader",
        "master",
        "primary",
        "replica",
        "secondary",
        "slave",
        "standby",
        "true",
    )
)


def selects_nothing(inventory: Inventory, resource: Resource, selector: object) -> str | None:
    """Tell whether a selector matches no pods by mistake.

    Args:
        inventory: What is applied together.
        resource: Whose selector it is; the pods are those of its namespace.
        selector: The LabelSelector as written.

    Returns:
        What may have been meant, a sentence or ""; None where pods match, or where they may well be in the cluster:
        the run holds no pods around that resource, or the labels look like those that an operator puts on its pods, or
        that the members of a StatefulSet put on themselves.
    """
    namespace = resource.namespace
    conditions = requirements(selector)
    if conditions is None or not any(each.key not in AUTOMATIC_LABELS for each in conditions):
        return None
    if (
        inventory.matched(selector, namespace)
        or _made_by_operator(inventory, conditions, namespace)
        or _sets_it_itself(inventory, conditions, namespace)
        or not inventory.is_whole
        or inventory.run.matched(selector, namespace)
        or may_make_pods(inventory.run, namespace)
        or any(_fits(hook, conditions) for hook in _hooks(inventory.run))
    ):
        return None
    elsewhere = inventory.matched(selector, None)
    if not elsewhere and inventory.run.matched(selector, None):
        return None
    if not inventory.pod_owners(namespace) and (not elsewhere or _names_its_namespace(resource)):
        return None
    if elsewhere:
        return f"{describe(elsewhere[0], resource)} has such pods, but in another namespace."
    if close := closest_pods(inventory, resource, conditions):
        return close
    if not _is_surrounded(inventory, resource, None):
        return None
    return other_values(inventory, resource, conditions)


@once
def _hooks(inventory: Inventory) -> list[Resource]:
    return [resource for resource in inventory.resources if is_hook(resource)]


def _fits(owner: Resource, conditions: Iterable[Requirement]) -> bool:
    return fulfils(pod_labels(owner) or {}, conditions)


def may_be_about_others(selector: object, resource: Resource, inventory: Inventory) -> bool:
    """Tell whether a selector that does not match a workload's own pods may be meant for those of others.

    Args:
        selector: The LabelSelector as written.
        resource: The workload.
        inventory: The set that it is applied with.
    """
    # A remote base or a chart may hold anything.
    return not inventory.is_whole or bool(inventory.run.matched(selector, resource.namespace))


def _names_its_namespace(resource: Resource) -> bool:
    return bool(text(resource.manifest, "metadata", "namespace"))


def _is_surrounded(inventory: Inventory, resource: Resource, kind: str | None) -> bool:
    """Tell whether the run holds what is around a resource, so that a lack is a mistake.

    A manifest without a namespace goes wherever its folder is applied. Manifests in other folders may be for other
    namespaces or clusters, as in a collection of examples: they can show what was meant, but not that it is missing.

    Args:
        inventory: What is applied together.
        resource: The resource; its surroundings are in its namespace.
        kind: The kind of which something has to be there; None for what makes pods.
    """
    namespace = resource.namespace
    if namespace == "kube-system":
        return False  # most of what is there comes with the cluster: static pods, add-ons
    if _names_its_namespace(resource):
        return bool(_around(inventory, kind, namespace))
    return folder_of(resource) in _folders(inventory, kind, namespace)


@once
def _folders(inventory: Inventory, kind: str | None, namespace: str) -> set[str]:
    """Return the folders that hold a kind, or what makes pods, in a namespace."""
    return {folder_of(resource) for resource in _around(inventory, kind, namespace)}


def _around(inventory: Inventory, kind: str | None, namespace: str) -> Sequence[Resource]:
    return inventory.of_kind(kind, namespace) if kind else inventory.pod_owners(namespace)


def _made_by_operator(inventory: Inventory, conditions: Iterable[Requirement], namespace: str) -> bool:
    """Tell whether labels look like an operator's: its own prefix, or a name made of the name or kind of a custom resource."""
    for key, _, values in conditions:
        if key in AUTOMATIC_LABELS:
            continue
        prefix, slash, _ = key.partition("/")
        if slash and prefix != "app.kubernetes.io" and not inventory.carrying(key, None):
            return True
        if any(made_for_custom_resource(inventory, namespace, value) for value in values):
            return True
    return False


def _sets_it_itself(inventory: Inventory, conditions: tuple[Requirement, ...], namespace: str) -> bool:
    """Tell whether all that lacks is a label by which the members of a StatefulSet show their role at run time.

    Patroni labels its pods with `role: replica`, Vault with `vault-active: "true"`.
    """
    lasting = [each for each in conditions if _ROLES.isdisjoint(each.values)]
    roles = [each.key for each in conditions if each not in lasting]
    known = {"matchExpressions": [{**each._asdict(), "values": [*each.values]} for each in lasting]}
    return bool(lasting and roles) and any(
        owner.kind == "StatefulSet" and (pod_labels(owner) or {}).keys().isdisjoint(roles)
        for owner in islice(inventory.matched(known, namespace), ENOUGH)
    )


def made_for_custom_resource(inventory: Inventory, namespace: str, name: str) -> bool:
    """Tell whether an object may be an operator's work: its name is that of a custom resource, or begins with it."""
    custom = _custom_names(inventory, namespace)
    parts = name.split("-")
    return any("-".join(parts[:count]) in custom for count in range(1, len(parts) + 1))


def _custom_names(inventory: Inventory, namespace: str) -> set[str]:
    return _all_custom_names(inventory).get(namespace, set())


@once
def _all_custom_names(inventory: Inventory) -> dict[str, set[str]]:
    """Return the names and kinds of custom resources by namespace."""
    names: dict[str, set[str]] = defaultdict(set)
    for resource in inventory.resources:
        if resource.name and not is_builtin(resource.api_version):
            names[resource.namespace] |= {resource.name, resource.kind.lower()}
    return names


def other_namespaces(inventory: Inventory, kind: str, name: str) -> list[Resource]:
    """Return the resources of a built-in kind with a name, of whatever namespace."""
    return _by_name(inventory, kind).get(name, [])


@once
def _by_name(inventory: Inventory, kind: str) -> dict[str, list[Resource]]:
    names: dict[str, list[Resource]] = defaultdict(list)
    for resource in inventory.of_kind(kind):
        names[resource.name].append(resource)
    return names


def missing_object(inventory: Inventory, resource: Resource, kind: str, name: str) -> str | None:
    """Tell whether an object that a resource names is missing by mistake; the run must not define it.

    Args:
        inventory: What is applied together.
        resource: What names the object; it has to be in the same namespace.
        kind: Service, or a built-in kind that makes pods.
        name: The name that the run does not define.

    Returns:
        What may have been meant, a sentence or ""; None where the object may well be in the cluster.
    """
    if not inventory.is_whole or inventory.run.named(kind, resource.namespace, name):
        return None
    if may_be_named(inventory.run, kind, resource.namespace):
        return None
    if elsewhere := other_namespaces(inventory, kind, name):
        return f"{describe(elsewhere[0], resource)} is in another namespace."
    if other_namespaces(inventory.run, kind, name):
        return None
    known = {each.name: each for each in islice(inventory.of_kind(kind, resource.namespace), ENOUGH)}
    if near := suggest(name, known):
        return f"Did you mean `{near}`?"
    if not _is_surrounded(inventory, resource, "Service" if kind == "Service" else None):
        return None
    return f"It defines {some_of(known)}." if known else ""
