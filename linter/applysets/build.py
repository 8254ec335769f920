"""The apply sets of a run: the kustomizations that are applied, built, and what is wrong with those that cannot be."""

from __future__ import annotations

import os
import posixpath
from functools import cached_property

from linter.applysets.documents import BuiltDocument, Recorded, Sources
from linter.applysets.files import FileError, FolderFiles, joined
from linter.applysets.kustomize import Builder, KustomizeError, UnsupportedError
from linter.applysets.kustomize.roots import choose_roots, named_folders, read_uses
from linter.kube.unknown import has_mark
from linter.light_typing import NamedTuple
from linter.loading.discovery import Skipped
from linter.loading.place import Range
from linter.loading.resource import Resource
from linter.loading.source import Source
from linter.loading.templates import KUSTOMIZATIONS
from linter.loading.yaml.reader import resource_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any, TypeVar

    from linter.applysets.kustomize.build import Build, BuiltObject
    from linter.applysets.kustomize.roots import Uses
    from linter.applysets.revision import RevisionFiles
    from linter.loading.document import Document, Location
    from linter.loading.kustomizations import Group
    from linter.loading.limits import Limits
    from linter.loading.source import Unreadable
    from linter.loading.variables import Variables

    T = TypeVar("T")


class ApplySet(NamedTuple):
    """What is applied together: what a kustomization builds."""

    name: str
    """The folder of the kustomization, as the user would write it."""
    resources: tuple[Resource, ...]
    """Its objects. Sets share those that are the same in them."""
    is_whole: bool
    """Whether nothing is left out that is not built here."""


class Fault(NamedTuple):
    """What a kustomization cannot be built for."""

    location: Location
    message: str
    sets: tuple[str, ...]
    """The folders of the kustomizations that are not built because of it."""


class ApplySets(NamedTuple):
    """The apply sets of a run."""

    sets: tuple[ApplySet, ...]
    faults: tuple[Fault, ...]
    skipped: tuple[Skipped, ...]
    """Kustomizations that are not built, or not whole, and why."""
    sources: tuple[Source, ...]
    """The files that were read for them."""
    read: frozenset[str]
    """The same, as real paths."""
    unused: Unused

    def left(
        self, found: Iterable[Source | Unreadable | Skipped], *, only_manifests: bool
    ) -> Iterator[Source | Unreadable | Skipped]:
        """Yield what no kustomization uses, and skip what lies among the files of one and is not applied.

        Args:
            found: All that was found.
            only_manifests: Leave out named files of that sort, too.
        """
        for real, each in _real_paths(found):
            if real in self.read:
                continue
            if isinstance(each, Source) and each.path is not None:
                reason = self.unused.reason(real, is_left_out=only_manifests or not each.explicit)
                yield Skipped(each.name, reason, explicit=each.explicit) if reason else each
            else:
                yield each
        yield from self.skipped


class Unused(NamedTuple):
    """Files that lie among those of kustomizations, and of which nothing is built."""

    texts: dict[str, str]
    """The text of each kustomization, by the real path of its folder."""
    referenced: frozenset[str]
    """The files that kustomizations name, as real paths."""

    def reason(self, path: str, *, is_left_out: bool) -> str | None:
        """Tell why a file is not judged by itself; None where it is.

        Args:
            path: The real path of a file of which nothing is built.
            is_left_out: Whether a file that nobody names is left out.
        """
        if path in self.referenced:
            return "used by a kustomization that is not applied"
        folder = above = os.path.dirname(path)  # noqa: PTH120  text, as realpath's
        while is_left_out:
            text = self.texts.get(above)
            if text is not None:
                inside = os.path.relpath(path, above).replace(os.sep, "/")
                # Below, other things may lie: but not in a folder of patches, nor what the kustomization names in a comment.
                if above == folder or inside in text or inside.startswith("patch"):
                    return "not listed in the kustomization of its folder"
                return None
            if above == os.path.dirname(above):  # noqa: PTH120  as above
                break
            above = os.path.dirname(above)  # noqa: PTH120  as above
        return None


