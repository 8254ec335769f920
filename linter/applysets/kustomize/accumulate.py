"""From a kustomization to its resources: what it names is read, generated and built, then changed as it says."""

from __future__ import annotations

import posixpath
from functools import partial

from linter.applysets.kustomize.accumulated import Accumulated
from linter.applysets.kustomize.config import EMPTY, Config, config_of, config_of_crds, default_config
from linter.applysets.kustomize.decode import CONFIGURATION, decode
from linter.applysets.kustomize.errors import KustomizeError, NoTargetError, UnsupportedError
from linter.applysets.kustomize.places import FieldPlace
from linter.applysets.kustomize.reader import Reader
from linter.applysets.kustomize.variables import Variable, mark, variable_of
from linter.light_typing import NamedTuple
from linter.loading.limits import DEFAULT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Mapping as AnyMapping

    from linter.applysets.files import Files
    from linter.applysets.kustomize.kustomization import Entry, Kustomization
    from linter.applysets.kustomize.places import Place
    from linter.applysets.kustomize.resource import Resource
    from linter.applysets.kustomize.schema import Schema
    from linter.applysets.kustomize.steps import Step
    from linter.loading.limits import Limits

_DEEPEST = 50
"""How many kustomizations may use one another in a row."""


class _TrailError(KustomizeError):
    """An error that depends on how a build came here: the next one may come another way."""


class Trail(NamedTuple):
    """How a build came to a kustomization: the folders on the way, and where the first one lies as seen from the root."""

    folders: tuple[str, ...]
    origin: str | None
    """The path from the root of the build, where `buildMetadata` asks for it; else None."""


