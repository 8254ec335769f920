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


class Reader:
    """Reads files when somebody asks, each once.

    Args:
        limits: The bounds on what is read.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._documents: dict[str, list[Document]] = {}
        self._manifests: dict[tuple[str, int], dict[FieldPath, dict[str, Any]]] = {}

    def document(self, source: Source, number: int) -> Document:
        """Return a document of a file."""
        documents = self._documents.get(source.name)
        if documents is None:
            from linter.loading.yaml.reader import read_documents

            documents = self._documents[source.name] = read_documents(source, limits=self._limits)
        return documents[number]

    def manifest(self, document: Document, root: FieldPath) -> dict[str, Any]:
        """Return an object of a document."""
        key = document.source.name, document.index
        manifests = self._manifests.get(key)
        if manifests is None:
            from linter.loading.yaml.reader import resources_of

            read = self.document(document.source, document.index)
            manifests = self._manifests[key] = {each.root: each.manifest for each in resources_of(read)}
        return manifests[root]


class _Document(Document):
    """A document of which nothing is known yet but where it is."""

    may_suppress = False

    def __init__(self, source: Source, index: int, reader: Reader) -> None:
        self.source = source
        self.index = index
        self._reader = reader

    def __getattr__(self, name: str) -> Any:
        # Asked only for what is not there.
        if name not in _READ:
            raise AttributeError(name)
        read = self._reader.document(self.source, self.index)
        for each in _READ:
            setattr(self, each, getattr(read, each))
        return getattr(read, name)


_READ = ("first_line", "text", "value", "problems", "_is_marked")


class _Resource(Resource):
    """A resource whose manifest is not read yet."""

    def __init__(self, kept: Sequence[Any], document: Document, reader: Reader, told: frozenset[str]) -> None:
        # A large run has thousands: no names are gone through for each.
        _, root, self.api_version, self.kind, self.namespace, self.name, self.partly_known, memo, _ = kept
        self.root = tuple(root)
        self.memo = dict(memo)
        self.told = told
        self.document = document
        self._reader = reader

    def __getattr__(self, name: str) -> Any:
        if name != "manifest":
            raise AttributeError(name)
        self.manifest = self._reader.manifest(self.document, self.root)
        return self.manifest


def as_checked(
    objects: Iterable[Sequence[Any]], source: Source, reader: Reader, told: frozenset[str]
) -> tuple[list[Document], list[Resource]]:
    """Return the documents and the resources of a file that is not read yet.

    Args:
        objects: What is kept of its objects: what `KeptObject` has.
        source: The file.
        reader: Reads it when somebody asks.
        told: The names of the facts that they tell.
    """
    document: Document = _Document(source, 0, reader)
    documents = [document]
    resources: list[Resource] = []
    for each in objects:
        if each[0] != document.index:
            document = _Document(source, each[0], reader)
            documents.append(document)
        resources.append(_Resource(each, document, reader, told))
    return documents, resources
