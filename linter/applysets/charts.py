"""Helm charts → apply sets: each rendering of a chart is one, and its objects stand in the templates that helm names."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from linter.applysets.build import ApplySet, ApplySets, Unused
from linter.light_typing import NamedTuple
from linter.loading.discovery import Skipped
from linter.loading.document import Document, Location
from linter.loading.place import Range
from linter.loading.render import Chart, RenderError, inside, render_in, unpacked
from linter.loading.resource import Resource
from linter.loading.source import Source
from linter.loading.yaml.reader import read_documents, resources_of
from linter.path import value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.applysets.revision import RevisionFiles
    from linter.loading.limits import Limits
    from linter.loading.render import Tree
    from linter.loading.source import Unreadable

_START = Range(1, 1, 1, 1)
_VALUES = re.compile(r"(?:values-.+|.+-values)\.ya?ml")
_SOURCE = re.compile(r"\s*# Source: [^/\n]+/([^\n]+)\n")
_OWN = frozenset({"Chart.yaml", "values.yaml"})
_BELOW = ("templates/", "charts/")
_NO_OBJECT = frozenset({"empty-file", "empty-document"})
"""What is said of a rendering in which conditions have left nothing: no mistake."""


class Rendered(NamedTuple):
    """What there is to judge."""

    found: list[Source | Unreadable | Skipped]
    """What was found, but for the files of charts that are judged through their renderings; and what is not judged."""
    sets: ApplySets
    """The renderings."""


class RenderedDocument(Document):
    """A rendered object: it stands in a template, and nothing says which line of that wrote a value.

    Args:
        resource: The object in the text that helm prints.
        template: The template, as a source without text.
    """

    has_lines = False

    def __init__(self, resource: Resource, template: Source) -> None:
        super().__init__(template, 0, 1, "", resource.manifest, ())
        self.written = (resource.namespace, resource.name)
        self._object = (resource.kind, *self.written)

    def locate(self, path: Sequence[str | int], *, at_key: bool = False) -> Location:
        """Return the template."""
        del path, at_key
        return Location(self.source, _START)

    def unlocated(self, path: Sequence[str | int]) -> tuple[str | int, ...]:
        """Return the object and the path, with the value where it is a scalar: values files may give it different ones."""
        value = value_at(self.value, tuple(path))
        return (*self._object, *path, *(() if isinstance(value, dict | list) else (repr(value),)))


def find_charts(found: Sequence[Source | Unreadable | Skipped]) -> list[Chart]:
    """Return the charts among what was found, by themselves and with each values file beside them: one rendering each.

    Charts in the folder `charts` of another are its dependencies, and rendered with it.
    """
    folders = [posixpath.dirname(each.name) or "." for each in found if _is_chart(each)]
    parts = [f"{'' if folder == '.' else f'{folder}/'}charts/" for folder in folders]
    names = sorted(each.name for each in found if _VALUES.fullmatch(posixpath.basename(each.name)))
    return [
        Chart(folder, values)
        for folder in folders
        if not any(f"{folder}/".startswith(part) for part in parts)
        for values in ((), *((name,) for name in names if (posixpath.dirname(name) or ".") == folder))
    ]


def render_charts(
    found: Sequence[Source | Unreadable | Skipped], limits: Limits, at: RevisionFiles | None = None
) -> Rendered:
    """Render the charts among what was found with helm, and take their files out of it.

    A chart that helm does not render is left as it is, with the reason.

    Args:
        found: What `linter.loading.discovery.read_all` yields, or `linter.loading.git.read_revision`.
        limits: Bounds on each rendering.
        at: The files of the git revision, where they are those of one; None: they are on disk.

    Raises:
        linter.loading.git.GitError: The revision's files could not be read.
    """
    charts = find_charts(found)
    with unpacked(at.revision if charts and at is not None else None) as tree:
        renderer = _Renderer(tree, limits, at)
        for chart in charts:
            renderer.add(chart)
    left = [each for each in found if not any(_is_part(each.name, folder) for folder in renderer.folders)]
    skipped = tuple(renderer.skipped)
    sources = tuple(renderer.templates.values())
    sets = ApplySets(tuple(renderer.sets), (), skipped, sources, frozenset(), Unused({}, frozenset()))
    return Rendered([*left, *skipped], sets)


class _Renderer:
    """Renders charts, one after the other.

    Args:
        tree: The files of the git revision on disk; None: the work tree.
        limits: Bounds on each rendering.
        at: The files of the git revision, which know today's names.

    Attributes:
        sets: The renderings.
        skipped: What is not judged, and why.
        templates: The templates that objects stand in, by name.
        folders: The folders of the charts that were rendered.
    """

    def __init__(self, tree: Tree | None, limits: Limits, at: RevisionFiles | None) -> None:
        self._tree = tree
        self._limits = limits
        self._at = at
        self.sets: list[ApplySet] = []
        self.skipped: list[Skipped] = []
        self.templates: dict[str, Source] = {}
        self.folders: set[str] = set()

    def add(self, chart: Chart) -> None:
        """Render a chart with its values files."""
        name = " ".join((chart.folder, *(f"({posixpath.basename(each)})" for each in chart.values)))
        try:
            rendered = render_in(self._tree, chart, limits=self._limits)
        except RenderError as error:
            file = posixpath.normpath(f"{chart.folder}/Chart.yaml")
            self.skipped.append(Skipped(file, f"{name} is not rendered: {error}"))
            return
        self.folders.add(chart.folder)
        resources: list[Resource] = []
        for document in read_documents(rendered, limits=self._limits):
            template = self._template(chart, document.text)
            self.skipped += (
                Skipped(template.name, f"as helm renders {name}: {problem.message}")
                for problem in document.problems
                if problem.rule not in _NO_OBJECT
            )
            resources += (
                Resource(each.manifest, RenderedDocument(each, template), partly_known=each.partly_known)
                for each in resources_of(document)
            )
        self.sets.append(ApplySet(name, tuple(resources), is_whole=True))

    def _template(self, chart: Chart, text: str) -> Source:
        """Return the template that helm names above an object; Chart.yaml where that is no file of the repository (a packed dependency)."""
        said = _SOURCE.match(text)
        # Helm begins with the name of the chart, which need not be that of its folder.
        inner = "Chart.yaml" if said is None else said[1]
        name = posixpath.normpath(f"{chart.folder}/{inner}")
        if ".." in inner.split("/") or not Path(inside(name, self._tree)).is_file():
            name = posixpath.normpath(f"{chart.folder}/Chart.yaml")
        if self._at is not None:
            name = self._at.name_now(name)
        if name not in self.templates:
            self.templates[name] = Source(name, "", file=name, explicit=False)
        return self.templates[name]


def _is_chart(found: Source | Unreadable | Skipped) -> bool:
    return isinstance(found, Skipped) and posixpath.basename(found.name) == "Chart.yaml"


def _is_part(name: str, folder: str) -> bool:
    """Tell whether a file is judged through what its chart renders. Files in `crds` are not: helm leaves them as they are."""
    prefix = "" if folder == "." else f"{folder}/"
    inner = name.removeprefix(prefix) if name.startswith(prefix) else ""
    return inner in _OWN or _VALUES.fullmatch(inner) is not None or inner.startswith(_BELOW)
