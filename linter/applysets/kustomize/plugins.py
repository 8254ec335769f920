"""`generators`, `transformers` and `validators`: kustomize's own ones, configured by files or inline. All others run programs."""

from __future__ import annotations

import posixpath

from linter.applysets.kustomize import decode as shapes
from linter.applysets.kustomize.accumulated import Accumulated
from linter.applysets.kustomize.compose import compose_all
from linter.applysets.kustomize.config import spec_of
from linter.applysets.kustomize.decode import decode
from linter.applysets.kustomize.errors import KustomizeError, UnsupportedError
from linter.applysets.kustomize.fieldspecs import FieldSpecs
from linter.applysets.kustomize.places import NodePlace
from linter.applysets.kustomize.resource import Resource, resources_of, value_of
from linter.applysets.kustomize.steps import Step, in_place, patch_text, read_replacements, run_replacements

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Mapping as AnyMapping
    from typing import Any

    from linter.applysets.kustomize.accumulate import Accumulator, Trail
    from linter.applysets.kustomize.build_metadata import Made
    from linter.applysets.kustomize.kustomization import Kustomization
    from linter.applysets.kustomize.reader import Reader
    from linter.applysets.kustomize.schema import Schema

_META: dict[str, Any] = {"metadata": shapes.METADATA}
_SPECS: dict[str, Any] = {"fieldSpecs": [shapes.FIELD_SPEC]}
_GENERATED: dict[str, Any] = {"ConfigMapGenerator": shapes.CONFIG_MAP, "SecretGenerator": shapes.SECRET}
_SHAPES: dict[str, dict[str, Any]] = {
    "AnnotationsTransformer": {**_SPECS, "annotations": shapes.TEXT_MAP},
    "HashTransformer": {},
    "ImageTagTransformer": {**_SPECS, "imageTag": shapes.IMAGE},
    "LabelTransformer": {**_SPECS, "labels": shapes.TEXT_MAP},
    "NamespaceTransformer": {
        **_SPECS,
        **_META,
        "unsetOnly": shapes.FLAG,
        "setRoleBindingSubjects": shapes.TEXT,
    },
    "PatchJson6902Transformer": {"target": shapes.SELECTOR, "path": shapes.TEXT, "jsonOp": shapes.TEXT},
    "PatchStrategicMergeTransformer": {"paths": shapes.TEXTS, "patches": shapes.TEXT},
    "PatchTransformer": shapes.PATCH,
    "PrefixTransformer": {**_SPECS, "prefix": shapes.TEXT},
    "SuffixTransformer": {**_SPECS, "suffix": shapes.TEXT},
    "PrefixSuffixTransformer": {**_SPECS, "prefix": shapes.TEXT, "suffix": shapes.TEXT},
    "ReplacementTransformer": {"replacements": [{"path": shapes.TEXT, **shapes.REPLACEMENT}]},
    "ReplicaCountTransformer": {**_SPECS, "replica": shapes.REPLICA},
}


def generator_steps(
    accumulator: Accumulator, kustomization: Kustomization, schema: Schema, trail: Trail
) -> Iterator[Step]:
    """Yield the generators that are configured by files.

    Raises:
        KustomizeError: A configuration is broken.
        UnsupportedError: One runs a program.
    """
    from linter.applysets.kustomize.generators import generate

    for config in _configurations(accumulator, kustomization, "generators", schema, trail):
        kind, place = _kind(config, _GENERATED, "generators"), NodePlace(config.node)
        fields = decode(value_of(config), {**_META, **_GENERATED[kind]}, place, strict=False)
        metadata = fields.get("metadata") or {}
        fields |= {name: fields.get(name) or metadata.get(name, "") for name in ("name", "namespace")}

        def run(
            _: list[Resource], kind: str = kind, fields: Any = fields, place: NodePlace = place
        ) -> list[Resource]:
            return [
                generate(
                    kind.removesuffix("Generator"),
                    fields,
                    fields.get("options") or {},
                    lambda path: accumulator.reader.load(kustomization.folder, path),
                    place,
                )
            ]

        yield Step(place, _made(config, trail), run)


