"""Objects of which an earlier run has kept what others ask of them; the rest is read when somebody asks."""

from __future__ import annotations

from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from linter.loading.document import Document
    from linter.loading.limits import Limits
    from linter.loading.source import Source
    from linter.path import FieldPath


class KeptObject(NamedTuple):
    """What is kept of an object."""

    document: int
    """The number of its document."""
    root: FieldPath
    """Where it stands in it."""
    api_version: str
    kind: str
    namespace: str
    name: str
    partly_known: bool
    told: dict[str, Any]
    """What it tells of itself (`linter.engine.told`), by the name of the fact; what is missing says nothing."""
    waits: int | None
    """The number of the rules that have to wait for the others, among those of `linter.engine.run.earlier.Earlier.rules`; None: none does."""


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
            from linter.loading.yaml.reader import manifests_of

            manifests = self._manifests[key] = manifests_of(self.document(document.source, document.index))
        return manifests[root]
