"""Which kustomizations are applied: those that no other one uses, and those that Flux or Argo CD objects of the repository name."""

from __future__ import annotations

import posixpath

from linter.applysets.files import FileError, joined
from linter.applysets.kustomize.errors import KustomizeError
from linter.applysets.kustomize.kustomization import FILE_NAMES, find_document, kustomization_of
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from typing import Any

    from linter.applysets.files import Files
    from linter.applysets.kustomize.kustomization import Kustomization
    from linter.loading.document import Document
    from linter.loading.source import Source

_USING = ("resources", "bases", "components", "generators", "transformers", "validators")


class Uses(NamedTuple):
    """Which kustomization uses which.

    Attributes:
        kustomizations: Those that can be read, by folder.
        broken: Those that cannot, and why.
        folders: The folders that each one uses.
        documents: All whose text can be read, broken ones among them.
    """

    kustomizations: dict[str, Kustomization]
    broken: dict[str, KustomizeError]
    folders: dict[str, frozenset[str]]
    documents: dict[str, Document]

    def only(self, folders: Collection[str]) -> Uses:
        """Return what is known of some folders."""
        return Uses(
            {folder: each for folder, each in self.kustomizations.items() if folder in folders},
            {folder: each for folder, each in self.broken.items() if folder in folders},
            {folder: each for folder, each in self.folders.items() if folder in folders},
            {folder: each for folder, each in self.documents.items() if folder in folders},
        )

    def below(self, folders: Iterable[str]) -> set[str]:
        """Return these folders and all that they use, by themselves or through others."""
        found = list(dict.fromkeys(folders))
        known = set(found)
        for folder in found:  # grows meanwhile
            new = self.folders.get(folder, frozenset()) - known
            known |= new
            found += sorted(new)
        return known

    def above(self, folders: Iterable[str]) -> set[str]:
        """Return these folders and all that use them, by themselves or through others."""
        users: dict[str, set[str]] = {}
        for folder, used in self.folders.items():
            for each in used:
                users.setdefault(each, set()).add(folder)
        found = list(dict.fromkeys(folders))
        known = set(found)
        for folder in found:  # grows meanwhile
            new = users.get(folder, set()) - known
            known |= new
            found += sorted(new)
        return known


class Roots(NamedTuple):
    """The kustomizations of a repository, by folder.

    Attributes:
        folders: Those that are applied, sorted. Those that cannot be read are among them.
        used: Those that only others use, and components.
    """

    folders: tuple[str, ...]
    used: tuple[str, ...]


def find_roots(files: Files) -> Roots:
    """Find the kustomizations that are applied."""
    folders = {
        posixpath.dirname(path) or "." for path in files.paths() if posixpath.basename(path) in FILE_NAMES
    }
    return choose_roots(read_uses(files, folders), _named(files))


def read_uses(files: Files, folders: Iterable[str]) -> Uses:
    """Read kustomizations, and what each uses of the others.

    Args:
        files: The files of the repository.
        folders: Where they lie.
    """
    uses = Uses({}, {}, {}, {})
    for folder in sorted(folders):
        try:
            document = find_document(files, folder)
            if document is None:
                continue
            uses.documents[folder] = document
            kustomization = kustomization_of(folder, document)
        except KustomizeError as error:
            uses.broken[folder] = error
            continue
        uses.kustomizations[folder] = kustomization
        uses.folders[folder] = frozenset(_used(files, kustomization))
    return uses


def choose_roots(uses: Uses, named: Iterable[str]) -> Roots:
    """Choose the kustomizations that are applied: those that no other one uses, and those that are named.

    Of kustomizations that use one another and nothing else uses, it is the first: the builder says what is wrong with it.

    Args:
        uses: All kustomizations.
        named: The folders that objects of Flux or Argo CD name.
    """
    folders = sorted({*uses.kustomizations, *uses.broken})
    used = frozenset().union(*uses.folders.values())
    components = {folder for folder, each in uses.kustomizations.items() if each.is_component}
    named = set(named)
    roots = [
        folder for folder in folders if folder in named or (folder not in used and folder not in components)
    ]
    reached = uses.below((*roots, *components))
    for folder in folders:
        if folder not in reached:
            roots.append(folder)
            reached |= uses.below([folder])
    return Roots(tuple(sorted(roots)), tuple(folder for folder in folders if folder not in roots))


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
    from linter.loading.source import decode

    for path in files.paths():
        if not path.endswith((".yaml", ".yml")):
            continue
        try:
            data = files.read(path)
        except FileError:
            continue
        yield from named_folders(decode(data, path))


def named_folders(source: Source) -> Iterator[str]:
    """Yield the folders that the Flux Kustomizations and Argo CD Applications of a file name, relative to the repository's root."""
    # Most files hold neither, and reading YAML costs more than looking for a few letters.
    if "kustomize.toolkit.fluxcd.io" not in source.text and "argoproj.io" not in source.text:
        return
    from linter.loading.yaml.reader import read_documents

    for document in read_documents(source):
        for path in _paths(document.value):
            try:
                yield joined(".", path.lstrip("/") or ".")
            except FileError:
                continue


def _paths(value: Any) -> Iterator[str]:
    if not isinstance(value, dict):
        return
    group = str(value.get("apiVersion")).partition("/")[0]
    spec = value.get("spec")
    if not isinstance(spec, dict):
        return
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