def transformer_steps(
    accumulator: Accumulator, kustomization: Kustomization, field: str, schema: Schema, trail: Trail
) -> Iterator[Step]:
    """Yield the transformers, or validators, that are configured by files.

    Raises:
        KustomizeError: A configuration is broken.
        UnsupportedError: One runs a program.
    """
    for config in _configurations(accumulator, kustomization, field, schema, trail):
        kind, place = _kind(config, _SHAPES, field), NodePlace(config.node)
        fields = decode(value_of(config), _SHAPES[kind], place, strict=False)
        run = _runner(kind, accumulator.reader, kustomization.folder, fields, schema, place)
        yield Step(place, _made(config, trail), run)


def _runner(
    kind: str, reader: Reader, folder: str, fields: Any, schema: Schema, place: NodePlace
) -> Callable[[list[Resource]], list[Resource]]:
    specs = FieldSpecs(map(spec_of, fields.get("fieldSpecs", ())))
    match kind:
        case "AnnotationsTransformer" | "LabelTransformer":
            from linter.applysets.kustomize.transformers.labels import Added, add_texts

            name = "labels" if kind == "LabelTransformer" else "annotations"
            texts = {key: Added(text, place.below(name, key)) for key, text in fields.get(name, {}).items()}
            return in_place(add_texts, texts, specs, place)
        case "HashTransformer":
            from linter.applysets.kustomize.transformers.names import add_hashes

            return in_place(add_hashes)
        case "ImageTagTransformer":
            from linter.applysets.kustomize.transformers.images import image_of, set_image

            return in_place(set_image, image_of(fields.get("imageTag", {})), specs, place.below("imageTag"))
        case "NamespaceTransformer":
            return _namespace(fields, specs, place)
        case "PatchJson6902Transformer" | "PatchStrategicMergeTransformer" | "PatchTransformer":
            return _patch(kind, reader, folder, fields, schema, place)
        case "PrefixTransformer" | "SuffixTransformer" | "PrefixSuffixTransformer":
            return _names(fields, specs, place)
        case "ReplacementTransformer":
            replacements = [
                replacement
                for number, each in enumerate(fields.get("replacements", ()))
                for replacement in read_replacements(
                    reader, folder, each, place.below("replacements", number)
                )
            ]
            return lambda resources: run_replacements(resources, replacements)
        case "ReplicaCountTransformer":
            from linter.applysets.kustomize.transformers.replicas import set_replicas

            replica = fields.get("replica", {})
            return in_place(
                set_replicas,
                replica.get("name", ""),
                replica.get("count", 0),
                specs,
                place.below("replica", "count"),
            )
        case _:
            raise UnsupportedError(kind, f"The transformer {kind} is not known here.", place)


def _namespace(
    fields: Any, specs: FieldSpecs, place: NodePlace
) -> Callable[[list[Resource]], list[Resource]]:
    from linter.applysets.kustomize.transformers.namespace import SUBJECT_MODES, set_namespace

    subjects = fields.get("setRoleBindingSubjects") or "defaultOnly"
    if subjects not in SUBJECT_MODES:
        raise KustomizeError(
            f"`setRoleBindingSubjects` is one of {', '.join(SUBJECT_MODES)}, not `{subjects}`.",
            place.below("setRoleBindingSubjects"),
        )
    return in_place(
        set_namespace,
        (fields.get("metadata") or {}).get("namespace", ""),
        specs,
        place.below("metadata", "namespace"),
        subjects=subjects,
        only_unset=fields.get("unsetOnly", False),
    )


def _names(fields: Any, specs: FieldSpecs, place: NodePlace) -> Callable[[list[Resource]], list[Resource]]:
    from linter.applysets.kustomize.transformers.names import add_prefix, add_suffix

    if not specs.specs:
        raise KustomizeError("It needs `fieldSpecs`: metadata/name is not added by itself.", place)

    def run(resources: list[Resource]) -> list[Resource]:
        if "prefix" in fields:
            add_prefix(resources, fields["prefix"], specs, place.below("prefix"))
        if "suffix" in fields:
            add_suffix(resources, fields["suffix"], specs, place.below("suffix"))
        return resources

    return run