def build_sets(
    groups: Sequence[Group],
    found: Sequence[Source | Unreadable | Skipped],
    limits: Limits,
    at: RevisionFiles | None = None,
    variables: Variables | None = None,
    opened: Mapping[str, str] | None = None,
    share: slice = slice(None),
) -> ApplySets:
    """Build the kustomizations that are applied.

    Args:
        groups: Where they lie, by repository.
        found: The files of the run, which may name some of them.
        limits: Bounds on each file, and on each build.
        at: The files of the git revision that they are of; None: they are on disk.
        variables: What is filled in after the build.
        opened: Texts that count instead of what is on disk, by real path.
        share: Which of them are built, of those of each repository.
    """
    named = {folder for each in found if isinstance(each, Source) for folder in named_folders(each)}
    files = dict(_real_paths(found))
    parts = [
        _Repository(group, files, limits, at, variables, opened or {}).build(named, share) for group in groups
    ]
    return joined_sets(parts)


def joined_sets(parts: Sequence[ApplySets]) -> ApplySets:
    """Return the apply sets of several parts of a run as those of one."""
    return ApplySets(
        tuple(each for part in parts for each in part.sets),
        tuple(each for part in parts for each in part.faults),
        tuple(each for part in parts for each in part.skipped),
        tuple(each for part in parts for each in part.sources),
        frozenset().union(*(part.read for part in parts)),
        Unused(
            {folder: text for part in parts for folder, text in part.unused.texts.items()},
            frozenset().union(*(part.unused.referenced for part in parts)),
        ),
    )


def _inside(by_path: Mapping[str, T], top: str) -> dict[str, T]:
    """Return what lies below a folder, by the path from there."""
    return {
        path.removeprefix(top).replace(os.sep, "/"): each
        for path, each in by_path.items()
        if path.startswith(top)
    }


