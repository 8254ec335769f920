"""Which kustomizations are applied: those that no other one uses, and those that Flux or Argo CD objects of the repository name."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, NamedTuple

from linter.applysets.files import FileError, joined
from linter.applysets.kustomize.errors import KustomizeError
from linter.applysets.kustomize.kustomization import FILE_NAMES, read_kustomization

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from linter.applysets.files import Files
    from linter.applysets.kustomize.kustomization import Kustomization

_USING = ("resources", "bases", "components", "generators", "transformers", "validators")


class Roots(NamedTuple):
    """The kustomizations of a repository, by folder.

    Attributes:
        folders: Those that are applied, sorted.
        broken: Those that cannot be read, and why. They count as applied.
        used: Those that only others use.
    """

    folders: tuple[str, ...]
    broken: dict[str, KustomizeError]
    used: tuple[str, ...]


def find_roots(files: Files) -> Roots:
    """Find the kustomizations that are applied."""
    folders = sorted(
        {posixpath.dirname(path) or "." for path in files.paths() if posixpath.basename(path) in FILE_NAMES}
    )
    used: set[str] = set()
    components: set[str] = set()
    broken: dict[str, KustomizeError] = {}
    for folder in folders:
        try:
            kustomization = read_kustomization(files, folder)
        except KustomizeError as error:
            broken[folder] = error
            continue
        if kustomization is None:
            continue
        if kustomization.is_component:
            components.add(folder)
        used.update(_used(files, kustomization))
    named = set(_named(files)) & set(folders)
    roots = [
        folder for folder in folders if folder in named or (folder not in used and folder not in components)
    ]
    return Roots(tuple(roots), broken, tuple(folder for folder in folders if folder not in roots))


def _used(files: Files, kustomization: Kustomization) -> Iterator[str]:
    """Yield the folders that a kustomization uses."""
    for path, _ in kustomization.entries(*_USING):
        if "\n" in path or "://" in path:
            continue
        try:
            folder = files.folder(joined(kustomization.folder, path))
        except FileError:
            continue
        if folder is not None:
            yield folder


def _named(files: Files) -> Iterator[str]:
    """Yield the folders that a Flux Kustomization or an Argo CD Application names."""
    for path in files.paths():
        if not path.endswith((".yaml", ".yml")):
            continue
        try:
            data = files.read(path)
        except FileError:
            continue
        # Most files name neither, and reading YAML costs more than looking for a few letters.
        if b"kustomize.toolkit.fluxcd.io" in data or b"argoproj.io" in data:
            for found in _paths(data, path):
                try:
                    yield joined(".", found.lstrip("/") or ".")
                except FileError:
                    continue


def _paths(data: bytes, name: str) -> Iterator[str]:
    from linter.loading.source import decode
    from linter.loading.yaml.reader import read_documents

    for document in read_documents(decode(data, name)):
        value = document.value
        if not isinstance(value, dict):
            continue
        group = str(value.get("apiVersion")).partition("/")[0]
        spec = value.get("spec")
        if not isinstance(spec, dict):
            continue
        match group, value.get("kind"):
            case "kustomize.toolkit.fluxcd.io", "Kustomization":
                yield from _texts([spec.get("path", "./")])
            case "argoproj.io", "Application":
                yield from _sources(spec)
            case "argoproj.io", "ApplicationSet":
                template = spec.get("template")
                inner = template.get("spec") if isinstance(template, dict) else None
                if isinstance(inner, dict):
                    yield from _sources(inner)
            case _:
                pass


def _sources(spec: dict[str, Any]) -> Iterator[str]:
    several = spec.get("sources")
    for source in (spec.get("source"), *(several if isinstance(several, list) else ())):
        if isinstance(source, dict):
            yield from _texts([source.get("path")])


def _texts(values: Iterable[Any]) -> Iterator[str]:
    return (value for value in values if isinstance(value, str) and "{{" not in value)
