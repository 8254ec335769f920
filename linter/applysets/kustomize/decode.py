"""Decoding of kustomize's own files, as strictly and as loosely as Go's JSON reader: the case of a key does not matter, its type does."""

from __future__ import annotations

from linter.applysets.kustomize.errors import KustomizeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Final

    from linter.applysets.kustomize.places import FieldOrNode

TEXT: Final = "text"
FLAG: Final = "true or false"
NUMBER: Final = "a whole number"
ANY: Final = "anything"
TEXTS: Final = [TEXT]
TEXT_MAP: Final = {"*": TEXT}

GVK: Final = dict.fromkeys(("group", "version", "kind"), TEXT)
FIELD_SPEC: Final = {**GVK, "path": TEXT, "create": FLAG}
SELECTOR: Final = {
    **GVK,
    **dict.fromkeys(("name", "namespace", "annotationSelector", "labelSelector"), TEXT),
}
METADATA: Final = {"name": TEXT, "namespace": TEXT, "labels": TEXT_MAP, "annotations": TEXT_MAP}
PATCH: Final = {
    "path": TEXT,
    "patch": TEXT,
    "target": SELECTOR,
    "options": {"allowNameChange": FLAG, "allowKindChange": FLAG},
}
GENERATOR_OPTIONS: Final = {
    "labels": TEXT_MAP,
    "annotations": TEXT_MAP,
    "disableNameSuffixHash": FLAG,
    "immutable": FLAG,
}
CONFIG_MAP: Final = {
    **dict.fromkeys(("namespace", "name", "behavior", "env"), TEXT),
    **dict.fromkeys(("literals", "files", "envs"), TEXTS),
    "options": GENERATOR_OPTIONS,
}
SECRET: Final = {**CONFIG_MAP, "type": TEXT}
IMAGE: Final = dict.fromkeys(("name", "newName", "tagSuffix", "newTag", "digest"), TEXT)
LABEL: Final = {
    "pairs": TEXT_MAP,
    **dict.fromkeys(("includeSelectors", "includeTemplates", "includeVolumeClaimTemplates"), FLAG),
    "fields": [FIELD_SPEC],
}
FIELD_OPTIONS: Final = {"delimiter": TEXT, "index": NUMBER, "encoding": TEXT, "create": FLAG}
REPLACEMENT: Final = {
    "source": {**GVK, "name": TEXT, "namespace": TEXT, "fieldPath": TEXT, "options": FIELD_OPTIONS},
    "targets": [
        {"select": SELECTOR, "reject": [SELECTOR], "fieldPaths": TEXTS, "options": FIELD_OPTIONS},
    ],
    "sourceValue": TEXT,
}
VAR: Final = {
    "name": TEXT,
    "objref": {"apiVersion": TEXT, **GVK, "name": TEXT, "namespace": TEXT},
    "fieldref": {"fieldPath": TEXT},
}
REPLICA: Final = {"name": TEXT, "count": NUMBER}
SORT_OPTIONS: Final = {"order": TEXT, "legacySortOptions": {"orderFirst": TEXTS, "orderLast": TEXTS}}

KUSTOMIZATION: Final[dict[str, Any]] = {
    "apiVersion": TEXT,
    "kind": TEXT,
    "metadata": METADATA,
    "openapi": TEXT_MAP,
    "namePrefix": TEXT,
    "nameSuffix": TEXT,
    "namespace": TEXT,
    "commonLabels": TEXT_MAP,
    "labels": [LABEL],
    "commonAnnotations": TEXT_MAP,
    "patchesStrategicMerge": TEXTS,
    "patchesJson6902": [PATCH],
    "patches": [PATCH],
    "images": [IMAGE],
    "imageTags": [IMAGE],
    "replacements": [{"path": TEXT, **REPLACEMENT}],
    "replicas": [REPLICA],
    "vars": [VAR],
    "sortOptions": SORT_OPTIONS,
    "resources": TEXTS,
    "components": TEXTS,
    "crds": TEXTS,
    "bases": TEXTS,
    "configMapGenerator": [CONFIG_MAP],
    "secretGenerator": [SECRET],
    "helmGlobals": ANY,
    "helmCharts": ANY,
    "helmChartInflationGenerator": ANY,
    "generatorOptions": GENERATOR_OPTIONS,
    "configurations": TEXTS,
    "generators": TEXTS,
    "transformers": TEXTS,
    "validators": TEXTS,
    "buildMetadata": TEXTS,
}

