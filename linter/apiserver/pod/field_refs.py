"""References to fields of the pod and to resources of its containers (downward API).

Source: https://kubernetes.io/docs/concepts/workloads/pods/downward-api/
"""

from __future__ import annotations

from linter.kube import names, quantities
from linter.kube.suggest import did_you_mean, one_of, quote
from linter.path import format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object
    from linter.path import FieldPath

_FIELDS = frozenset(
    {
        "metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid",
        "spec.nodeName", "spec.restartPolicy", "spec.serviceAccountName", "spec.schedulerName", "status.phase",
        "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
    }
)  # fmt: skip
_SUBSCRIPTED = ("metadata.labels", "metadata.annotations")
_RESOURCES = frozenset(
    f"{kind}.{name}" for kind in ("limits", "requests") for name in ("cpu", "memory", "ephemeral-storage")
)
_BYTE_DIVISORS = frozenset(
    {"1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"}
)
_CPU_DIVISORS = frozenset({"1m", "1"})


def validate_object_field_selector(
    ref: Object,
    path: FieldPath,
    errors: Errors,
    allowed: Collection[str],
    *,
    rule: str,
    seen_at: FieldPath | None = None,
) -> None:
    """Judge a reference to a field of the pod.

    Args:
        ref: The fieldRef.
        path: Where it is.
        errors: Gets what is wrong.
        allowed: The fields that can be had in this place, besides single labels and annotations.
        rule: The id of the page.
        seen_at: Where it is as the server spells it, if that differs.
    """
    wanted = ref.get("fieldPath") or ""
    if wanted in allowed and ref.get("apiVersion", "v1") == "v1":
        return  # nearly always
    at, field = (*path, "fieldPath"), _spell(seen_at, "fieldPath")
    if not wanted:
        message = "The reference names no field, for example `metadata.name`."
        errors.required(at, message, rule=rule, field=field)
        return
    if (version := ref.get("apiVersion", "v1")) != "v1":
        message = f"The apiVersion of the reference is {quote(version)}; only `v1` is known."
        errors.invalid(at, message, rule=rule, field=field)
        return
    base, subscript = _subscript(wanted)
    if subscript is not None:
        if base not in _SUBSCRIPTED:
            message = f"{quote(base)} can't be asked for one key; only labels and annotations can."
            errors.invalid(at, message, rule=rule, field=field)
            return
        key = subscript.lower() if base == "metadata.annotations" else subscript
        faults = names.qualified_name(key)
        errors.faults(at, "The key", subscript, faults, rule=rule, field=format_path(seen_at or path))
        return
    name = "spec.nodeName" if base == "spec.host" else base
    if name in allowed:
        return
    offered = one_of([*sorted(allowed), "metadata.labels['…']", "metadata.annotations['…']"])
    if name not in _FIELDS:
        message = f"{quote(wanted)} is not a field that can be referred to.{did_you_mean(wanted, allowed)}"
        errors.invalid(at, f"{message} There are {offered}.", rule=rule, field=field)
    else:
        message = f"The field {quote(wanted)} can't be had here; there are {offered}."
        errors.unsupported(at, message, rule=rule, field=field)


def _spell(seen_at: FieldPath | None, field: str) -> str | None:
    return None if seen_at is None else format_path((*seen_at, field))


def _subscript(text: str) -> tuple[str, str | None]:
    """Split `metadata.labels['app']` into field and key; the key is None where there is none."""
    base, bracket, key = text.removesuffix("']").partition("['")
    if text.endswith("']") and bracket and base:
        return base, key
    return text, None


def validate_resource_field_selector(
    ref: Object,
    path: FieldPath,
    errors: Errors,
    *,
    in_volume: bool,
    rule: str,
    seen_at: FieldPath | None = None,
) -> None:
    """Judge a reference to a request or limit of a container.

    Args:
        ref: The resourceFieldRef.
        path: Where it is.
        errors: Gets what is wrong.
        in_volume: Whether it stands in a volume, where it must say of which container.
        rule: The id of the page.
        seen_at: Where it is as the server spells it, if that differs.
    """
    name = ref.get("resource") or ""
    is_hugepage = name.startswith(("limits.hugepages-", "requests.hugepages-"))
    if in_volume and not ref.get("containerName"):
        field = _spell(seen_at, "containerName")
        errors.required((*path, "containerName"), "The reference names no container.", rule=rule, field=field)
    elif not name:
        message = "The reference names no resource, for example `limits.cpu`."
        errors.required((*path, "resource"), message, rule=rule, field=_spell(seen_at, "resource"))
    elif name not in _RESOURCES and not is_hugepage:
        offered = one_of(sorted(_RESOURCES))
        message = f"The resource {quote(name)} can't be had; there are {offered} and hugepages.{did_you_mean(name, _RESOURCES)}"
        errors.unsupported((*path, "resource"), message, rule=rule, field=_spell(seen_at, "resource"))
    divisor = quantities.parse(ref.get("divisor"))
    if not divisor.nanos:
        return
    is_cpu = name.endswith(".cpu")
    allowed = _CPU_DIVISORS if is_cpu else _BYTE_DIVISORS
    if (name in _RESOURCES or is_hugepage) and str(divisor) not in allowed:
        offered = "`1` or `1m`" if is_cpu else "`1`, `1k`, `1M` …, `1Ki`, `1Mi` …"
        message = f"The divisor is {quote(ref['divisor'])}; it must be {offered}."
        errors.invalid((*path, "divisor"), message, rule=rule, field=_spell(seen_at, "divisor"))
