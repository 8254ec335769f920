"""The decoder against JSON Schema validators: the same definitions, two other programs, one verdict."""

from __future__ import annotations

import copy
import json
import random
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest

from linter.apiserver.decode import Decoder
from linter.kube.quantities import is_quantity
from linter.kube.structs import is_base64, is_time
from linter.loading.source import Source
from linter.loading.yaml.reader import read_documents, resources_of
from linter.schemas import definition, kinds, of_version
from linter.version import KubeVersion, parse_version

CONFORMANCE = Path(__file__).parent.parent / "conformance"
FORMATS = {"podplan-base64": is_base64, "podplan-quantity": is_quantity, "podplan-time": is_time}
SCALARS: dict[str, dict[str, Any]] = {
    "any": {},
    "boolean": {"type": ["boolean", "null"]},
    "byte": {"type": ["string", "null"], "format": "podplan-base64"},
    "double": {"type": ["number", "null"]},
    "int-or-string": {"type": ["string", "integer", "null"], "minimum": -(2**31), "maximum": 2**31 - 1},
    "int32": {"type": ["integer", "null"], "minimum": -(2**31), "maximum": 2**31 - 1},
    "int64": {"type": ["integer", "null"], "minimum": -(2**63), "maximum": 2**63 - 1},
    "quantity": {"type": ["string", "number", "null"], "format": "podplan-quantity"},
    "string": {"type": ["string", "null"]},
    "time": {"type": ["string", "null"], "format": "podplan-time"},
}


def json_schema(name: str, version: KubeVersion) -> dict[str, Any]:
    """Spell a definition and all that it is built of as one JSON Schema."""
    defs: dict[str, Any] = {}

    def schema(notation: str) -> dict[str, Any]:
        if notation[0] == "[":
            return {"type": ["array", "null"], "items": schema(notation[1:-1])}
        if notation[0] == "{":
            return {"type": ["object", "null"], "additionalProperties": schema(notation[1:-1])}
        if notation in SCALARS:
            return SCALARS[notation]
        if notation not in defs:
            defs[notation] = {}
            known = {key: of_version(text, version) for key, text in definition(notation).items()}
            defs[notation] = {
                "type": ["object", "null"],
                "properties": {key: schema(found.type) for key, found in known.items() if found},
                "additionalProperties": False,
            }
        return {"$ref": "#/$defs/" + notation.replace("/", "~1")}

    return {**schema(name), "$defs": defs}


@cache
def gate(api_version: str, kind: str, version: KubeVersion) -> jsonschema_rs.Validator | None:
    notation = kinds().get(f"{api_version} {kind}")
    found = of_version(notation, version) if notation else None
    if found is None:
        return None
    schema = json_schema(found.type, version)
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True, formats=FORMATS)


@cache
def explainer(api_version: str, kind: str, version: KubeVersion) -> jsonschema.Draft202012Validator:
    found = of_version(kinds()[f"{api_version} {kind}"], version)
    assert found is not None
    checker = jsonschema.FormatChecker(formats=())
    for name, check in FORMATS.items():
        checker.checks(name)(lambda value, check=check: not isinstance(value, str) or check(value))
    return jsonschema.Draft202012Validator(json_schema(found.type, version), format_checker=checker)


def manifests(file: str) -> list[tuple[KubeVersion, dict[str, Any]]]:
    found = []
    for line in (CONFORMANCE / file).read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        version = parse_version(case.get("kubernetes", "1.36"))
        for document in read_documents(Source(case["id"], case["yaml"])):
            for resource in resources_of(document):
                found.append((version, resource.manifest))
    return found


@cache
def decoder(version: KubeVersion) -> Decoder:
    return Decoder(version)


def refused(version: KubeVersion, manifest: dict[str, Any]) -> bool:
    """Tell what the decoder thinks of the fields alone; annotations that must be numbers are beyond a schema."""
    errors = decoder(version).errors(manifest["apiVersion"], manifest["kind"], manifest)
    return any(
        each.reason and "annotations" not in (each.path if each.rule == "malformed-value" else ())
        for each in errors
    )


def judged(version: KubeVersion, manifest: dict[str, Any]) -> bool:
    who = manifest.get("apiVersion"), manifest.get("kind")
    return all(isinstance(each, str) for each in who) and gate(*who, version) is not None


@pytest.mark.parametrize(
    "file", ["verdicts-random.jsonl", "verdicts-targeted.jsonl", "verdicts-versions.jsonl"]
)
def test_decoder_and_fast_validator_agree_on_recorded_manifests(file: str) -> None:
    compared = 0
    for version, manifest in manifests(file):
        if judged(version, manifest):
            validator = gate(manifest["apiVersion"], manifest["kind"], version)
            assert validator is not None
            assert refused(version, manifest) is not validator.is_valid(manifest), manifest
            compared += 1
    assert compared > 100


def test_decoder_and_explaining_validator_agree() -> None:
    # It needs milliseconds for each, so it sees a part of them: the same at each run.
    for version, manifest in random.Random(1).sample(  # noqa: S311  no secret
        manifests("verdicts-random.jsonl"), 150
    ):
        validator = explainer(manifest["apiVersion"], manifest["kind"], version)
        assert refused(version, manifest) is not validator.is_valid(manifest), manifest


VALUES: tuple[Any, ...] = (
    None,
    True,
    3,
    2**31,
    2**63,
    -1,
    1.5,
    "",
    "text",
    "3",
    "1Gi",
    "1GB",
    [],
    ["a"],
    [1],
    {},
    {"a": "b"},
    {"name": 1},
)


def mutated(value: Any, choose: random.Random) -> Any:
    """Return a copy of a manifest with something else in one place, or with a field more."""
    copied = copy.deepcopy(value)
    parents = [copied]
    for each in parents:
        parents += [
            inner
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, (dict, list))
        ]
    parent = choose.choice([each for each in parents if each])
    if isinstance(parent, dict):
        key = choose.choice(
            [*(key for key in parent if key not in {"apiVersion", "kind"}), "replicas", "Name"]
        )
        parent[key] = copy.deepcopy(choose.choice(VALUES))
    else:
        parent[choose.randrange(len(parent))] = copy.deepcopy(choose.choice(VALUES))
    return copied


def test_decoder_and_fast_validator_agree_on_damaged_manifests() -> None:
    choose = random.Random(2)  # noqa: S311  no secret
    verdicts = set()
    for _, manifest in manifests("verdicts-random.jsonl"):
        for minor in (30, 37):
            damaged = mutated(manifest, choose)
            if judged(KubeVersion(1, minor), damaged):
                validator = gate(damaged["apiVersion"], damaged["kind"], KubeVersion(1, minor))
                assert validator is not None
                verdict = validator.is_valid(damaged)
                verdicts.add(verdict)
                assert refused(KubeVersion(1, minor), damaged) is not verdict, damaged
    assert verdicts == {True, False}
