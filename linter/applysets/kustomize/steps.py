"""The generators and transformers that are fields of a kustomization, in kustomize's order."""

from __future__ import annotations

import posixpath

from linter.applysets.kustomize.decode import REPLACEMENT, decode
from linter.applysets.kustomize.errors import KustomizeError
from linter.applysets.kustomize.fieldspecs import FieldSpec, FieldSpecs
from linter.applysets.kustomize.places import FieldPlace
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, TypeVar

    from linter.applysets.kustomize.accumulate import Trail
    from linter.applysets.kustomize.build_metadata import Made
    from linter.applysets.kustomize.config import Config
    from linter.applysets.kustomize.kustomization import Kustomization
    from linter.applysets.kustomize.places import FieldOrNode, Place
    from linter.applysets.kustomize.reader import Reader
    from linter.applysets.kustomize.resource import Resource
    from linter.applysets.kustomize.schema import Schema
    from linter.applysets.kustomize.transformers.patches import PatchText
    from linter.applysets.kustomize.transformers.replacements import Replacement

    T = TypeVar("T")


class Step(NamedTuple):
    """One generator or transformer.

    Attributes:
        place: Where the kustomization has it: the place of what goes wrong in it.
        origin: What `buildMetadata` says of it.
        run: Takes the resources that are there. A generator returns what it makes, a transformer what is there afterwards.
    """

    place: Place
    origin: Made | None
    run: Callable[[list[Resource]], list[Resource]]

    def located(self, function: Callable[[Any], T], argument: Any) -> T:
        """Call a function; what goes wrong has the place of the step, where it has none."""
        try:
            return function(argument)
        except KustomizeError as error:
            raise error.located(self.place) from None


def made_by(kustomization: Kustomization, trail: Trail, kind: str) -> Made | None:
    """Return what `buildMetadata` says of a generator or transformer of a kustomization."""
    if trail.origin is None:
        return None
    from linter.applysets.kustomize.build_metadata import Made

    file = posixpath.basename(kustomization.file)
    return Made(
        configured_in=posixpath.normpath(posixpath.join(trail.origin, file)), api_version="builtin", kind=kind
    )


def generators_of(reader: Reader, kustomization: Kustomization, trail: Trail) -> Iterator[Step]:
    """Yield the generators that are fields of a kustomization."""
    from linter.applysets.kustomize.generators import generate, merged_options

    for kind, field in (("ConfigMap", "configMapGenerator"), ("Secret", "secretGenerator")):
        for fields, place in kustomization.entries(field):
            options = merged_options(
                fields.get("options") or {}, kustomization.fields.get("generatorOptions") or {}
            )

            def run(
                _: list[Resource],
                kind: str = kind,
                fields: Any = fields,
                options: Any = options,
                place: FieldPlace = place,
            ) -> list[Resource]:
                return [
                    generate(
                        kind,
                        fields,
                        options,
                        lambda path: reader.load(kustomization.folder, path),
                        place,
                    )
                ]

            yield Step(place, made_by(kustomization, trail, f"{kind}Generator"), run)


def transformers_of(
    reader: Reader, kustomization: Kustomization, config: Config, schema: Schema, trail: Trail
) -> Iterator[Step]:
    """Yield the transformers that are fields of a kustomization."""
    fields = kustomization.fields
    for names, steps in _BY_FIELD:
        if any(fields.get(name) for name in names):
            yield from steps(reader, kustomization, config, schema, trail)


def in_place(
    change: Callable[..., None], *arguments: Any, **options: Any
) -> Callable[[list[Resource]], list[Resource]]:
    """Make a step of a function that changes the resources themselves."""

    def run(resources: list[Resource]) -> list[Resource]:
        change(resources, *arguments, **options)
        return resources

    return run


def _strategic_merges(
    reader: Reader, kustomization: Kustomization, config: Config, schema: Schema, trail: Trail
) -> Iterator[Step]:
    from linter.applysets.kustomize.transformers.patches import PatchText, apply_patch, read_patch

    del config
    origin = made_by(kustomization, trail, "PatchStrategicMergeTransformer")
    entries = kustomization.entries("patchesStrategicMerge")
    for number, (text, place) in enumerate(entries):

        def run(resources: list[Resource], text: str = text, place: FieldPlace = place) -> list[Resource]:
            if "\n" in text or text.lstrip().startswith("{"):
                source = PatchText(text, kustomization.file, place)
            else:
                file, content = reader.text(kustomization.folder, text, place)
                source = PatchText(content, file, None)
            patch = read_patch(source, None, {}, place)
            return apply_patch(resources, patch._replace(is_legacy=True), schema)

        yield Step(place, origin if number == len(entries) - 1 else None, run)