class Accumulator:
    """Builds kustomizations of one repository. What was built once is kept for the next that uses it.

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
        self.reader = Reader(files, limits, known)
        self.limits = limits
        self.partial = partial
        self._built: dict[tuple[str, int, str | None], Accumulated | KustomizeError] = {}
        self._uses: dict[str, set[str]] = {}
        """The folders that each kustomization uses, by itself or through others, as far as they were built."""
        self._configs: dict[tuple[int, int], tuple[Config, Config, Config]] = {}

    def merged(self, one: Config, other: Config) -> Config:
        """Return two configurations as one; most are the same two again."""
        if other is one or other is EMPTY:
            return one
        key = (id(one), id(other))
        if key not in self._configs:
            self._configs[key] = (one, other, one.merged(other))
        return self._configs[key][2]

    def build_folder(self, folder: str, schema: Schema, trail: Trail) -> Accumulated:
        """Return what the kustomization of a folder comes to, for the caller to change.

        Raises:
            KustomizeError: It cannot be built.
        """
        key = (folder, id(schema), trail.origin)
        if key not in self._built:
            kustomization = self.reader.kustomization(folder)
            assert kustomization is not None  # noqa: S101  the caller has looked
            try:
                self._built[key] = self.accumulate(kustomization, Accumulated(self.limits), schema, trail)
            except _TrailError:
                raise
            except KustomizeError as error:
                self._built[key] = error
        found = self._built[key]
        if isinstance(found, KustomizeError):
            raise found
        return found.copy()

    def accumulate(
        self, kustomization: Kustomization, result: Accumulated, schema: Schema, trail: Trail
    ) -> Accumulated:
        """Add what a kustomization names to what is there, and change it all as it says.

        Raises:
            KustomizeError: It cannot be built.
        """
        self.without(result, lambda: _refuse(kustomization))
        trail = trail._replace(folders=(*trail.folders, kustomization.folder))
        if len(trail.folders) > _DEEPEST:
            raise _TrailError(
                f"More than {_DEEPEST} kustomizations use one another in a row.", kustomization.place()
            )
        for entry in kustomization.entries("resources", "bases"):
            self.without(result, partial(self.add_resource, result, kustomization, entry, schema, trail))
        self.configure(result, kustomization)
        for step in self.known(result, _generators(self, kustomization, schema, trail)):
            self.without(result, partial(_generate, step, result, trail))
        for entry in kustomization.entries("components"):
            self.without(result, partial(self.add_component, result, kustomization, entry, schema, trail))
        for step in self.known(result, _transformers(self, kustomization, result.config, schema, trail)):
            self.without(result, partial(_transform, step, result, trail))
        result.changed()
        for step in _validators(self, kustomization, schema, trail):
            step.located(partial(_validate, step.run), result.resources)
        self.add_variables(result, kustomization)
        return result

    def without(self, result: Accumulated, build: Callable[[], None]) -> None:
        """Do a part of a build. Of a partial one, leave out what is not supported, and what fails where something is left out.

        Raises:
            KustomizeError: It fails.
        """
        try:
            build()
        except UnsupportedError as error:
            if not self.partial:
                raise
            result.left_out.append(error)
        except KustomizeError:
            # A patch of what was left out finds no target.
            if not result.left_out:
                raise

    def known(self, result: Accumulated, steps: Iterator[Step]) -> Iterator[Step]:
        """Yield the generators or transformers; of a partial build those before the first that is not supported."""
        try:
            yield from steps
        except UnsupportedError as error:
            if not self.partial:
                raise
            result.left_out.append(error)

    def add_resource(
        self, result: Accumulated, kustomization: Kustomization, entry: Entry, schema: Schema, trail: Trail
    ) -> None:
        """Add the resources of a file, or of another kustomization."""
        path, place = entry
        try:
            if (folder := self.reader.folder_of(kustomization, path, place)) is None:
                resources = self.reader.file_resources(kustomization.folder, path, place)
                if trail.origin is not None:
                    from linter.applysets.kustomize.build_metadata import Made, set_origin

                    for resource in resources:
                        set_origin(resource, Made(posixpath.normpath(posixpath.join(trail.origin, path))))
                result.append(resources)
                return
            base = self.used(folder, trail, place)
            _refuse_component(base, path, place)
            below = self.build_folder(folder, self.schema_for(base, schema, trail), _below(trail, path))
            self._uses[kustomization.folder] |= self._uses.get(folder, set())
            result.left_out += below.left_out
            result.append(below.resources)
        except KustomizeError as error:
            raise error.located(place) from None
        result.config = self.merged(result.config, below.config)
        for variable in below.variables.values():
            _add_variable(result, variable)

    def add_component(
        self, result: Accumulated, kustomization: Kustomization, entry: Entry, schema: Schema, trail: Trail
    ) -> None:
        """Let a component work on all that is there."""
        path, place = entry
        folder = self.reader.folder_of(kustomization, path, place)
        if folder is None:
            raise KustomizeError(f"{path} is not a folder; a component is one with a kustomization.", place)
        component = self.used(folder, trail, place)
        if not component.is_component:
            raise KustomizeError(
                f"{path} is a Kustomization, not a Component; it belongs under `resources`.", place
            )
        try:
            self.accumulate(component, result, self.schema_for(component, schema, trail), _below(trail, path))
        except KustomizeError as error:
            raise error.located(place) from None
        self._uses[kustomization.folder] |= self._uses.get(folder, set())

    def used(self, folder: str, trail: Trail, place: Place) -> Kustomization:
        """Return the kustomization of a folder that another one uses.

        Raises:
            KustomizeError: There is none, it is broken, or it is on the way here already.
        """
        for each in (folder, *sorted(self._uses.get(folder, ()))):
            for visited in trail.folders:
                if each in {visited, "."} or visited.startswith(f"{each}/"):
                    raise _TrailError(
                        f"{each} is, or contains, {visited}, which is being built: kustomizations cannot use themselves.",
                        place,
                    )
        uses = self._uses.setdefault(trail.folders[-1], set())
        uses |= {folder, *self._uses.get(folder, ())}
        try:
            found = self.reader.kustomization(folder)
        except KustomizeError as error:
            raise error.located(place) from None
        if found is None:
            raise KustomizeError(f"There is no kustomization.yaml in {folder}.", place)
        return found

    def schema_for(self, kustomization: Kustomization, schema: Schema, trail: Trail) -> Schema:
        """Return the schema for what a kustomization uses: that of the root.

        Raises:
            UnsupportedError: It brings one, and the root does not.
        """
        openapi = kustomization.fields.get("openapi") or {}
        root = self.reader.kustomization(trail.folders[0])
        if openapi and root is not None and not root.fields.get("openapi"):
            raise UnsupportedError(
                "openapi",
                "`openapi` is taken from the kustomization that is built, not from one that it uses: name it there, too.",
                kustomization.place("openapi"),
            )
        return schema

    def configure(self, result: Accumulated, kustomization: Kustomization) -> None:
        """Add what a kustomization says of the fields that transformers write."""
        config = default_config()
        for path, place in kustomization.entries("configurations"):
            document = self.reader.document(kustomization.folder, path, place)
            try:
                decoded = decode(document.value, CONFIGURATION, FieldPlace(document, ()))
                config = self.merged(config, config_of(decoded))
            except KustomizeError as error:
                raise error.located(place) from None
        result.config = self.merged(result.config, config)
        for path, place in kustomization.entries("crds"):
            document = self.reader.document(kustomization.folder, path, place)
            value = document.value
            if not isinstance(value, dict):
                raise KustomizeError(f"{path} does not hold OpenAPI definitions.", place)
            try:
                result.config = result.config.merged(config_of_crds(value))
            except KustomizeError as error:
                raise error.located(place) from None

    def add_variables(self, result: Accumulated, kustomization: Kustomization) -> None:
        """Add the vars of a kustomization."""
        variables = [variable_of(decoded, place) for decoded, place in kustomization.entries("vars")]
        mark(result.resources, variables)
        for variable in variables:
            _add_variable(result, variable)


def _generate(step: Step, result: Accumulated, trail: Trail) -> None:
    """Add what a generator makes."""
    for resource in step.located(step.run, result.resources):
        if trail.origin is not None and step.origin:
            from linter.applysets.kustomize.build_metadata import add_origin

            add_origin(resource, step.origin)
        step.located(result.absorb, resource)


def _transform(step: Step, result: Accumulated, trail: Trail) -> None:
    """Change all resources by a transformer.

    Raises:
        UnsupportedError: It patches what another patch has deleted. kustomize refuses that, but not what is meant by it.
    """
    before = [(resource, resource.node) for resource in result.resources]
    try:
        after = step.located(step.run, result.resources)
    except NoTargetError as error:
        if error.wanted not in result.deleted:
            raise
        raise UnsupportedError(
            "$patch: delete", f"{error.message} Another patch deletes it.", error.place
        ) from None
    result.resources = [resource for resource in after if resource.node.entries]
    for resource, node in before:
        if not resource.node.entries:
            deleted = resource.copy()
            deleted.node = node
            result.deleted.update(each.key for each in deleted.all_ids)
    if trail.origin is not None and step.origin:
        from linter.applysets.kustomize.build_metadata import add_transformation

        for resource in result.resources:
            add_transformation(resource, step.origin)


def _generators(
    accumulator: Accumulator, kustomization: Kustomization, schema: Schema, trail: Trail
) -> Iterator[Step]:
    """Yield the generators: those of the kustomization's own fields, then those that are files."""
    from linter.applysets.kustomize.steps import generators_of

    yield from generators_of(accumulator.reader, kustomization, trail)
    if kustomization.fields.get("generators"):
        from linter.applysets.kustomize.plugins import generator_steps

        yield from generator_steps(accumulator, kustomization, schema, trail)


