"""Fetch the definitions that a server publishes at /openapi/v3, for schemas/generate.py."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conformance.client import Client

Definitions = dict[str, dict[str, Any]]


def fetch_definitions(client: Client) -> Definitions:
    """Return the definitions of all API groups, by name (io.k8s.api.apps.v1.Deployment).

    The server publishes a document for each version of a group. What several need (meta/v1) is in each of them; a
    few such definitions name the kinds of their own group alone and are joined.
    """
    definitions: Definitions = {}
    for document in client.call("GET", "/openapi/v3")["paths"].values():
        path, _, query = document["serverRelativeURL"].partition("?")
        fetched = client.call("GET", path, hash=query.removeprefix("hash="))
        for name, schema in fetched.get("components", {}).get("schemas", {}).items():
            definition = _without_prose(schema)
            if name in definitions:
                _join_kinds(definitions[name], definition)
            else:
                definitions[name] = definition
    return definitions


def as_text(definitions: Definitions) -> str:
    """Write definitions compactly, one a line, so that two versions can be compared."""
    lines = [
        f"{json.dumps(name)}:{json.dumps(definitions[name], separators=(',', ':'), sort_keys=True)}"
        for name in sorted(definitions)
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _without_prose(schema: Any) -> Any:
    """Drop descriptions; a property that is called `description` has a schema, not a text."""
    if isinstance(schema, dict):
        return {
            key: _without_prose(value)
            for key, value in schema.items()
            if key != "description" or not isinstance(value, str)
        }
    return [_without_prose(item) for item in schema] if isinstance(schema, list) else schema


def _join_kinds(known: dict[str, Any], other: dict[str, Any]) -> None:
    key = "x-kubernetes-group-version-kind"
    new = [kind for kind in other.get(key, []) if kind not in known.get(key, [])]
    if new:
        known[key] = sorted(
            [*known[key], *new], key=lambda kind: (kind["group"], kind["version"], kind["kind"])
        )
