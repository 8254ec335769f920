"""A kustomization file: found, read, checked, and its old spellings turned into those of today."""

from __future__ import annotations

from linter.applysets.files import FileError
from linter.applysets.kustomize.decode import KUSTOMIZATION, decode
from linter.applysets.kustomize.errors import KustomizeError, UnsupportedError
from linter.applysets.kustomize.places import FieldPlace, FilePlace
from linter.light_typing import NamedTuple
from linter.loading.place import Range

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from linter.applysets.files import Files
    from linter.loading.document import Document

FILE_NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_TAKEN = {
    "duplicate-key",
    "merge-overwrites-key",
    "key-not-text",
    "empty-file",
    "empty-document",
    "ignored-document",
}
"""What podplan's reader says of a text that kustomize takes nevertheless, or refuses in its own words."""
_VERSIONS = {
    "Kustomization": "kustomize.config.k8s.io/v1beta1",
    "Component": "kustomize.config.k8s.io/v1alpha1",
}


class Entry(NamedTuple):
    """An entry of a list of a kustomization, and its place."""

    value: Any
    place: FieldPlace


class Kustomization:
    """A kustomization file.

    Attributes:
        folder: Where it lies.
        file: Its path.
        fields: What it says, keys as kustomize spells them.
        document: Its text.
    """

    def __init__(self, folder: str, file: str, fields: dict[str, Any], document: Document) -> None:
        self.folder = folder
        self.file = file
        self.fields = fields
        self.document = document

    @property
    def is_component(self) -> bool:
        """Whether it is a Component, which works on what uses it."""
        return bool(self.fields.get("kind") == "Component")

    def text(self, name: str) -> str:
        """Return a field that is a text; "" where it is absent."""
        return str(self.fields.get(name, ""))

    def place(self, *path: str | int) -> FieldPlace:
        """Return the place of a field, given by its path."""
        actual: list[str | int] = []
        value: Any = self.document.value
        for step in path:
            if isinstance(step, str) and isinstance(value, dict) and step not in value:
                step = next((key for key in value if key.lower() == step.lower()), step)  # noqa: PLW2901  its spelling here
            actual.append(step)
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                value = None
        return FieldPlace(self.document, tuple(actual))

    def entries(self, *names: str) -> list[Entry]:
        """Return the entries of lists, one list behind the other."""
        return [
            Entry(value, self.place(name, number))
            for name in names
            for number, value in enumerate(self.fields.get(name, ()))
        ]


def find_kustomization(files: Files, folder: str) -> str | None:
    """Return the path of the kustomization file of a folder; None where there is none.

    Raises:
        KustomizeError: There are several, or it cannot be read.
    """
    from linter.applysets.files import MissingFileError, joined

    found = []
    for name in FILE_NAMES:
        path = joined(folder, name)
        try:
            files.read(path)
        except MissingFileError:
            continue
        except FileError as error:
            raise KustomizeError(f"{path} {error}.", FilePlace(path, Range(1, 1, 1, 1))) from None
        found.append(path)
    if len(found) > 1:
        raise KustomizeError(
            f"{' and '.join(found)} lie in one folder, and kustomize takes neither; keep one.",
            FilePlace(found[0], Range(1, 1, 1, 1)),
        )
    return found[0] if found else None


def read_kustomization(files: Files, folder: str) -> Kustomization | None:
    """Read the kustomization of a folder; None where there is none.

    Raises:
        KustomizeError: It cannot be read, holds what it may not, or there are several.
    """
    document = find_document(files, folder)
    return None if document is None else kustomization_of(folder, document)


def kustomization_of(folder: str, document: Document) -> Kustomization:
    """Make a kustomization of its document.

    Raises:
        KustomizeError: It holds what it may not.
    """
    file = document.source.name
    value = document.value
    place = FieldPlace(document, ())
    if value is None:
        raise KustomizeError("The kustomization is empty: kustomize refuses to build it.", place)
    _refuse_old_patches(value, place)
    fields = decode(value, KUSTOMIZATION, place)
    kustomization = Kustomization(folder, file, fields, document)
    _check(kustomization)
    return kustomization


def find_document(files: Files, folder: str) -> Document | None:
    """Return the kustomization of a folder as a document, whatever it holds; None where there is none.

    Raises:
        KustomizeError: There are several, or it cannot be read.
    """
    file = find_kustomization(files, folder)
    return None if file is None else read_document(files, file, file)


def _refuse_old_patches(value: Any, place: FieldPlace) -> None:
    """Refuse `patches` as a list of files.

    Raises:
        UnsupportedError: It is one.
    """
    patches = value.get("patches") if isinstance(value, dict) else None
    if isinstance(patches, list) and any(isinstance(patch, str) for patch in patches):
        raise UnsupportedError(
            "patches",
            "`patches` lists files, as early versions of kustomize took it; write `- path: FILE` for each.",
            place.below("patches"),
        )


def _check(kustomization: Kustomization) -> None:
    fields = kustomization.fields
    kind = fields.get("kind") or "Kustomization"
    if kind not in _VERSIONS:
        raise KustomizeError(
            f"The kind of a kustomization is Kustomization or Component, not `{kind}`.",
            kustomization.place("kind"),
        )
    version = fields.get("apiVersion") or _VERSIONS[kind]
    if version != _VERSIONS[kind]:
        raise KustomizeError(
            f"The apiVersion of a {kind} is {_VERSIONS[kind]}, not `{version}`.",
            kustomization.place("apiVersion"),
        )
    if not any(
        value or isinstance(value, (list, dict))
        for name, value in fields.items()
        if name not in {"kind", "apiVersion"}
    ):
        raise KustomizeError(
            "The kustomization holds nothing to build: kustomize refuses it. Name its resources.",
            kustomization.place(),
        )


def read_document(files: Files, path: str, name: str) -> Document:
    """Read the first document of a file of kustomize's own.

    Raises:
        KustomizeError: It cannot be read.
    """
    from linter.loading.source import decode as decode_source
    from linter.loading.yaml.reader import read_documents

    try:
        data = files.read(path)
    except FileError as error:
        raise KustomizeError(f"{name} {error}.") from None
    source = decode_source(data, path)
    document = read_documents(source)[0]
    for problem in (*source.problems, *document.problems):
        if problem.rule not in _TAKEN:
            raise KustomizeError(problem.message, FilePlace(path, problem.range))
    return document