def _transformers(
    accumulator: Accumulator, kustomization: Kustomization, config: Config, schema: Schema, trail: Trail
) -> Iterator[Step]:
    """Yield the transformers: those of the kustomization's own fields, then those that are files."""
    from linter.applysets.kustomize.steps import transformers_of

    yield from transformers_of(accumulator.reader, kustomization, config, schema, trail)
    if kustomization.fields.get("transformers"):
        from linter.applysets.kustomize.plugins import transformer_steps

        yield from transformer_steps(accumulator, kustomization, "transformers", schema, trail)


def _validators(
    accumulator: Accumulator, kustomization: Kustomization, schema: Schema, trail: Trail
) -> Iterator[Step]:
    """Yield the validators, which are transformers that change nothing."""
    if kustomization.fields.get("validators"):
        from linter.applysets.kustomize.plugins import transformer_steps

        yield from transformer_steps(accumulator, kustomization, "validators", schema, trail)


def _validate(run: Callable[[list[Resource]], list[Resource]], resources: list[Resource]) -> None:
    """Run a validator.

    Raises:
        KustomizeError: It changes something.
    """
    from linter.applysets.kustomize.nodes import plain

    before = [plain(resource.node) for resource in resources]
    after = [plain(resource.node) for resource in run([resource.copy() for resource in resources])]
    if before != after:
        raise KustomizeError("A validator may not change the resources, and this one does.")


def _add_variable(result: Accumulated, variable: Variable) -> None:
    if variable.name in result.variables:
        raise KustomizeError(f"There are two vars {variable.name}.", variable.place)
    result.variables[variable.name] = variable


def _below(trail: Trail, path: str) -> Trail:
    if trail.origin is None:
        return trail
    return trail._replace(origin=posixpath.normpath(posixpath.join(trail.origin, path)))


def _refuse_component(kustomization: Kustomization, path: str, place: Place) -> None:
    if kustomization.is_component:
        raise KustomizeError(f"{path} is a Component; it belongs under `components`.", place)


def _refuse(kustomization: Kustomization) -> None:
    """Refuse what runs a program.

    Raises:
        UnsupportedError: A chart is to be rendered.
    """
    for name in ("helmCharts", "helmChartInflationGenerator"):
        if kustomization.fields.get(name):
            raise UnsupportedError(
                name, f"`{name}` renders charts with helm, which is not run here.", kustomization.place(name)
            )
