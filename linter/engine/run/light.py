"""Documents and objects of which no more is at hand than others ask of them; the rest is read when somebody asks."""

from __future__ import annotations

from linter.loading.document import Document
from linter.loading.resource import Resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Protocol

    from linter.loading.source import Source
    from linter.path import FieldPath

    class ManifestReader(Protocol):
        """Reads the objects that somebody asks for."""

        def manifest(self, document: Document, root: FieldPath) -> dict[str, Any]:
            """Return an object of a document."""

    class Reader(ManifestReader, Protocol):
        """Reads the documents that somebody asks for, too."""

        def document(self, source: Source, number: int) -> Document:
            """Return a document of a file."""


class LightDocument(Document):
    """A document of which nothing is known yet but where it is, and whether something in it may suppress findings.

    Args:
        source: The file.
        index: Its number in there.
        reader: Reads it when somebody asks.
        may_suppress: Whether something in it may suppress findings.
    """

    def __init__(self, source: Source, index: int, reader: Reader, *, may_suppress: bool = False) -> None:
        self.source = source
        self.index = index
        self.may_suppress = may_suppress
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


class LightResource(Resource):
    """A resource whose manifest is not read yet.

    Args:
        document: Its document.
        reader: Reads the manifest when somebody asks.
        root: Where it stands in the document.
        api_version: The attribute of the resource of that name; so are kind, namespace, name and partly_known.
        memo: The facts that it tells, by name.
        told: The names of the facts that are known of it: those that are not in the memo say nothing.
    """

    def __init__(
        self,
        document: Document,
        reader: ManifestReader,
        root: Sequence[str | int],
        api_version: str,
        kind: str,
        namespace: str,
        name: str,
        partly_known: bool,  # noqa: FBT001  one of what is kept of an object, a large run has thousands of which
        memo: Mapping[str, Any],
        *,
        told: frozenset[str],
    ) -> None:
        self.document = document
        self.root = tuple(root)
        self.api_version = api_version
        self.kind = kind
        self.namespace = namespace
        self.name = name
        self.partly_known = partly_known
        self.memo = dict(memo)
        self.told = told
        self._reader = reader

    def __getattr__(self, name: str) -> Any:
        if name != "manifest":
            raise AttributeError(name)
        self.manifest = self._reader.manifest(self.document, self.root)
        return self.manifest
