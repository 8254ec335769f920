"""The variables that Flux Kustomizations give: `postBuild`, with the ConfigMaps that it refers to.

Source: https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution
"""

from __future__ import annotations

import os
import posixpath

from linter.kube.unknown import has_mark
from linter.light_typing import NamedTuple
from linter.loading.yaml.reader import read_documents
from linter.path import value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from linter.loading.source import Source


_FLUX = "kustomize.toolkit.fluxcd.io/"


class Scope(NamedTuple):
    """The variables of what lies below a folder."""

    folder: str
    """A real path."""
    values: Mapping[str, str]


def scopes_of(naming: Iterable[Source], sources: Sequence[Source]) -> Iterator[Scope]:
    """Yield the variables of what each Kustomization applies.

    Args:
        naming: The files that may hold such a Kustomization.
        sources: All files of the run.
    """
    maps: dict[tuple[str, str], Mapping[str, Any]] | None = None
    for source in naming:
        if _FLUX not in source.text:
            continue
        for manifest in _manifests(source):
            if manifest.get("kind") != "Kustomization" or not str(manifest.get("apiVersion")).startswith(
                _FLUX
            ):
                continue
            folder = _folder(source.name, value_at(manifest, ("spec", "path")))
            if folder is None:
                continue
            if maps is None and value_at(manifest, ("spec", "postBuild", "substituteFrom")):
                maps = dict(_config_maps(sources))
            yield Scope(folder, _values(manifest, maps or {}))


def _manifests(source: Source) -> Iterator[dict[str, Any]]:
    for document in read_documents(source):
        if isinstance(document.value, dict):
            yield document.value


def _folder(name: str, path: object) -> str | None:
    """Return the folder that a Kustomization applies: its path starts at the root of a repository, which lies around the file."""
    if not isinstance(path, str) or has_mark(path) or name == "-":
        return None
    inside = posixpath.normpath(path.lstrip("/"))
    above = os.path.realpath(os.path.dirname(name) or ".")  # noqa: PTH120  text, as realpath's
    while inside != ".":
        folder = os.path.join(above, inside)  # noqa: PTH118  as above
        if os.path.isdir(folder):  # noqa: PTH112  as above
            return os.path.realpath(folder)
        if above == os.path.dirname(above):  # noqa: PTH120  as above
            break
        above = os.path.dirname(above)  # noqa: PTH120  as above
    return None


def _config_maps(sources: Sequence[Source]) -> Iterator[tuple[tuple[str, str], Mapping[str, Any]]]:
    for source in sources:
        if "ConfigMap" not in source.text:
            continue
        for manifest in _manifests(source):
            name, data = value_at(manifest, ("metadata", "name")), manifest.get("data")
            if manifest.get("kind") == "ConfigMap" and isinstance(name, str) and isinstance(data, dict):
                namespace = value_at(manifest, ("metadata", "namespace"))
                yield (namespace if isinstance(namespace, str) else "", name), data


def _values(manifest: Mapping[str, Any], maps: Mapping[tuple[str, str], Mapping[str, Any]]) -> dict[str, str]:
    """Return the variables of one Kustomization: what it says itself wins over what it refers to, the last of that over the first."""
    namespace = value_at(manifest, ("metadata", "namespace"))
    references = value_at(manifest, ("spec", "postBuild", "substituteFrom"))
    found: dict[str, Any] = {}
    for reference in references if isinstance(references, list) else ():
        name = reference.get("name") if isinstance(reference, dict) else None
        if isinstance(name, str) and reference.get("kind") == "ConfigMap":
            found |= maps.get((str(namespace), name)) or maps.get(("", name)) or {}
        elif isinstance(name, str):
            found.clear()  # what a Secret says is not known, and it may say it of any variable
    own = value_at(manifest, ("spec", "postBuild", "substitute"))
    found |= own if isinstance(own, dict) else {}
    return {name: _text(value) for name, value in found.items() if not has_mark(_text(value))}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
