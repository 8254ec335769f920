"""The spec of PersistentVolumeClaims, as it stands in the templates of StatefulSets and ephemeral volumes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.engine.rule import Problem
from linter.kube import names, quantities
from linter.kube.suggest import not_supported, quote
from linter.path import FieldPath, Key, format_path

from .checks import faulty, one_of_these, required
from .selectors import label_selector_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

Object = dict[str, Any]

_ACCESS_MODES = ("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod")
_VOLUME_MODES = frozenset({"Block", "Filesystem"})


def claim_spec_problems(spec: Object, path: FieldPath) -> Iterator[Problem]:
    """Check the spec of a claim.

    Args:
        spec: The spec, with defaults applied.
        path: Where it is.
    """
    yield from _access_modes(spec.get("accessModes") or (), (*path, "accessModes"))
    if "selector" in spec:
        yield from label_selector_problems(spec["selector"], (*path, "selector"))
    yield from _size(spec, path)
    for field in ("storageClassName", "volumeAttributesClassName"):
        if name := spec.get(field):
            yield from faulty((*path, field), field, name, names.dns_subdomain(name))
    if "volumeMode" in spec:
        yield from one_of_these((*path, "volumeMode"), "volumeMode", spec["volumeMode"], _VOLUME_MODES)
    yield from _data_sources(spec, path)


def _access_modes(modes: list[str] | tuple[()], path: FieldPath) -> Iterator[Problem]:
    if not modes:
        yield required(path, "The claim has no access modes, for example `ReadWriteOnce`.")
    for index, mode in enumerate(modes):
        if mode not in _ACCESS_MODES:
            message = not_supported("The access mode", mode, _ACCESS_MODES)
            yield Problem((*path, index), message, "NotSupported", format_path(path))
    if "ReadWriteOncePod" in modes and any(each in modes for each in _ACCESS_MODES[:3]):
        yield Problem(path, "ReadWriteOncePod can't be combined with another access mode.", "Forbidden")


def _size(spec: Object, path: FieldPath) -> Iterator[Problem]:
    size = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
    if size is not None and quantities.parse(size).nanos > 0:
        return
    # The API server leaves `requests` out of this path.
    here = (*path, "resources", "requests", Key("storage"))
    field = format_path((*path, "resources", Key("storage")))
    if size is None:
        yield required(here, "The claim asks for no storage; write resources.requests.storage.", field)
    else:
        message = f"The claim asks for {quote(size)}; the size must be greater than 0."
        yield Problem(here, message, "Invalid", field)


def _data_sources(spec: Object, path: FieldPath) -> Iterator[Problem]:
    source, ref = spec.get("dataSource"), spec.get("dataSourceRef")
    for field, each in (("dataSource", source), ("dataSourceRef", ref)):
        if each is not None:
            yield from _data_source(each, (*path, field))
    namespace = (ref or {}).get("namespace")
    if namespace:
        here = (*path, "dataSourceRef", "namespace")
        yield from faulty(here, "The namespace", namespace, names.dns_label(namespace))
    if source is not None and ref is not None:
        if namespace:
            yield Problem(path, "dataSource can't be set when dataSourceRef has a namespace.", "Invalid")
        elif any(
            source.get(part, default) != ref.get(part, default)
            for part, default in (("apiGroup", None), ("kind", ""), ("name", ""))
        ):
            yield Problem(path, "dataSource and dataSourceRef differ; keep one of them.", "Invalid")


def _data_source(source: Object, path: FieldPath) -> Iterator[Problem]:
    for field in ("name", "kind"):
        if not source.get(field):
            yield required((*path, field), f"The {path[-1]} has no {field}.")
    group = source.get("apiGroup") or ""
    if group:
        yield from faulty((*path, "apiGroup"), "The API group", group, names.dns_subdomain(group))
    elif source.get("kind") != "PersistentVolumeClaim":
        message = "Without an apiGroup the kind must be PersistentVolumeClaim."
        yield Problem(path, message, "Invalid")