_SPECS_OF = (
    "namePrefix",
    "nameSuffix",
    "namespace",
    "commonLabels",
    "labels",
    "templateLabels",
    "volumeClaimTemplateLabels",
    "commonAnnotations",
    "varReference",
    "images",
    "replicas",
)
CONFIGURATION: Final[dict[str, Any]] = {
    **{name: [FIELD_SPEC] for name in _SPECS_OF},
    "nameReference": [{**GVK, "fieldSpecs": [FIELD_SPEC]}],
}


def decode(value: Any, shape: Any, place: FieldOrNode, *, strict: bool = True) -> Any:
    """Return a value with the keys and types of a shape.

    Args:
        value: What the file holds.
        shape: TEXT, FLAG, NUMBER or ANY; a list with the shape of its items; a dict with the shape of each key, or of all ("*").
        place: The place of the value.
        strict: Whether a key that is not known, and a number where a text is expected, are refused; else the key is left out, and
            the number becomes a text. So kustomize reads its kustomizations, and so the configurations of transformers.

    Returns:
        The value. Keys are spelled as the shape spells them, and null counts as absent.

    Raises:
        KustomizeError: It does not fit.
    """
    if value is None:
        return _EMPTY[shape] if isinstance(shape, str) else type(shape)()
    if isinstance(shape, list):
        if not isinstance(value, list):
            raise KustomizeError(f"`{_name(place)}` takes a list.", place)
        return [
            decode(item, shape[0], place.below(number), strict=strict) for number, item in enumerate(value)
        ]
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            raise KustomizeError(f"`{_name(place)}` takes a mapping.", place)
        return _decode_mapping(value, shape, place, strict=strict)
    if shape == TEXT and not strict and isinstance(value, (bool, int, float)):
        return _as_text(value)
    if not _FITS[shape](value):
        raise KustomizeError(f"`{_name(place)}` takes {shape}{_hint(shape, value)}.", place)
    return value


def _decode_mapping(
    value: dict[str, Any], shape: dict[str, Any], place: FieldOrNode, *, strict: bool
) -> dict[str, Any]:
    if "*" in shape:
        return {key: decode(each, shape["*"], place.below(key), strict=strict) for key, each in value.items()}
    result = {}
    for key, each in value.items():
        name = key if key in shape else _folded(shape, key)
        if name is None:
            if strict:
                raise KustomizeError(_unknown(key, shape, place), place.below(key).at_key())
            continue
        if each is not None:
            result[name] = decode(each, shape[name], place.below(key), strict=strict)
    return result


def _folded(shape: Mapping[str, Any], key: str) -> str | None:
    folded = key.lower()
    return next((name for name in shape if name.lower() == folded), None)


def _unknown(key: str, shape: Mapping[str, Any], place: FieldOrNode) -> str:
    from difflib import get_close_matches

    where = f" in `{_name(place)}`" if place.path else ""
    near = get_close_matches(key, list(shape), 1)
    return f"There is no field `{key}`{where}." + (f" Do you mean `{near[0]}`?" if near else "")


def _name(place: FieldOrNode) -> str:
    names = [str(step) for step in place.path if isinstance(step, str)]
    return ".".join(names) or "The file"


def _hint(shape: str, value: Any) -> str:
    if shape == TEXT and isinstance(value, (bool, int, float)):
        return "; put it in quotes"
    return ""


def _as_text(value: float) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    from linter.applysets.kustomize.scalars import go_float

    return go_float(value) if isinstance(value, float) else str(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_anything(_: Any) -> bool:
    return True


_FITS: Final[dict[str, Callable[[Any], bool]]] = {
    TEXT: lambda value: isinstance(value, str),
    FLAG: lambda value: isinstance(value, bool),
    NUMBER: _is_number,
    ANY: _is_anything,
}
_EMPTY: Final = {TEXT: "", FLAG: False, NUMBER: 0, ANY: None}
