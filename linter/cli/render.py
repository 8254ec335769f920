"""What `podplan render` prints: the apply sets that paths name, one after the other."""

from __future__ import annotations

import os
from pathlib import Path

from linter.applysets.kustomize.places import Origin
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from linter.applysets.files import FolderFiles
    from linter.applysets.kustomize import KustomizeError
    from linter.loading.discovery import Skipped
    from linter.loading.document import Document
    from linter.loading.source import Source, Unreadable


class RenderedSet(NamedTuple):
    """An apply set as YAML; or why there is none."""

    text: str = ""
    problem: str = ""
    folder: str = ""
    """The folder whose kustomization has the problem, where that may lie in a file of another one."""


class _Manifest(NamedTuple):
    """An object as it is written."""

    document: Document

    @property
    def value(self) -> dict[str, Any]:
        value: dict[str, Any] = self.document.value
        return value

    def origin(self, path: Sequence[str | int]) -> Origin:
        return Origin(self.document.source.name, self.document.positions.value(tuple(path)))


def write_sets(paths: Sequence[str], *, source: bool) -> int:
    """Write the apply sets to standard output, and what cannot be built or read to standard error.

    Returns:
        The exit status.
    """
    import sys
    from io import TextIOWrapper

    from linter.cli.reports import write_out
    from linter.cli.status import OK, UNREADABLE
    from linter.cli.streams import complain

    if isinstance(sys.stdout, TextIOWrapper) and not sys.stdout.isatty():
        # Programs read YAML as UTF-8, whatever the terminal speaks.
        sys.stdout.reconfigure(encoding="utf-8")
    problems: dict[str, list[str]] = {}
    separator = ""
    for rendered in render_paths(paths, source=source):
        if rendered.problem:
            problems.setdefault(rendered.problem, []).append(rendered.folder)
        if rendered.text:
            write_out((separator if not rendered.text.startswith("---") else "") + rendered.text)
            separator = "---\n"
    for problem, folders in problems.items():
        where = ", ".join(folder for folder in folders if folder)
        complain(f"{problem} Not built: {where}." if where else problem)
    return UNREADABLE if problems else OK


def render_paths(paths: Sequence[str], *, source: bool = False) -> Iterator[RenderedSet]:
    """Yield the apply sets that paths name, in their order.

    Args:
        paths: Folders with kustomizations or manifests, files, glob patterns; `-` is standard input.
        source: Whether a comment behind each value says which file and line wrote it.
    """
    from linter.loading.discovery import read_all

    for path in dict.fromkeys(_expand(paths)):
        folder = _folder(path)
        kustomizations = _kustomizations(Path(folder)) if folder is not None else None
        if kustomizations is not None:
            yield from _built(kustomizations, source=source)
        else:
            yield from _manifests(read_all([path]), is_folder=folder is not None, source=source)


def _expand(paths: Iterable[str]) -> Iterator[str]:
    import glob

    for path in paths:
        if os.path.lexists(path) or not any(sign in path for sign in "*?["):
            yield path
        else:
            yield from sorted(glob.glob(path, recursive=True)) or [path]  # noqa: PTH207  patterns may be absolute


def _folder(path: str) -> str | None:
    """Return the folder that a path names, by itself or by its kustomization file; None for other files."""
    from linter.applysets.kustomize.kustomization import FILE_NAMES

    # Unlike those of Path, these take a path that the system refuses for one that does not exist.
    if os.path.isdir(path):  # noqa: PTH112  as above
        return path
    folder, name = os.path.split(path)
    return folder or "." if name in FILE_NAMES and os.path.isfile(path) else None  # noqa: PTH113  as above


# --- kustomizations ------------------------------------------------------------------------------------------------


class _Kustomizations(NamedTuple):
    """Kustomizations that are to be built."""

    root: Path
    """The folder outside of which nothing is read."""
    files: FolderFiles
    folders: tuple[str, ...]
    """Where they lie, as seen from the root."""
    is_named: bool
    """Whether the user named the one that there is."""


