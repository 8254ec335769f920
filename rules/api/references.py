"""References to fields of the pod and to resources of its containers (downward API)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.engine.rule import Problem
from linter.kube import names, quantities
from linter.kube.suggest import did_you_mean, one_of, quote
from linter.path import FieldPath, format_path

from .checks import faulty, required

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

Object = dict[str, Any]

_FIELDS = frozenset(
    {
        "metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid",
        "spec.nodeName", "spec.restartPolicy", "spec.serviceAccountName", "spec.schedulerName", "status.phase",
        "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
    }
)  # fmt: skip
_SUBSCRIPTED = ("metadata.labels", "metadata.annotations")


def field_ref_problems(ref: Object, path: FieldPath, allowed: Collection[str]) -> Iterator[Problem]:
    """Check a reference to a field of the pod.

    Args:
        ref: The fieldRef.
        path: Where it is.
        allowed: The fields that can be had in this place, besides single labels and annotations.
    """
    here = (*path, "fieldPath")
    wanted = ref.get("fieldPath") or ""
    if not wanted:
        yield required(here, "The reference names no field, for example `metadata.name`.")
        return
    if (version := ref.get("apiVersion", "v1")) != "v1":
        yield Problem(
            here, f"The apiVersion of the reference is {quote(version)}; only `v1` is known.", "Invalid"
        )
        return
    base, subscript = _subscript(wanted)
    if subscript is not None:
        if base not in _SUBSCRIPTED:
            yield Problem(
                here, f"{quote(base)} can't be asked for one key; only labels and annotations can.", "Invalid"
            )
            return
        key = subscript.lower() if base == "metadata.annotations" else subscript
        yield from faulty(here, "The key", subscript, names.qualified_name(key), format_path(path))
        return
    name = "spec.nodeName" if base == "spec.host" else base
    offered = [*sorted(allowed), "metadata.labels['…']", "metadata.annotations['…']"]
    if name not in _FIELDS:
        message = f"{quote(wanted)} is no field that can be referred to.{did_you_mean(wanted, allowed)}"
        yield Problem(here, f"{message} There are {one_of(offered)}.", "Invalid")
    elif name not in allowed:
        message = f"The field {quote(wanted)} can't be had here; there are {one_of(offered)}."
        yield Problem(here, message, "NotSupported")


def _subscript(text: str) -> tuple[str, str | None]:
    """Split `metadata.labels['app']` into field and key; the key is None where there is none."""
    base, bracket, key = text.removesuffix("']").partition("['")
    if text.endswith("']") and bracket and base:
        return base, key
    return text, None


_RESOURCES = frozenset(
    f"{kind}.{name}" for kind in ("limits", "requests") for name in ("cpu", "memory", "ephemeral-storage")
)
_BYTE_DIVISORS = frozenset(
    {"1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"}
)
_CPU_DIVISORS = frozenset({"1m", "1"})


def resource_field_ref_problems(ref: Object, path: FieldPath, *, in_volume: bool) -> Iterator[Problem]:
    """Check a reference to a request or limit of a container. In a volume it has to say of which container."""
    name = ref.get("resource") or ""
    is_hugepage = name.startswith(("limits.hugepages-", "requests.hugepages-"))
    if in_volume and not ref.get("containerName"):
        yield required((*path, "containerName"), "The reference names no container.")
    elif not name:
        yield required((*path, "resource"), "The reference names no resource, for example `limits.cpu`.")
    elif name not in _RESOURCES and not is_hugepage:
        message = (
            f"The resource {quote(name)} can't be had; there are {one_of(sorted(_RESOURCES))} and hugepages."
        )
        yield Problem((*path, "resource"), f"{message}{did_you_mean(name, _RESOURCES)}", "NotSupported")
    divisor = quantities.parse(ref.get("divisor"))
    if not divisor.nanos:
        return
    allowed = _CPU_DIVISORS if name.endswith(".cpu") else _BYTE_DIVISORS
    if (name in _RESOURCES or is_hugepage) and str(divisor) not in allowed:
        offered = "`1` or `1m`" if name.endswith(".cpu") else "`1`, `1k`, `1M` …, `1Ki`, `1Mi` …"
        yield Problem(
            (*path, "divisor"), f"The divisor is {quote(ref['divisor'])}; it must be {offered}.", "Invalid"
        )
