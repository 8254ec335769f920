"""What the server warns of in volumes that it takes."""

from __future__ import annotations

from linter.apiserver.pod.projections import ITEM_KINDS
from linter.kube.suggest import quote
from linter.light_typing import NamedTuple
from linter.path import FieldPath, format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object

_RETIRED = {
    "photonPersistentDisk": "does nothing since 1.16",
    "gitRepo": "is deprecated, and switched off since 1.33; clone in an init container instead",
    "scaleIO": "does nothing since 1.22",
    "flocker": "does nothing since 1.25",
    "storageos": "does nothing since 1.25; use its CSI driver",
    "quobyte": "does nothing since 1.25; use its CSI driver",
    "glusterfs": "does nothing since 1.26",
    "cephfs": "does nothing since 1.31; use its CSI driver",
    "rbd": "does nothing since 1.31; use its CSI driver",
}
"""In which version a volume type was deprecated or stopped working."""


class _File(NamedTuple):
    """A file that a volume writes."""

    file: str
    """Its path in the volume."""
    path: FieldPath
    """Where the manifest says so."""
    origin: str
    """What it comes from."""


def warn_of_volumes(volumes: list[Object], path: FieldPath, errors: Errors) -> None:
    """Warn of volumes that are retired, write over themselves, or are empty.

    Args:
        volumes: The volumes, with defaults applied.
        path: Where they stand.
        errors: Gets the warnings.
    """
    for index, volume in enumerate(volumes):
        volume_path = (*path, index)
        warn_of_retired_types(volume, volume_path, errors)
        if _holds_items(volume):
            _warn_of_overlaps(volume, volume_path, errors)
        if "projected" in volume:
            _warn_of_empty_projections(volume["projected"], volume_path, errors)
        if "ephemeral" in volume:
            from linter.apiserver.pod.claims import warn_of_claim_spec

            claim = (volume["ephemeral"].get("volumeClaimTemplate") or {}).get("spec") or {}
            warn_of_claim_spec(claim, (*volume_path, "ephemeral", "volumeClaimTemplate", "spec"), errors)


def warn_of_retired_types(
    volume: Object, path: FieldPath, errors: Errors, *, silent: tuple[str, ...] = ()
) -> None:
    """Warn of a volume whose type is deprecated or does nothing.

    Args:
        volume: The volume.
        path: Where it stands.
        errors: Gets the warnings.
        silent: The types that the server says nothing about.
    """
    for kind in volume:
        if kind in _RETIRED and kind not in silent:
            field = format_path((*path, "storageOS" if kind == "storageos" else kind))
            message = f"The volume type {kind} {_RETIRED[kind]}."
            errors.warn((*path, kind), message, rule="retired-volume-type", field=field)


def _warn_of_empty_projections(source: Object, path: FieldPath, errors: Errors) -> None:
    for index, projection in enumerate(source.get("sources") or ()):
        if not projection:
            errors.warn(
                (*path, "projected", "sources", index),
                "The source adds nothing to the volume.",
                rule="empty-projection",
                field=format_path(path),
            )


def _holds_items(volume: Object) -> bool:
    return "projected" in volume or any("items" in volume[kind] for kind in ITEM_KINDS if kind in volume)


def _warn_of_overlaps(volume: Object, path: FieldPath, errors: Errors) -> None:
    """Warn of files that two items of a volume write, or that one writes below the other's.

    There is one warning for each pair that overlaps; the server sends equal texts once.
    """
    files: list[_File] = []
    reported: set[tuple[str, str, str, str]] = set()
    for new in _files_of(volume, path):
        for other in files:
            pair = (new.file, new.origin, other.file, other.origin)
            if _overlap(other.file, new.file) and pair not in reported:
                reported.add(pair)
                message = f"The path {quote(new.file)} overlaps with {quote(other.file)} ({other.origin})."
                errors.warn(new.path, message, rule="overlapping-volume-items", field=format_path(path))
        files.append(new)


def _files_of(volume: Object, path: FieldPath) -> Iterator[_File]:
    for kind, source in volume.items():
        if kind in ITEM_KINDS:
            yield from _files_of_items(source, kind, (*path, kind))
        elif kind == "projected":
            for index, projection in enumerate(source.get("sources") or ()):
                yield from _files_of_projection(projection, (*path, "projected", "sources", index))


def _files_of_projection(projection: Object, path: FieldPath) -> Iterator[_File]:
    for kind in ITEM_KINDS:
        if kind in projection:
            yield from _files_of_items(projection[kind], kind, (*path, kind))
    token = projection.get("serviceAccountToken")
    if token and token.get("path"):
        token_path = (*path, "serviceAccountToken", "path")
        yield _File(token["path"].rstrip("/"), token_path, "service account token")


def _files_of_items(source: Object, kind: str, path: FieldPath) -> Iterator[_File]:
    name = source.get("name") or source.get("secretName")
    origin = f"{kind} {quote(name)}" if name else kind
    for index, item in enumerate(source.get("items") or ()):
        if item.get("path"):
            yield _File(item["path"].rstrip("/"), (*path, "items", index, "path"), origin)


def _overlap(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")