def _patches(
    reader: Reader, kustomization: Kustomization, config: Config, schema: Schema, trail: Trail
) -> Iterator[Step]:
    from linter.applysets.kustomize.selectors import selector_of
    from linter.applysets.kustomize.transformers.patches import apply_patch, read_patch

    del config
    for fields, place in kustomization.entries("patches"):

        def run(resources: list[Resource], fields: Any = fields, place: FieldPlace = place) -> list[Resource]:
            source = patch_text(reader, kustomization.folder, kustomization.file, fields, "patch", place)
            target = selector_of(fields["target"]) if "target" in fields else None
            patch = read_patch(source, target, fields.get("options") or {}, place)
            return apply_patch(resources, patch, schema)

        yield Step(place, made_by(kustomization, trail, "PatchTransformer"), run)


def patch_text(
    reader: Reader, folder: str, file: str, fields: Any, inline: str, place: FieldOrNode
) -> PatchText:
    """Return the text of a patch that is given by `path`, or inline.

    Raises:
        KustomizeError: It is given by both or neither, or the file cannot be read.
    """
    from linter.applysets.kustomize.transformers.patches import PatchText

    text, path = fields.get(inline, ""), fields.get("path", "")
    if bool(text.strip()) == bool(path):
        raise KustomizeError(
            f"A patch has a `path` or a `{inline}`, {'not both' if path else 'and this one has neither'}.",
            place,
        )
    if path:
        found, content = reader.text(folder, path, place.below("path"))
        return PatchText(content, found, None)
    return PatchText(text, file, place.below(inline))


def _json_patches(
    reader: Reader, kustomization: Kustomization, config: Config, schema: Schema, trail: Trail
) -> Iterator[Step]:
    from linter.applysets.kustomize.selectors import select, selector_of
    from linter.applysets.kustomize.transformers.patches import apply_operations, read_json_patch

    del config, schema
    for fields, place in kustomization.entries("patchesJson6902"):

        def run(resources: list[Resource], fields: Any = fields, place: FieldPlace = place) -> list[Resource]:
            target = fields.get("target") or {}
            if not target.get("name"):
                raise KustomizeError("An entry of `patchesJson6902` needs a `target` with a `name`.", place)
            source = patch_text(reader, kustomization.folder, kustomization.file, fields, "patch", place)
            patch = read_json_patch(source, selector_of(target), place)
            for resource in select(resources, patch.target or selector_of({})):
                apply_operations(resource, patch.operations)
            return resources

        yield Step(place, made_by(kustomization, trail, "PatchJson6902Transformer"), run)


def _namespace(
    reader: Reader, kustomization: Kustomization, config: Config, schema: Schema, trail: Trail
) -> Iterator[Step]:
    from linter.applysets.kustomize.transformers.namespace import set_namespace

    del reader, schema
    place = kustomization.place("namespace")
    run = in_place(set_namespace, kustomization.text("namespace"), config.namespace, place)
    yield Step(place, made_by(kustomization, trail, "NamespaceTransformer"), run)


def _prefix(
    reader: Reader, kustomization: Kustomization, config: Config, schema: Schema, trail: Trail
) -> Iterator[Step]:
    from linter.applysets.kustomize.transformers.names import add_prefix

    del reader, schema
    place = kustomization.place("namePrefix")
    run = in_place(add_prefix, kustomization.text("namePrefix"), config.name_prefix, place)
    yield Step(place, made_by(kustomization, trail, "PrefixTransformer"), run)


def _suffix(
    reader: Reader, kustomization: Kustomization, config: Config, schema: Schema, trail: Trail
) -> Iterator[Step]:
    from linter.applysets.kustomize.transformers.names import add_suffix

    del reader, schema
    place = kustomization.place("nameSuffix")
    run = in_place(add_suffix, kustomization.text("nameSuffix"), config.name_suffix, place)
    yield Step(place, made_by(kustomization, trail, "SuffixTransformer"), run)


_LABELS = FieldSpecs([FieldSpec("", "", "", "metadata/labels", create=True)])


def _labels(
    reader: Reader, kustomization: Kustomization, config: Config, schema: Schema, trail: Trail
) -> Iterator[Step]:
    from linter.applysets.kustomize.config import spec_of
    from linter.applysets.kustomize.transformers.labels import Added, add_texts

    del reader, schema
    origin = made_by(kustomization, trail, "LabelTransformer")
    for fields, place in kustomization.entries("labels"):

        def run(resources: list[Resource], fields: Any = fields, place: FieldPlace = place) -> list[Resource]:
            specs = FieldSpecs(map(spec_of, fields.get("fields", ()))).merged(config.labels)
            if fields.get("includeSelectors"):
                specs = specs.merged(config.common_labels)
            else:
                if fields.get("includeTemplates"):
                    specs = specs.merged(config.template_labels)
                if fields.get("includeVolumeClaimTemplates"):
                    specs = specs.merged(config.volume_claim_template_labels)
                specs = specs.merged(_LABELS)
            texts = {
                key: Added(text, place.below("pairs", key))
                for key, text in (fields.get("pairs") or {}).items()
            }
            add_texts(resources, texts, specs, place)
            return resources

        yield Step(place, origin, run)
    texts = {
        key: Added(text, kustomization.place("commonLabels", key))
        for key, text in (kustomization.fields.get("commonLabels") or {}).items()
    }
    place = kustomization.place("commonLabels")
    yield Step(place, origin, in_place(add_texts, texts, config.common_labels, place))