def _patch(
    kind: str, reader: Reader, folder: str, fields: Any, schema: Schema, place: NodePlace
) -> Callable[[list[Resource]], list[Resource]]:
    from linter.applysets.kustomize.selectors import select, selector_of
    from linter.applysets.kustomize.transformers import patches

    file = place.origin().file

    def merged(resources: list[Resource]) -> list[Resource]:
        sources = []
        for number, path in enumerate(fields.get("paths", ())):
            found, text = reader.text(folder, path, place.below("paths", number))
            sources.append(patches.PatchText(text, found, None))
        if fields.get("patches"):
            sources.append(patches.PatchText(fields["patches"], file, place.below("patches")))
        if not sources:
            raise KustomizeError("It needs `paths` or `patches`.", place)
        for source in sources:
            patch = patches.read_patch(source, None, {}, place)
            resources = patches.apply_patch(resources, patch._replace(is_legacy=True), schema)
        return resources

    def patched(resources: list[Resource]) -> list[Resource]:
        source = patch_text(reader, folder, file, fields, "patch", place)
        target = selector_of(fields["target"]) if "target" in fields else None
        patch = patches.read_patch(source, target, fields.get("options") or {}, place)
        return patches.apply_patch(resources, patch, schema)

    def operated(resources: list[Resource]) -> list[Resource]:
        target = selector_of(fields.get("target") or {})
        if not target.name:
            raise KustomizeError("It needs a `target` with a `name`.", place)
        source = patch_text(reader, folder, file, fields, "jsonOp", place)
        patch = patches.read_json_patch(source, target, place)
        for resource in select(resources, target):
            patches.apply_operations(resource, patch.operations)
        return resources

    runners = {
        "PatchJson6902Transformer": operated,
        "PatchStrategicMergeTransformer": merged,
        "PatchTransformer": patched,
    }
    return runners[kind]


def _configurations(
    accumulator: Accumulator, kustomization: Kustomization, field: str, schema: Schema, trail: Trail
) -> list[Resource]:
    """Return the configurations under a field: inline, in files, or built by a kustomization."""
    result = Accumulated(accumulator.limits)
    entries = kustomization.entries(field)
    for text, place in entries:
        if "\n" in text or text.lstrip().startswith("{"):
            try:
                resources = resources_of(compose_all(text, kustomization.file, place))
                if trail.origin is not None:
                    from linter.applysets.kustomize.build_metadata import Made, set_origin

                    file = posixpath.basename(kustomization.file)
                    for resource in resources:
                        set_origin(resource, Made(posixpath.normpath(posixpath.join(trail.origin, file))))
                result.append(resources)
            except KustomizeError as error:
                raise error.located(place) from None
    for entry in entries:
        if "\n" not in entry.value and not entry.value.lstrip().startswith("{"):
            accumulator.add_resource(result, kustomization, entry, schema, trail)
    return result.resources


def _kind(config: Resource, known: AnyMapping[str, Any], field: str) -> str:
    """Return the kind of a configuration.

    Raises:
        UnsupportedError: It is not one of kustomize's own, or not known here.
    """
    gvk = config.id.gvk
    if gvk.api_version == "builtin" and gvk.kind in known:
        return gvk.kind
    if gvk.api_version == "builtin":
        raise UnsupportedError(
            gvk.kind, f"The builtin {gvk.kind} under `{field}` is not run here.", config.node.place
        )
    raise UnsupportedError(
        field,
        f"{gvk} under `{field}` is not one of kustomize's own: it would run a program or a container.",
        config.node.place,
    )


def _made(config: Resource, trail: Trail) -> Made | None:
    if trail.origin is None:
        return None
    from linter.applysets.kustomize.build_metadata import Made, path_of

    identity = config.id
    return Made(
        configured_in=path_of(config),
        api_version=identity.gvk.api_version,
        kind=identity.gvk.kind,
        name=identity.name,
        namespace=identity.namespace,
    )
