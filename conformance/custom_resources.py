"""Record what the API server does with custom resources, against the definitions in crs/."""

from __future__ import annotations

import copy
import time
from typing import TYPE_CHECKING, Any, Final

from conformance.errors import ApiError
from conformance.updates import no_old_object, record_updates, try_update
from conformance.verdicts import discover, endpoint_of, outcome_of, record_verdicts, type_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from conformance.client import Client
    from conformance.data import Case, Outcome
    from conformance.verdicts import Endpoints

_DEFINITIONS: Final = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
_ESTABLISHED_SECONDS: Final = 30.0
# Nothing in a definition says when all handlers judge by its newest schema; a few seconds have always been enough.
_CHANGED_SECONDS: Final = 6.0


def define(client: Client, folder: Path) -> None:
    """Make the definitions that the files of a folder hold, and wait until their kinds are served."""
    for path in sorted(folder.glob("*.yaml")):
        _apply(client, _read(path))
    deadline = time.monotonic() + _ESTABLISHED_SECONDS
    while waiting := [
        item["metadata"]["name"] for item in client.items(_DEFINITIONS) if not _established(item)
    ]:
        if time.monotonic() > deadline:
            raise ApiError(f"These definitions are not established: {', '.join(waiting)}")
        time.sleep(0.5)
    time.sleep(_CHANGED_SECONDS)


def _read(path: Path) -> dict[str, Any]:
    import ruamel.yaml

    manifest: dict[str, Any] = ruamel.yaml.YAML(typ="safe", pure=False).load(path)
    return manifest


def _apply(client: Client, definition: dict[str, Any]) -> None:
    name = f"{_DEFINITIONS}/{definition['metadata']['name']}"
    found = client.ask("GET", name)
    if not found.is_success:
        client.call("POST", _DEFINITIONS, definition)
        return
    new = copy.deepcopy(definition)
    new["metadata"]["resourceVersion"] = found.body["metadata"]["resourceVersion"]
    client.call("PUT", name, new)


def _established(definition: dict[str, Any]) -> bool:
    conditions = definition.get("status", {}).get("conditions") or []
    return any(found["type"] == "Established" and found["status"] == "True" for found in conditions)


def record_custom_verdicts(client: Client, cases: Sequence[Case], folder: Path) -> list[Outcome]:
    """Ask about each case's `yaml`."""
    define(client, folder / "crds")
    endpoints = discover(client)
    return record_verdicts(client, cases, endpoints | _unserved(endpoints, cases))


def _unserved(endpoints: Endpoints, cases: Sequence[Case]) -> Endpoints:
    """Return where manifests of versions go that a definition does not serve: to that version, not to another."""
    found: Endpoints = {}
    for case in cases:
        api_version, kind = type_of(case["yaml"])
        endpoint = endpoint_of(endpoints, api_version, kind, case["kind"])
        if endpoint and isinstance(api_version, str) and isinstance(kind, str) and "/" in api_version:
            found[api_version, kind] = endpoint._replace(root=f"/apis/{api_version}")
    return found


def record_custom_updates(client: Client, cases: Sequence[Case], folder: Path) -> list[Outcome]:
    """Ask about each case's update; with `old_crd` the old object is made before the definition is tightened."""
    define(client, folder / "crds")
    plain = [case for case in cases if "old_crd" not in case]
    outcomes = dict(
        zip(_ids(plain), record_updates(client, plain, discover(client)), strict=True)
    ) | _tightened(client, [case for case in cases if "old_crd" in case], folder)
    return [outcomes[case["id"]] for case in cases]


def _ids(cases: Sequence[Case]) -> list[str]:
    return [case["id"] for case in cases]


def _tightened(client: Client, cases: Sequence[Case], folder: Path) -> dict[str, Outcome]:
    """Make all old objects, each in a namespace of its own, then tighten the definitions, then try the updates."""
    for loose in sorted({case["old_crd"] for case in cases}):
        _apply(client, _read(folder / loose))
    time.sleep(_CHANGED_SECONDS)
    endpoints = discover(client)
    moved: dict[str, Case] = {}
    made: dict[str, str] = {}
    outcomes: dict[str, Outcome] = {}
    for number, case in enumerate(cases):
        namespace = f"update-{number}-{time.time_ns()}"
        client.call("POST", "/api/v1/namespaces", {"metadata": {"name": namespace}})
        key = case["id"]
        moved[key] = _moved(case, namespace)
        old = moved[key]["old"]
        path = endpoints[old["apiVersion"], old["kind"]].path(namespace)
        answer = client.ask("POST", path, old)
        if answer.is_success:
            made[key] = f"{path}/{answer.body['metadata']['name']}"
        else:
            outcomes[key] = no_old_object(answer)
    for definition in sorted((folder / "crds").glob("*.yaml")):
        _apply(client, _read(definition))
    time.sleep(_CHANGED_SECONDS)
    return outcomes | {key: try_update(client, moved[key], name) for key, name in made.items()}


def _moved(case: Case, namespace: str) -> Case:
    moved = copy.deepcopy(case)
    for manifest in (moved["old"], moved["new"]):
        if "namespace" in manifest.get("metadata", {}):
            manifest["metadata"]["namespace"] = namespace
    return moved


def record_schemas(client: Client, cases: Sequence[Case]) -> list[Outcome]:
    """Ask whether the server takes each case's `schema` in a definition, at the property `x` of `spec`."""
    return [
        outcome_of(
            client.ask("POST", _DEFINITIONS, _probe(case["schema"]), dryRun="All", fieldValidation="Strict")
        )
        for case in cases
    ]


def _probe(schema: dict[str, Any]) -> dict[str, Any]:
    spec = {"type": "object", "properties": {"x": schema}}
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": spec}}},
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "probes.try.example.com"},
        "spec": {
            "group": "try.example.com",
            "scope": "Namespaced",
            "names": {"plural": "probes", "singular": "probe", "kind": "Probe", "listKind": "ProbeList"},
            "versions": [version],
        },
    }
