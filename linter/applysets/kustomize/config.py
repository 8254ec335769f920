"""The configuration of the transformers: kustomize's own, the files under `configurations`, and those under `crds`."""

from __future__ import annotations

from functools import cache

from linter.applysets.kustomize.fieldspecs import FieldSpec, FieldSpecs, order_of
from linter.applysets.kustomize.resource import Gvk
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

_EMPTY = FieldSpecs(())


class NameReference(NamedTuple):
    """Fields that hold the name of an object of a kind."""

    target: Gvk
    referrers: FieldSpecs


class Config(NamedTuple):
    """Which fields each transformer writes."""

    name_prefix: FieldSpecs = _EMPTY
    name_suffix: FieldSpecs = _EMPTY
    namespace: FieldSpecs = _EMPTY
    common_labels: FieldSpecs = _EMPTY
    labels: FieldSpecs = _EMPTY
    template_labels: FieldSpecs = _EMPTY
    volume_claim_template_labels: FieldSpecs = _EMPTY
    common_annotations: FieldSpecs = _EMPTY
    var_reference: FieldSpecs = _EMPTY
    images: FieldSpecs = _EMPTY
    replicas: FieldSpecs = _EMPTY
    name_references: tuple[NameReference, ...] = ()

    def merged(self, other: Config) -> Config:
        """Return both as one.

        Raises:
            KustomizeError: They contradict each other.
        """
        if other is self or other is EMPTY:
            return self
        merged = [mine.merged(theirs) for mine, theirs in zip(self[:-1], other[:-1], strict=True)]
        return Config._make((*merged, _merged_references(self.name_references, other.name_references)))


def _merged_references(
    mine: tuple[NameReference, ...], others: tuple[NameReference, ...]
) -> tuple[NameReference, ...]:
    if others is mine or not others:
        return mine
    result = {each.target: each for each in mine}
    for other in others:
        known = result.get(other.target)
        result[other.target] = (
            other if known is None else NameReference(other.target, known.referrers.merged(other.referrers))
        )
    return tuple(sorted(result.values(), key=lambda each: order_of(each.target)))


EMPTY = Config()

_NAMES = {
    "name_prefix": "namePrefix",
    "name_suffix": "nameSuffix",
    "namespace": "namespace",
    "common_labels": "commonLabels",
    "labels": "labels",
    "template_labels": "templateLabels",
    "volume_claim_template_labels": "volumeClaimTemplateLabels",
    "common_annotations": "commonAnnotations",
    "var_reference": "varReference",
    "images": "images",
    "replicas": "replicas",
}


@cache
def default_config() -> Config:
    """Return kustomize's own configuration."""
    from linter.applysets.kustomize.schema import facts

    specs = facts()["field_specs"]
    fields = {
        name: _sorted(FieldSpec(*entry) for entry in specs.get(key, ())) for name, key in _NAMES.items()
    }
    references = [
        NameReference(Gvk(group, version, kind), _sorted(FieldSpec(*entry) for entry in entries))
        for group, version, kind, entries in specs["nameReference"]
    ]
    return Config(**fields, name_references=tuple(sorted(references, key=lambda each: order_of(each.target))))


def config_of(decoded: Mapping[str, Any]) -> Config:
    """Make a configuration of a decoded file."""
    fields = {name: _sorted(map(spec_of, decoded.get(key, ()))) for name, key in _NAMES.items()}
    references = [
        NameReference(
            Gvk(each.get("group", ""), each.get("version", ""), each.get("kind", "")),
            FieldSpecs(map(spec_of, each.get("fieldSpecs", ()))),
        )
        for each in decoded.get("nameReference", ())
    ]
    return Config(**fields, name_references=tuple(sorted(references, key=lambda each: order_of(each.target))))


def spec_of(decoded: Mapping[str, Any]) -> FieldSpec:
    """Make a field spec of its decoded fields."""
    return FieldSpec(
        decoded.get("group", ""),
        decoded.get("version", ""),
        decoded.get("kind", ""),
        decoded.get("path", ""),
        decoded.get("create", False),
    )


def _sorted(specs: Iterable[FieldSpec]) -> FieldSpecs:
    return FieldSpecs(sorted(specs, key=lambda spec: order_of(spec.gvk)))


def config_of_crds(definitions: Mapping[str, Any]) -> Config:
    """Make a configuration of a file under `crds`: OpenAPI definitions whose fields are marked as names, labels or references."""
    result = EMPTY
    for name, definition in definitions.items():
        properties = _properties(definition)
        if {"kind", "apiVersion", "metadata"} <= properties.keys():
            gvk = Gvk("", "", name.rpartition(".")[2])
            result = result.merged(_config_of_crd(gvk, definitions, name, (), ()))
    return result


def _config_of_crd(
    gvk: Gvk, definitions: Mapping[str, Any], name: str, path: tuple[str, ...], seen: tuple[str, ...]
) -> Config:
    result = EMPTY
    for field, schema in _properties(definitions.get(name)).items():
        if not isinstance(schema, dict):
            continue

        def spec(*more: str, field: str = field) -> FieldSpecs:
            return FieldSpecs([FieldSpec("", "", gvk.kind, "/".join((*path, field, *more)), create=False)])

        if "x-kubernetes-annotation" in schema:
            result = result.merged(Config(common_annotations=spec()))
        if "x-kubernetes-label-selector" in schema:
            result = result.merged(Config(common_labels=spec()))
        if "x-kubernetes-identity" in schema:
            result = result.merged(Config(name_prefix=spec()))
        version = schema.get("x-kubernetes-object-ref-api-version")
        kind = schema.get("x-kubernetes-object-ref-kind")
        if isinstance(version, str) and isinstance(kind, str):
            key = schema.get("x-kubernetes-object-ref-name-key", "name")
            reference = NameReference(Gvk("", version, kind), spec(str(key)))
            result = result.merged(Config(name_references=(reference,)))
        below = schema.get("$ref")
        if isinstance(below, str) and below not in seen:
            result = result.merged(_config_of_crd(gvk, definitions, below, (*path, field), (*seen, below)))
    return result


def _properties(definition: Any) -> Mapping[str, Any]:
    """Return the fields of a definition, which stands below `Schema` as the generator of such files writes it."""
    schema = definition.get("Schema", definition.get("schema")) if isinstance(definition, dict) else None
    properties = schema.get("properties") if isinstance(schema, dict) else None
    return properties if isinstance(properties, dict) else {}