def _kustomizations(folder: Path) -> _Kustomizations | None:
    """Find the kustomization of a folder; where it has none, those below it that no other one uses; None where there are none."""
    from linter.applysets.files import FolderFiles
    from linter.applysets.kustomize.kustomization import FILE_NAMES
    from linter.applysets.kustomize.roots import find_roots
    from linter.loading.repository import reading_root

    root = Path(reading_root(folder))
    inside = folder.resolve().relative_to(root).as_posix()
    files = FolderFiles(root, listed=inside)
    if any(os.path.isfile(folder / name) for name in FILE_NAMES):  # noqa: PTH113  as in _folder
        return _Kustomizations(root, files, (inside,), is_named=True)
    roots = find_roots(files)
    folders = roots.folders or roots.used  # which are components, where there are no others
    return _Kustomizations(root, files, folders, is_named=False) if folders else None


def _built(kustomizations: _Kustomizations, *, source: bool) -> Iterator[RenderedSet]:
    """Yield what each kustomization builds."""
    from functools import cache

    from linter.applysets.kustomize import Builder, KustomizeError
    from linter.applysets.render import escaped, render

    root = kustomizations.root
    builder = Builder(kustomizations.files)
    shown = cache(lambda path: _shown(root, path))
    for folder in kustomizations.folders:
        try:
            text = render(builder.build(folder).objects, source=source, name=shown)
        except KustomizeError as error:
            yield RenderedSet(problem=_problem(error, root, folder), folder=shown(folder))
            continue
        head = "" if kustomizations.is_named else f"# {escaped(shown(folder))}\n"
        yield RenderedSet(head + text if text else "")


def _problem(error: KustomizeError, root: Path, folder: str) -> str:
    origin = error.origin
    if origin is None:
        return f"{_shown(root, folder)}: {error.message}"
    return f"{_shown(root, origin.file)}:{origin.range.line}:{origin.range.column}: {error.message}"


def _shown(root: Path, path: str) -> str:
    """Return a path of the repository as seen from the current folder."""
    from linter.loading.discovery import display_name

    return display_name(Path(os.path.relpath(root / path)))


# --- manifests -----------------------------------------------------------------------------------------------------


def _manifests(
    found: Iterable[Source | Unreadable | Skipped], *, is_folder: bool, source: bool
) -> Iterator[RenderedSet]:
    """Yield each file with manifests, as it is. What is no manifest is left out of a folder, and refused where it is named."""
    from linter.loading.discovery import Skipped
    from linter.loading.recognition import may_be_kubernetes
    from linter.loading.source import Unreadable
    from linter.loading.yaml.reader import read_documents

    for each in found:
        if isinstance(each, Unreadable):
            yield RenderedSet(problem=f"{each.name}: {each.message}")
            continue
        if isinstance(each, Skipped):
            if not is_folder:
                yield RenderedSet(problem=f"{each.name}: {each.reason}")
            continue
        documents = [
            document for document in read_documents(each) if each.explicit or may_be_kubernetes(document)
        ]
        problems = list(_faults(documents))
        yield from (RenderedSet(problem=f"{each.name}:{problem}") for problem in problems)
        if documents and not problems:
            yield RenderedSet(_written(each, documents, source=source))


def _faults(documents: Iterable[Document]) -> Iterator[str]:
    """Yield what kubectl would refuse to read, with line and column."""
    for document in documents:
        problems = [problem for problem in document.problems if problem.reason is not None]
        for problem in problems:
            yield f"{problem.range.line}:{problem.range.column}: {problem.message}"
        if not problems and document.value is not None and not isinstance(document.value, dict):
            yield f"{document.first_line}:1: The document is not an object; a manifest has apiVersion, kind and metadata."


def _written(source_file: Source, documents: Iterable[Document], *, source: bool) -> str:
    """Return the text of a file; or its values printed anew, where comments are asked for or the text does not do."""
    from linter.applysets.render import render
    from linter.output.terminal import sanitize_lines

    text = source_file.text.replace("\r\n", "\n")
    # JSON objects one behind the other are not YAML, and other texts might steer the terminal.
    if source or text.lstrip().startswith("{") or sanitize_lines(text) != text:
        manifests = [_Manifest(document) for document in documents if document.value is not None]
        return render(manifests, source=source)
    return text if text.endswith("\n") else text + "\n"
