"""What the run cannot see, and what somebody may have meant.

A run rarely holds all that is in the cluster. These functions decide whether something that a manifest points at is
missing by mistake, and look for the near miss.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import islice
from posixpath import dirname
from typing import TYPE_CHECKING

from linter.engine.inventory import AUTOMATIC_LABELS, pod_labels, requirements
from linter.kube.kinds import is_builtin
from linter.kube.suggest import suggest

from ._objects import ENOUGH, text, who

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linter.engine.inventory import Inventory, Requirement
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
        inventory: The run.
        resource: Whose selector it is; the pods are those of its namespace.
        selector: The LabelSelector as written.

    Returns:
        What may have been meant, a sentence or ""; None where pods match, or where they may well be out of sight:
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
    ):
        return None
    elsewhere = inventory.matched(selector, None)
    if not inventory.pod_owners(namespace) and (not elsewhere or _names_its_namespace(resource)):
        return None
    if elsewhere:
        return f"{who(elsewhere[0], resource)} has such pods, but in another namespace."
    if close := _closest(inventory, resource, conditions):
        return close
    if not _is_surrounded(inventory, resource, None):
        return None
    return _others(inventory, resource, conditions)


def _names_its_namespace(resource: Resource) -> bool:
    return bool(text(resource.manifest, "metadata", "namespace"))


def _is_surrounded(inventory: Inventory, resource: Resource, kind: str | None) -> bool:
    """Tell whether the run holds what is around a resource, so that a lack is a mistake.

    A manifest without a namespace goes wherever its folder is applied. Manifests in other folders may be for other
    namespaces or clusters, as in a collection of examples: they can show what was meant, but not that it is missing.

    Args:
        inventory: The run.
        resource: The resource; its surroundings are in its namespace.
        kind: The kind of which something has to be there; None for what makes pods.
    """
    namespace = resource.namespace
    others = inventory.of_kind(kind, namespace) if kind else inventory.pod_owners(namespace)
    if namespace == "kube-system":
        return False  # most of what is there comes with the cluster: static pods, add-ons
    if _names_its_namespace(resource):
        return bool(others)
    memo_key = "folders", kind, namespace
    if memo_key not in inventory.memo:
        inventory.memo[memo_key] = {dirname(each.document.source.name) for each in others}
    return dirname(resource.document.source.name) in inventory.memo[memo_key]


def _made_by_operator(inventory: Inventory, conditions: Iterable[Requirement], namespace: str) -> bool:
    """Tell whether labels look like an operator's: its own prefix, or the name or kind of a custom resource."""
    custom = _custom_names(inventory, namespace)
    for key, _, values in conditions:
        if key in AUTOMATIC_LABELS:
            continue
        prefix, slash, _ = key.partition("/")
        if slash and prefix != "app.kubernetes.io" and not inventory.carrying(key, None):
            return True
        if not custom.isdisjoint(values):
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
    if "custom names" not in inventory.memo:
        names: dict[str, set[str]] = defaultdict(set)
        for each in inventory.resources:
            if each.name and not is_builtin(each.api_version):
                names[each.namespace] |= {each.name, each.kind.lower()}
        inventory.memo["custom names"] = names
    found: set[str] = inventory.memo["custom names"].get(namespace, set())
    return found


def _closest(inventory: Inventory, resource: Resource, conditions: tuple[Requirement, ...]) -> str:
    """Say which pods fulfil some of the conditions and what they lack, or which label is nearly right; else ""."""
    shared: Counter[int] = Counter()
    owners: dict[int, Resource] = {}
    for each in conditions:
        if each.operator == "In":
            for value in each.values:
                for owner in islice(inventory.selected({each.key: value}, resource.namespace), ENOUGH):
                    shared[id(owner)] += 1
                    owners[id(owner)] = owner
    if shared:
        best = owners[shared.most_common(1)[0][0]]
        labels = pod_labels(best) or {}
        return f"{who(best, resource)} comes closest, but its pods have {_difference(conditions, labels)}."
    for each in conditions:
        if each.operator != "In" or not each.values:
            continue
        carriers = islice(inventory.carrying(each.key, resource.namespace), ENOUGH)
        by_value = {(pod_labels(owner) or {})[each.key]: owner for owner in carriers}
        if near := suggest(each.values[0], by_value):
            return f"Did you mean `{each.key}: {near}`, as {who(by_value[near], resource)} has it?"
    return ""


def _others(inventory: Inventory, resource: Resource, conditions: tuple[Requirement, ...]) -> str:
    """Say which values the pods of the namespace have for a label of the conditions."""
    for each in conditions:
        if each.operator == "In":
            carriers = islice(inventory.carrying(each.key, resource.namespace), ENOUGH)
            if values := dict.fromkeys((pod_labels(owner) or {})[each.key] for owner in carriers):
                return f"The pods there have `{each.key}` {_some(values)}."
    return ""


def _difference(conditions: tuple[Requirement, ...], labels: dict[str, str]) -> str:
    found = []
    for key, operator, values in conditions:
        has = labels.get(key)
        if operator == "In" and has not in values:
            found.append(f"no label `{key}`" if has is None else f"`{key}: {has}`")
        elif operator == "Exists" and has is None:
            found.append(f"no label `{key}`")
        elif (operator == "NotIn" and has in values) or (operator == "DoesNotExist" and has is not None):
            found.append(f"`{key}: {has}`")
    return " and ".join(found)


def other_namespaces(inventory: Inventory, kind: str, name: str) -> list[Resource]:
    """Return the resources of a built-in kind with a name, of whatever namespace."""
    memo_key = "by name", kind
    if memo_key not in inventory.memo:
        names: dict[str, list[Resource]] = defaultdict(list)
        for each in inventory.of_kind(kind):
            names[each.name].append(each)
        inventory.memo[memo_key] = names
    found: list[Resource] = inventory.memo[memo_key].get(name, [])
    return found


def missing_object(inventory: Inventory, resource: Resource, kind: str, name: str) -> str | None:
    """Tell whether an object that a resource names is missing by mistake; the run must not define it.

    Args:
        inventory: The run.
        resource: What names the object; it has to be in the same namespace.
        kind: Service, or a built-in kind that makes pods.
        name: The name that the run does not define.

    Returns:
        What may have been meant, a sentence or ""; None where the object may well be out of sight.
    """
    if elsewhere := other_namespaces(inventory, kind, name):
        return f"{who(elsewhere[0], resource)} is in another namespace."
    known = {each.name: each for each in islice(inventory.of_kind(kind, resource.namespace), ENOUGH)}
    if near := suggest(name, known):
        return f"Did you mean `{near}`?"
    if not _is_surrounded(inventory, resource, "Service" if kind == "Service" else None):
        return None
    return f"It defines {_some(known)}." if known else ""


def _some(values: Iterable[str]) -> str:
    """List values in a message, the first few of them."""
    found = [f"`{each}`" for each in values]
    return ", ".join(found[:3]) + (" …" if len(found) > 3 else "")


def show(conditions: tuple[Requirement, ...] | None) -> str:
    """Spell a selector as kubectl does: `app=web,tier in (a,b)`."""
    shown = []
    for key, operator, values in conditions or ():
        match operator:
            case "In" if len(values) == 1:
                shown.append(f"{key}={values[0]}")
            case "In" | "NotIn":
                shown.append(f"{key} {operator.lower()} ({','.join(values)})")
            case "DoesNotExist":
                shown.append(f"!{key}")
            case _:
                shown.append(key)
    return f"`{','.join(shown)}`"
