"""Objects and documents of which an earlier run has kept what others ask of them; the rest is read when somebody asks."""

from __future__ import annotations

from linter.light_typing import NamedTuple
from linter.loading.document import Document
from linter.loading.resource import Resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from linter.loading.limits import Limits
    from linter.loading.source import Source
    from linter.path import FieldPath


class KeptObject(NamedTuple):
    """What is kept of an object."""

    document: int
    """The number of its document."""
    root: list[str | int]
    """Where it stands in it."""
    api_version: str
    kind: str
    namespace: str
    name: str
    partly_known: bool
    told: dict[str, Any]
    """What it tells of itself (`linter.engine.told`), by the name of the fact; what is missing says nothing."""
    waits: bool
    """Whether it has to wait for the others."""


class _File:
    """A file that is read when somebody asks."""

    def __init__(self, source: Source, limits: Limits) -> None:
        self._source = source
        self._limits = limits
        self._documents: list[Document] | None = None
        self._manifests: dict[int, dict[FieldPath, dict[str, Any]]] = {}

    def document(self, number: int) -> Document:
        if self._documents is None:
            from linter.loading.yaml.reader import read_documents

            self._documents = read_documents(self._source, limits=self._limits)
        return self._documents[number]

    def manifest(self, number: int, root: FieldPath) -> dict[str, Any]:
        if number not in self._manifests:
            from linter.loading.yaml.reader import resources_of

            self._manifests[number] = {
                each.root: each.manifest for each in resources_of(self.document(number))
            }
        return self._manifests[number][root]


class _Document(Document):
    """A document of which nothing is known yet but where it is."""

    may_suppress = False

    def __init__(self, source: Source, index: int, file: _File) -> None:
        self.source = source
        self.index = index
        self._file = file

    def __getattr__(self, name: str) -> Any:
        # Asked only for what is not there.
        if name not in _READ:
            raise AttributeError(name)
        read = self._file.document(self.index)
        for each in _READ:
            setattr(self, each, getattr(read, each))
        return getattr(read, name)


_READ = ("first_line", "text", "value", "problems", "_is_marked")


class _Resource(Resource):
    """A resource whose manifest is not read yet."""

    def __init__(self, kept: Sequence[Any], document: Document, file: _File, told: frozenset[str]) -> None:
        # A large run has thousands: no names are gone through for each.
        _, root, self.api_version, self.kind, self.namespace, self.name, self.partly_known, memo, _ = kept
        self.root = tuple(root)
        self.memo = dict(memo)
        self.told = told
        self.document = document
        self._file = file

    def __getattr__(self, name: str) -> Any:
        if name != "manifest":
            raise AttributeError(name)
        self.manifest = self._file.manifest(self.document.index, self.root)
        return self.manifest


def as_checked(
    objects: Iterable[Sequence[Any]], source: Source, limits: Limits, told: frozenset[str]
) -> tuple[list[Document], list[Resource]]:
    """Return the documents and the resources of a file that is not read yet.

    Args:
        objects: What is kept of its objects: what `KeptObject` has.
        source: The file.
        limits: The bounds on what is read.
        told: The names of the facts that they tell.
    """
    file = _File(source, limits)
    document: Document = _Document(source, 0, file)
    documents = [document]
    resources: list[Resource] = []
    for each in objects:
        if each[0] != document.index:
            document = _Document(source, each[0], file)
            documents.append(document)
        resources.append(_Resource(each, document, file, told))
    return documents, resources
