"""What a pod names: ConfigMaps, Secrets and their keys, ServiceAccounts, PersistentVolumeClaims."""

from __future__ import annotations

from linter.engine.filing import pod_template
from linter.light_typing import NamedTuple
from linter.rules.facts.manifests import dig, items, text
from linter.rules.facts.memo import once, once_per_resource
from linter.rules.facts.pods import pod_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from linter.engine.inventory import Inventory
    from linter.loading.resource import Resource
    from linter.path import FieldPath


class Reference(NamedTuple):
    """An object that a pod names, and where it does so. Optional ones are left out."""

    kind: str
    name: str
    path: FieldPath
    keys: tuple[tuple[str, FieldPath], ...] = ()
    """The keys of a ConfigMap or Secret that the pod needs, each with its place."""


NAMING_KEYS = frozenset({"items", "configMapKeyRef", "secretKeyRef"})
"""The fields that name keys, one of them at least (what a rule about keys needs)."""
NAMING = frozenset(
    {
        "serviceAccountName", "serviceAccount", "imagePullSecrets", "persistentVolumeClaim", "configMap", "secret",
        "configMapKeyRef", "secretKeyRef", "configMapRef", "secretRef",
    }
)  # fmt: skip
"""The fields that name objects (what a rule about references needs)."""
_CONFIG = (("ConfigMap", "configMap", "name"), ("Secret", "secret", "secretName"))


@once_per_resource
def references(resource: Resource) -> list[Reference]:
    """Return what the resource's pods name and can't do without."""
    pod = dig(pod_template(resource), "spec")
    if not isinstance(pod, dict):
        return []
    base = pod_path(resource)
    named = (*_of_pod(pod, base, resource), *_of_containers(pod, base))
    return [reference for reference in named if reference.name]


def _of_pod(pod: dict[str, Any], base: FieldPath, resource: Resource) -> Iterator[Reference]:
    for field in ("serviceAccountName", "serviceAccount"):
        if (account := text(pod, field)) != "default":
            yield Reference("ServiceAccount", account, (*base, field))
            if account:
                break
    for index, each in items(pod, "imagePullSecrets"):
        yield Reference("Secret", text(each, "name"), (*base, "imagePullSecrets", index, "name"))
    # A claim template of a StatefulSet hides the volume of its name.
    templates = {
        text(each, "metadata", "name") for _, each in items(resource.manifest, "spec", "volumeClaimTemplates")
    }
    for index, volume in items(pod, "volumes"):
        if text(volume, "name") not in templates:
            yield from _of_volume(volume, (*base, "volumes", index))


def _of_volume(volume: dict[str, Any], path: FieldPath) -> Iterator[Reference]:
    if "persistentVolumeClaim" in volume:
        claim = text(volume, "persistentVolumeClaim", "claimName")
        yield Reference("PersistentVolumeClaim", claim, (*path, "persistentVolumeClaim", "claimName"))
    for kind, field, name_field in _CONFIG:
        if field in volume:
            yield from _of_source(kind, volume[field], (*path, field), name_field)
    if "projected" in volume:
        for index, source in items(volume, "projected", "sources"):
            for kind, field, _ in _CONFIG:
                if field in source:
                    at = (*path, "projected", "sources", index, field)
                    yield from _of_source(kind, source[field], at, "name")


def _of_source(kind: str, source: Any, path: FieldPath, name_field: str) -> Iterator[Reference]:
    if dig(source, "optional") is not True:
        keys = tuple(
            (key, (*path, "items", index, "key"))
            for index, each in items(source, "items")
            if (key := text(each, "key"))
        )
        yield Reference(kind, text(source, name_field), (*path, name_field), keys)


def _of_containers(pod: dict[str, Any], base: FieldPath) -> Iterator[Reference]:
    for name in ("initContainers", "containers"):
        for index, container in items(pod, name):
            yield from _of_environment(container, (*base, name, index))


def _of_environment(container: dict[str, Any], path: FieldPath) -> Iterator[Reference]:
    for index, variable in items(container, "env"):
        value = variable.get("valueFrom")
        for kind, field in (("ConfigMap", "configMapKeyRef"), ("Secret", "secretKeyRef")):
            source = dig(value, field)
            if source is not None and dig(source, "optional") is not True:
                at = (*path, "env", index, "valueFrom", field)
                key = text(source, "key")
                keys = ((key, (*at, "key")),) if key else ()
                yield Reference(kind, text(source, "name"), (*at, "name"), keys)
    for index, each in items(container, "envFrom"):
        for kind, field in (("ConfigMap", "configMapRef"), ("Secret", "secretRef")):
            source = each.get(field)
            if source is not None and dig(source, "optional") is not True:
                yield Reference(kind, text(source, "name"), (*path, "envFrom", index, field, "name"))


@once
def named_by_others(inventory: Inventory) -> set[tuple[str, str, str]]:
    """Return kind, namespace and name of all that pods and Ingresses of the run name."""
    named = {
        (reference.kind, owner.namespace, reference.name)
        for owner in inventory.pod_owners(None)
        for reference in references(owner)
    }
    for ingress in inventory.of_kind("Ingress"):
        for _, tls in items(ingress.manifest, "spec", "tls"):
            named.add(("Secret", ingress.namespace, text(tls, "secretName")))
    return named