class _Repository:
    """Builds the kustomizations of one repository."""

    def __init__(
        self,
        group: Group,
        found: Mapping[str, Source | Unreadable | Skipped],
        limits: Limits,
        at: RevisionFiles | None,
        variables: Variables | None,
        opened: Mapping[str, str],
    ) -> None:
        self.group = group
        self.variables = variables
        self.limits = limits
        top = f"{group.root}{os.sep}".replace(f"{os.sep}{os.sep}", os.sep)
        inside = _inside(found, top)
        texts = {
            path: each for path, each in inside.items() if isinstance(each, Source) and not each.problems
        }
        files = FolderFiles(group.root, file_bytes=limits.file_bytes) if at is None else at
        known = {path: each.text for path, each in texts.items()} | _inside(opened, top)
        self.files = Recorded(files, {path: text.encode() for path, text in known.items()})
        names = {path: each.name if at is None else at.name_now(each.name) for path, each in inside.items()}
        names |= {
            posixpath.dirname(path) or ".": posixpath.dirname(name) or "." for path, name in names.items()
        }
        self.sources = Sources(
            self.files, os.path.relpath(group.root), names, texts if at is None else {}, limits
        )
        self.faults: dict[tuple[str, Range, str], Fault] = {}
        self.skipped: list[Skipped] = []
        self.resources: dict[tuple[int, tuple[tuple[str, str], ...]], Resource] = {}
        self.builders: dict[bool, Builder] = {}

    def build(self, named: Iterable[str], share: slice) -> ApplySets:
        """Build those that are applied."""
        uses = read_uses(self.files, self.group.folders | self.group.others)
        for partial in (False, True):
            self.builders[partial] = Builder(
                self.files, self.limits, partial=partial, known=uses.kustomizations
            )
        builds = [
            build for folder in self._roots(uses, named)[share] if (build := self._built(folder)) is not None
        ]
        sets = [self._set(build) for build in builds]
        kustomizations = uses.documents.items()
        return ApplySets(
            tuple(sets),
            tuple(self.faults.values()),
            tuple(self.skipped),
            tuple(self.sources.all()),
            frozenset(map(self._real, self.files.contents)),
            Unused(
                {self._real(folder): each.source.text for folder, each in kustomizations},
                frozenset(
                    self._real(path) for folder, each in kustomizations for path in references(folder, each)
                ),
            ),
        )

    def _real(self, path: str) -> str:
        return _without_link(os.path.normpath(os.path.join(self.group.root, path)))  # noqa: PTH118  text, as realpath's

    def _roots(self, uses: Uses, named: Iterable[str]) -> list[str]:
        """Return the folders whose kustomizations are applied: of those that were found, and of those that use a named file."""
        named = frozenset(named)
        roots = set(choose_roots(uses.only(self.group.folders), named).folders)
        if self.group.named:
            using = {
                folder
                for folder, document in uses.documents.items()
                if not references(folder, document).isdisjoint(self.group.named)
            }
            reached = uses.above(using)
            roots |= {folder for folder in choose_roots(uses, named).folders if folder in reached}
        return sorted(roots)

    def _built(self, folder: str) -> Build | None:
        try:
            return self.builders[False].build(folder)
        except UnsupportedError as error:
            return self._built_in_part(folder, error)
        except KustomizeError as error:
            self._fault(folder, error)
            return None

    def _built_in_part(self, folder: str, error: UnsupportedError) -> Build | None:
        """Build what can be built of a kustomization, if anything."""
        kustomization = self._file(folder)
        reason = f"not built whole: {error.message}"
        self.skipped.append(Skipped(kustomization, reason))
        try:
            return self.builders[True].build(folder)
        except KustomizeError:
            return None

    def _set(self, build: Build) -> ApplySet:
        name = self.sources.shown(build.folder)
        variables = () if self.variables is None else self.variables.of(self._real(build.folder))
        return ApplySet(
            name, tuple(self._resource(built, variables) for built in build.objects), not build.left_out
        )

    def _resource(self, built: BuiltObject, variables: tuple[tuple[str, str], ...]) -> Resource:
        # The builder keeps what it has built, so that no other object takes the place of one in memory.
        key = id(built), variables
        if key not in self.resources:
            document = BuiltDocument(built, self.sources)
            self.resources[key] = (
                resource_of(built.value, document, variables=dict(variables))
                if self.has_marks
                else Resource(built.value, document)
            )
        return self.resources[key]

    @cached_property
    def has_marks(self) -> bool:
        """Whether a file holds something that is filled in later. Asked when all is built, so that all files were read."""
        return any(has_mark(data.decode("utf-8", "replace")) for data in self.files.contents.values())

    def _file(self, folder: str) -> str:
        """Return the path of a kustomization file as the user would write it."""
        for name in KUSTOMIZATIONS:
            path = joined(folder, name)
            if path in self.files.contents:
                return self.sources.shown(path)
        return self.sources.shown(folder)

    def _fault(self, folder: str, error: KustomizeError) -> None:
        from linter.loading.document import Location

        origin = error.origin
        if origin is None:
            location = Location(self.sources.of(folder), Range(1, 1, 1, 1))
        else:
            location = Location(self.sources.of(origin.file), origin.range)
        key = location.source.name, location.range, error.message
        known = self.faults.get(key, Fault(location, error.message, ()))
        self.faults[key] = known._replace(sets=(*known.sets, self.sources.shown(folder)))


def _real_paths(
    found: Iterable[Source | Unreadable | Skipped],
) -> Iterator[tuple[str, Source | Unreadable | Skipped]]:
    """Yield what was found behind its real path."""
    folders: dict[str, str] = {}
    for each in found:
        folder, name = posixpath.split(each.name)
        if folder not in folders:
            folders[folder] = os.path.realpath(folder or ".")
        yield _without_link(f"{folders[folder]}{os.sep}{name}"), each


def _without_link(path: str) -> str:
    """Return the real path of a file whose folder has one."""
    return os.path.realpath(path) if os.path.islink(path) else path  # noqa: PTH114  a third of the time


def references(folder: str, kustomization: Document) -> set[str]:
    """Return all paths that a kustomization may name, relative to the root of the repository: every text in it that may be one."""
    found = {kustomization.source.name}
    waiting: list[Any] = [kustomization.value]
    for value in waiting:  # grows meanwhile
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str) and "\n" not in value:
            # Generators take NAME=PATH, too.
            for text in {value, value.partition("=")[2]} - {""}:
                try:
                    found.add(joined(folder, text))
                except FileError:
                    continue
    return found