def _annotations(
    reader: Reader, kustomization: Kustomization, config: Config, schema: Schema, trail: Trail
) -> Iterator[Step]:
    from linter.applysets.kustomize.transformers.labels import Added, add_texts

    del reader, schema
    texts = {
        key: Added(text, kustomization.place("commonAnnotations", key))
        for key, text in kustomization.fields["commonAnnotations"].items()
    }
    place = kustomization.place("commonAnnotations")
    run = in_place(add_texts, texts, config.common_annotations, place)
    yield Step(place, made_by(kustomization, trail, "AnnotationsTransformer"), run)


def _replicas(
    reader: Reader, kustomization: Kustomization, config: Config, schema: Schema, trail: Trail
) -> Iterator[Step]:
    from linter.applysets.kustomize.transformers.replicas import set_replicas

    del reader, schema
    for fields, place in kustomization.entries("replicas"):
        run = in_place(
            set_replicas,
            fields.get("name", ""),
            fields.get("count", 0),
            config.replicas,
            place.below("count"),
        )
        yield Step(place, made_by(kustomization, trail, "ReplicaCountTransformer"), run)


def _images(
    reader: Reader, kustomization: Kustomization, config: Config, schema: Schema, trail: Trail
) -> Iterator[Step]:
    from linter.applysets.kustomize.transformers.images import image_of, set_image

    del reader, schema
    for fields, place in kustomization.entries("images", "imageTags"):
        run = in_place(set_image, image_of(fields), config.images, _image_place(fields, place))
        yield Step(place, made_by(kustomization, trail, "ImageTagTransformer"), run)


def _image_place(fields: Any, place: FieldPlace) -> FieldPlace:
    """Return the place of the field that says most about the image."""
    for name in ("newTag", "digest", "tagSuffix", "newName"):
        if fields.get(name):
            return place.below(name)
    return place


def _replacements(
    reader: Reader, kustomization: Kustomization, config: Config, schema: Schema, trail: Trail
) -> Iterator[Step]:
    del config, schema
    origin = made_by(kustomization, trail, "ReplacementTransformer")
    entries = kustomization.entries("replacements")
    for number, (fields, place) in enumerate(entries):

        def run(resources: list[Resource], fields: Any = fields, place: FieldPlace = place) -> list[Resource]:
            return run_replacements(resources, read_replacements(reader, kustomization.folder, fields, place))

        yield Step(place, origin if number == len(entries) - 1 else None, run)


def read_replacements(reader: Reader, folder: str, fields: Any, place: FieldOrNode) -> list[Replacement]:
    """Read an entry of `replacements`, which may name a file.

    Raises:
        KustomizeError: It is broken.
    """
    from linter.applysets.kustomize.transformers.replacements import replacement_of

    path = fields.get("path")
    if not path:
        return [replacement_of(fields, place)]
    if "source" in fields or fields.get("targets"):
        raise KustomizeError("A replacement has a `path`, or is written here, not both.", place)
    document = reader.document(folder, path, place)
    root = FieldPlace(document, ())
    value = document.value
    if isinstance(value, list):
        decoded = decode(value, [REPLACEMENT], root, strict=False)
        return [replacement_of(each, root.below(number)) for number, each in enumerate(decoded)]
    if isinstance(value, dict):
        return [replacement_of(decode(value, REPLACEMENT, root, strict=False), root)]
    raise KustomizeError(f"{path} holds neither a replacement nor a list of them.", place)


def run_replacements(resources: list[Resource], replacements: list[Replacement]) -> list[Resource]:
    """Make replacements, one after the other."""
    from linter.applysets.kustomize.transformers.replacements import replace

    for replacement in replacements:
        try:
            replace(resources, replacement)
        except KustomizeError as error:
            raise error.located(replacement.place) from None
    return resources


_BY_FIELD = (
    (("patchesStrategicMerge",), _strategic_merges),
    (("patches",), _patches),
    (("namespace",), _namespace),
    (("namePrefix",), _prefix),
    (("nameSuffix",), _suffix),
    (("labels", "commonLabels"), _labels),
    (("commonAnnotations",), _annotations),
    (("patchesJson6902",), _json_patches),
    (("replicas",), _replicas),
    (("images", "imageTags"), _images),
    (("replacements",), _replacements),
)
"""In the order in which kustomize runs them."""
