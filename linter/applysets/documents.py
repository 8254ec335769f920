"""Built objects as documents: each value stands in the file, line and column that wrote it."""

from __future__ import annotations

from pathlib import Path

from linter.applysets.files import MissingFileError
from linter.loading.document import Document, Location
from linter.loading.place import Range
from linter.loading.source import Source, decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from linter.applysets.files import Files
    from linter.applysets.kustomize.build import BuiltObject
    from linter.applysets.kustomize.places import Origin
    from linter.loading.limits import Limits
    from linter.loading.resource import Resource


class Recorded:
    """Files that keep what was read of them.

    Args:
        files: The files.
        known: What is known of some already, by path.

    Attributes:
        contents: What was read, by path.
    """

    def __init__(self, files: Files, known: Mapping[str, bytes]) -> None:
        self._files = files
        self._known = known
        self.contents: dict[str, bytes] = {}
        self._missing: dict[str, MissingFileError] = {}
        self.paths = files.paths
        self.folder = files.folder

    def read(self, path: str) -> bytes:
        """Return what is in a file, which is read once."""
        if path not in self.contents:
            if path in self._missing:
                raise self._missing[path]
            known = self._known.get(path)
            try:
                self.contents[path] = self._files.read(path) if known is None else known
            except MissingFileError as error:
                self._missing[path] = error
                raise
        return self.contents[path]


class Sources:
    """The files that builds were made of, as sources for reports.

    Args:
        files: What was read.
        root: The root of the repository, as seen from the current folder.
        names: What the user would call some files and folders, by path.
        found: The sources of the run, by path.
        limits: Bounds on one file.
    """

    def __init__(
        self,
        files: Recorded,
        root: str,
        names: Mapping[str, str],
        found: Mapping[str, Source],
        limits: Limits,
    ) -> None:
        self._files = files
        self._root = root
        self._names = names
        self._found = found
        self._limits = limits
        self._sources: dict[str, Source] = {}
        self._resources: dict[int, Sequence[Resource]] = {}

    def shown(self, path: str) -> str:
        """Return a path of the repository as the user would write it: if nothing is known, as seen from the current folder."""
        if path in self._names:
            return self._names[path]
        import os.path

        from linter.loading.discovery import display_name

        return display_name(Path(os.path.normpath(os.path.join(self._root, path))))  # noqa: PTH118  `..` in the text alone

    def of(self, path: str) -> Source:
        """Return the source of a file that was read; of a folder one without text."""
        if path in self._found:
            return self._found[path]
        if path not in self._sources:
            name = self.shown(path)
            data = self._files.contents.get(path, b"")
            self._sources[path] = decode(data, name, file=name, explicit=False, limits=self._limits)
        return self._sources[path]

    def resources(self, source: Source) -> Sequence[Resource]:
        """Return the objects in a source of the run; none for a kustomization, or a file that lies elsewhere."""
        if id(source) not in self._resources:
            is_found = any(each is source for each in self._found.values())
            self._resources[id(source)] = tuple(_resources(source)) if is_found else ()
        return self._resources[id(source)]

    def all(self) -> list[Source]:
        """Return the sources of all files that were read, by path."""
        return [self.of(path) for path in sorted(self._files.contents)]


def _resources(source: Source) -> Iterator[Resource]:
    from linter.loading.yaml.reader import read_documents, resources_of

    for document in read_documents(source):
        yield from resources_of(document)


class BuiltDocument(Document):
    """A built object: a document whose values come from several files.

    Args:
        built: The object.
        sources: The files.
    """

    def __init__(self, built: BuiltObject, sources: Sources) -> None:
        self._built = built
        self._sources = sources
        origin = built.source.origin()
        super().__init__(sources.of(origin.file), 0, origin.range.line, "", built.value, ())
        self.written = built.written

    def resources_in(self, source: Source) -> Sequence[Resource]:
        """Return the objects that stand in a source which may be changed to fix what is wrong with this one."""
        return self._sources.resources(source)

    def locate(self, path: Sequence[str | int], *, at_key: bool = False) -> Location:
        """Return the file and range that wrote a value, or its key; of what is absent, the key of the nearest value around it."""
        absent = len(self.missing(path))
        if absent:
            path, at_key = path[:-absent], True
        if not path:
            return self._start()
        return self._located(self._built.key_origin(path) if at_key else self._built.origin(path))

    def _start(self) -> Location:
        """Return the object's first key; of a generated object the entry that generates it."""
        source = self._located(self._built.source.origin())
        keys = (self._located(self._built.key_origin((key,))) for key in self.value)
        first = min(
            (key.range for key in keys if key.source is source.source and key.range >= source.range),
            default=None,
        )
        return source if first is None else Location(source.source, first)

    def _located(self, origin: Origin) -> Location:
        return Location(self._sources.of(origin.file), Range(*origin.range))
