from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from linter.apiserver.decode import Decoder
from linter.kube.structs import SCALARS
from linter.schemas import Notation, definition, kinds, nearest, notations, of_version, versions
from linter.version import KubeVersion

if TYPE_CHECKING:
    from types import ModuleType

SCHEMAS = Path(__file__).parents[2] / "schemas"
RECORDED = Path(__file__).parents[1] / "conformance" / "openapi"


@pytest.fixture
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", SCHEMAS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


needs_package = pytest.mark.skipif(
    importlib.util.find_spec("kubernetes_validate") is None,
    reason="the facts are in the development dependency kubernetes-validate",
)


@needs_package
def test_kubernetes_json_is_what_the_generator_writes(generator: ModuleType) -> None:
    assert generator.generate() == (SCHEMAS / "kubernetes.json").read_text(encoding="utf-8")


@needs_package
@pytest.mark.parametrize("path", sorted(RECORDED.glob("*.json")), ids=lambda path: path.stem)
def test_a_server_publishes_what_the_package_holds(generator: ModuleType, path: Path) -> None:
    major, minor = map(int, path.stem.split("."))
    packaged, recorded = generator.packaged((major, minor)), generator.recorded((major, minor))
    if packaged is not None:
        assert generator.facts(recorded) == generator.facts(packaged)


@needs_package
def test_a_version_that_the_package_lacks_is_taken_from_a_server(
    generator: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    packaged = generator.packaged
    monkeypatch.setattr(
        generator, "packaged", lambda version: None if version == (1, 37) else packaged(version)
    )
    assert generator.generate() == (SCHEMAS / "kubernetes.json").read_text(encoding="utf-8")
    monkeypatch.setattr(generator, "packaged", {}.get)
    with pytest.raises(FileNotFoundError, match=r"1\.30\.json"):
        generator.generate()


def test_what_the_versions_say_is_joined(generator: ModuleType) -> None:
    merge = generator._merge
    everywhere = dict.fromkeys(generator.VERSIONS, "string")
    assert merge(everywhere) == "string"
    assert merge({(1, 34): "string", (1, 35): "string"}) == "string since 1.34 until 1.35"
    changed = {version: "int64" if version >= (1, 33) else "int32" for version in generator.VERSIONS}
    assert merge(changed) == ["int32 until 1.32", "int64 since 1.33"]
    gap = {version: "string" for version in generator.VERSIONS if version != (1, 33)}
    assert merge(gap) == ["string until 1.32", "string since 1.34"]


def test_notation_is_read() -> None:
    assert notations("string") == (Notation("string", since=None, until=None),)
    assert notations(["int32 until 1.32", "int64 since 1.33 until 1.34"]) == (
        Notation("int32", since=None, until=KubeVersion(1, 32)),
        Notation("int64", since=KubeVersion(1, 33), until=KubeVersion(1, 34)),
    )
    assert of_version(["int32 until 1.32", "int64 since 1.34"], KubeVersion(1, 33)) is None
    assert of_version("string since 1.34", KubeVersion(1, 34)) == Notation(
        "string", since=KubeVersion(1, 34), until=None
    )


def test_first_version_without_a_field() -> None:
    assert notations("string until 1.33")[0].gone == KubeVersion(1, 34)
    with pytest.raises(ValueError, match="newest"):
        _ = notations("string")[0].gone


def test_versions() -> None:
    assert versions() == tuple(KubeVersion(1, minor) for minor in range(30, 38))
    assert nearest(KubeVersion(1, 33)) == KubeVersion(1, 33)
    assert nearest(KubeVersion(1, 12)) == KubeVersion(1, 30)
    assert nearest(KubeVersion(2, 0)) == KubeVersion(1, 37)


@pytest.mark.parametrize("version", versions(), ids=str)
def test_all_kinds_of_all_versions_can_be_put_together(version: KubeVersion) -> None:
    decoder = Decoder(version)
    known = 0
    for kind, notation in kinds().items():
        found = of_version(notation, version)
        if found is None:
            continue
        known += 1
        api_version, _, name = kind.partition(" ")
        assert decoder.status(api_version, name) == "built-in"
        assert not [
            error
            for error in decoder.errors(api_version, name, {"apiVersion": api_version, "kind": name})
            if error.rule not in {"missing-field", "deprecated-api"}
        ]
    assert known > 70


def test_no_definition_is_there_for_nothing() -> None:
    import json

    names = set(json.loads((SCHEMAS / "kubernetes.json").read_text(encoding="utf-8"))["definitions"])
    used = {each.type for notation in kinds().values() for each in notations(notation)}
    for name in names:
        for notation in definition(name).values():
            used |= {each.type.strip("[]{}") for each in notations(notation)}
    assert names == used - SCALARS.keys()
