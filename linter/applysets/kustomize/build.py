"""Building kustomizations: the interface of the package."""

from __future__ import annotations

from linter.applysets.kustomize.accumulate import Accumulator, Trail
from linter.applysets.kustomize.errors import KustomizeError, UnsupportedError
from linter.applysets.kustomize.nodes import at, plain
from linter.applysets.kustomize.places import FilePlace
from linter.light_typing import NamedTuple
from linter.loading.limits import DEFAULT
from linter.loading.place import Range

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping as AnyMapping
    from collections.abc import Sequence
    from typing import Any

    from linter.applysets.files import Files
    from linter.applysets.kustomize.kustomization import Kustomization
    from linter.applysets.kustomize.nodes import Mapping
    from linter.applysets.kustomize.places import Origin, Place
    from linter.applysets.kustomize.resource import Resource
    from linter.applysets.kustomize.schema import Schema
    from linter.loading.limits import Limits


class BuiltObject:
    """An object as a kustomization builds it.

    Attributes:
        value: The object: dict, list, str, int, float, bool, None. Builds share what is the same in them: do not change it.
        source: The place of the object: the document that it was read from, or the entry of the generator.
        written: Namespace and name as they were before the kustomization changed them; "" where absent.
    """

    __slots__ = ("_node", "source", "value", "written")

    def __init__(self, node: Mapping, source: Place, written: tuple[str, str]) -> None:
        self._node = node
        self.source = source
        self.written = written
        self.value: dict[str, Any] = plain(node)

    def origin(self, path: Sequence[str | int] = ()) -> Origin:
        """Return what wrote the value at a path: file, line and column. Of what is not there, that of the nearest value around it."""
        return at(self._node, path)[0].place.origin()

    def key_origin(self, path: Sequence[str | int]) -> Origin:
        """Return where the key at the end of a path stands; of what is not there, that of the nearest value around it."""
        return at(self._node, path)[0].place.key_origin()


class Build(NamedTuple):
    """What a kustomization builds.

    Attributes:
        folder: Where it lies, relative to the root of the repository.
        objects: The objects, in the order in which kustomize prints them.
        left_out: What a partial build lacks, and why.
    """

    folder: str
    objects: tuple[BuiltObject, ...]
    left_out: tuple[UnsupportedError, ...] = ()


class Builder:
    """Builds the kustomizations of a repository. What several of them use is read and built once.

    Args:
        files: The files of the repository.
        limits: Bounds on each file, and on what is built.
        partial: Leave out what cannot be built here, with what needs it, instead of refusing the whole.
        known: Kustomizations that were read already, by folder.
    """

    def __init__(
        self,
        files: Files,
        limits: Limits = DEFAULT,
        *,
        partial: bool = False,
        known: AnyMapping[str, Kustomization] | None = None,
    ) -> None:
        self._accumulator = Accumulator(files, limits, partial=partial, known=known)
        self._files = files
        self._objects: dict[int, tuple[Mapping, BuiltObject]] = {}

    def build(self, folder: str) -> Build:
        """Build the kustomization of a folder.

        Args:
            folder: Relative to the root of the repository; "." is the root.

        Raises:
            KustomizeError: kustomize would refuse it; `origin` says where.
            UnsupportedError: kustomize may build it, this builder does not.
        """
        try:
            return self._build(folder)
        except RecursionError:
            raise KustomizeError("It nests too deep.", FilePlace(folder, Range(1, 1, 1, 1))) from None

    def _build(self, folder: str) -> Build:
        from linter.applysets.kustomize import build_metadata
        from linter.applysets.kustomize.name_references import fix_references
        from linter.applysets.kustomize.sorting import sort_resources
        from linter.applysets.kustomize.transformers.names import add_hashes
        from linter.applysets.kustomize.variables import resolve

        kustomization = self._accumulator.reader.kustomization(folder)
        if kustomization is None:
            raise KustomizeError(
                f"There is no kustomization.yaml in {folder}.", FilePlace(folder, Range(1, 1, 1, 1))
            )
        asked = kustomization.fields.get("buildMetadata") or []
        for number, option in enumerate(asked):
            if option not in build_metadata.OPTIONS:
                raise KustomizeError(
                    f"`{option}` is not one of {', '.join(build_metadata.OPTIONS)}.",
                    kustomization.place("buildMetadata", number),
                )
        schema = self._schema(kustomization)
        result = self._accumulator.build_folder(folder, schema, Trail((), "." if asked else None))
        resources = result.resources
        place = kustomization.place()
        try:
            add_hashes(resources)
            fix_references(resources, result.config)
            resolve(resources, result.variables.values(), result.config.var_reference)
            resources = [resource for resource in resources if not _is_local(resource)]
            resources = sort_resources(resources, kustomization)
            if asked:
                build_metadata.finish(resources, asked)
            objects = tuple(self._built(resource) for resource in resources)
            return Build(folder, objects, tuple(result.left_out))
        except KustomizeError as error:
            raise error.located(place) from None

    def _schema(self, kustomization: Kustomization) -> Schema:
        from linter.applysets.kustomize.openapi import schema_for

        return schema_for(self._accumulator.reader, kustomization)

    def _built(self, resource: Resource) -> BuiltObject:
        original = resource.node
        known = self._objects.get(id(original))
        if known is not None:
            return known[1]
        resource.normalize_texts("annotations")
        if resource.metadata is None and "metadata" not in resource.node.entries:
            resource.set_metadata("annotations", None)
        built = BuiltObject(
            resource.node, resource.source, (resource.original_id.namespace, resource.original_id.name)
        )
        self._objects[id(original)] = (original, built)
        return built


def build(folder: str, files: Files) -> Build:
    """Build one kustomization.

    Raises:
        KustomizeError: It cannot be built.
    """
    return Builder(files).build(folder)


def _is_local(resource: Resource) -> bool:
    """Tell whether an object is only for kustomize itself."""
    value = resource.texts("annotations").get("config.kubernetes.io/local-config")
    return value is not None and value != "false"
