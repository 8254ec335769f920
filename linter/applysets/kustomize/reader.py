"""What a build of a kustomization reads: files, folders, and what is in them. Each is read once."""

from __future__ import annotations

import re

from linter.applysets.files import FileError, joined
from linter.applysets.kustomize.compose import compose_all
from linter.applysets.kustomize.errors import KustomizeError, UnsupportedError
from linter.applysets.kustomize.generators import LoadedFile
from linter.applysets.kustomize.kustomization import Kustomization, read_document, read_kustomization
from linter.applysets.kustomize.places import FilePlace
from linter.applysets.kustomize.resource import Resource, resources_of
from linter.loading.limits import DEFAULT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping as AnyMapping
    from typing import Any

    from linter.applysets.files import Files
    from linter.applysets.kustomize.places import Place
    from linter.applysets.kustomize.schema import Schema
    from linter.loading.limits import Limits


_URL = re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*::)?(?:https?|ssh|git|file)://|git@|gh:|git::")


class Reader:
    """Reads the files of one repository for the kustomizations in it.

    Args:
        files: The files of the repository.
        limits: Bounds on each file, and on what is built.
        known: Kustomizations that were read already, by folder.
    """

    def __init__(
        self,
        files: Files,
        limits: Limits = DEFAULT,
        known: AnyMapping[str, Kustomization] | None = None,
    ) -> None:
        self.files = files
        self.limits = limits
        self._kustomizations: dict[str, Kustomization | KustomizeError | None] = dict(known or {})
        self._texts: dict[str, str] = {}
        self._schemas: dict[str, Schema] = {}
        self._file_resources: dict[str, list[Resource]] = {}

    def kustomization(self, folder: str) -> Kustomization | None:
        """Return the kustomization of a folder; None where there is none.

        Raises:
            KustomizeError: It is broken.
        """
        if folder not in self._kustomizations:
            try:
                self._kustomizations[folder] = read_kustomization(self.files, folder)
            except KustomizeError as error:
                self._kustomizations[folder] = error
        found = self._kustomizations[folder]
        if isinstance(found, KustomizeError):
            raise found
        return found

    def load(self, folder: str, path: str) -> LoadedFile:
        """Read a file that a kustomization names.

        Raises:
            FileError: It cannot be read.
            UnsupportedError: It lies elsewhere.
        """
        if re.match(r"https?://", path):
            raise UnsupportedError("remote file", f"{path} lies elsewhere, and nothing is fetched.")
        where = joined(folder, path)
        return LoadedFile(where, self.files.read(where))

    def text(self, folder: str, path: str, place: Place) -> tuple[str, str]:
        """Read a text file that a kustomization names; return its path and text.

        Raises:
            KustomizeError: It cannot be read, or is not text.
        """
        from linter.loading.source import decode as decode_source

        try:
            file = self.load(folder, path)
        except FileError as error:
            raise KustomizeError(f"{path} {error}.", place) from None
        except KustomizeError as error:
            raise error.located(place) from None
        if file.path not in self._texts:
            source = decode_source(file.data, file.path)
            for problem in source.problems:
                if "UTF-16" not in problem.message:
                    raise KustomizeError(problem.message, FilePlace(file.path, problem.range))
            self._texts[file.path] = source.text
        return file.path, self._texts[file.path]

    def document(self, folder: str, path: str, place: Place) -> Any:
        """Read a file of kustomize's own that a kustomization names.

        Raises:
            KustomizeError: It cannot be read.
        """
        file, _ = self.text(folder, path, place)
        return read_document(self.files, file, path)

    def schema(
        self, folder: str, path: str, place: Place, make: Callable[[AnyMapping[str, Any]], Schema]
    ) -> Schema:
        """Return the schema of an OpenAPI file.

        Raises:
            KustomizeError: It cannot be read.
        """
        file, _ = self.text(folder, path, place)
        if file not in self._schemas:
            value = self.document(folder, path, place).value
            definitions = value.get("definitions") if isinstance(value, dict) else None
            if not isinstance(definitions, dict):
                raise KustomizeError(f"{path} is not an OpenAPI document with `definitions`.", place)
            self._schemas[file] = make(definitions)
        return self._schemas[file]

    def file_resources(self, folder: str, path: str, place: Place) -> list[Resource]:
        """Return the resources of a file, for the caller to change.

        Raises:
            KustomizeError: It cannot be read, or holds something else.
        """
        file, text = self.text(folder, path, place)
        if file not in self._file_resources:
            self._file_resources[file] = resources_of(compose_all(text, file, limits=self.limits))
        return [resource.copy() for resource in self._file_resources[file]]

    def folder_of(self, kustomization: Kustomization, path: str, place: Place) -> str | None:
        """Return the folder that an entry names; None where it names a file.

        Raises:
            KustomizeError: It lies elsewhere, or is neither.
        """
        if _is_url(path):
            raise UnsupportedError(
                "remote resource", f"{path} lies elsewhere, and nothing is fetched.", place
            )
        if path.startswith("/"):
            raise KustomizeError(f"{path} is an absolute path; write it as seen from this folder.", place)
        if not path:
            raise KustomizeError("The entry is empty.", place)
        try:
            where = joined(kustomization.folder, path)
            folder = self.files.folder(where)
            if folder is not None:
                return folder
            self.files.read(where)
        except FileError as error:
            if _may_be_remote(path) and str(error) == "does not exist":
                raise UnsupportedError(
                    "remote resource", f"{path} lies elsewhere, and nothing is fetched.", place
                ) from None
            raise KustomizeError(f"{path} {error}.", place) from None
        return None


def _is_url(path: str) -> bool:
    return _URL.match(path) is not None


def _may_be_remote(path: str) -> bool:
    """Tell whether a path that leads nowhere is meant as a repository: a host, or something about a revision."""
    return (
        re.match(r"(?:www\.)?github\.com[/:]|[\w.-]+@[\w.-]+:|(?:[\w-]+\.)+[a-z]{2,}[/:]", path) is not None
        or "?ref=" in path
        or ".git" in path
    )
