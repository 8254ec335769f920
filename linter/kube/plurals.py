"""The names that kinds have in URLs and policies: `deployments`, `networkpolicies`."""

from __future__ import annotations


def resource_name(kind: str) -> str:
    """Return the resource of a kind, by the rule that all built-in kinds follow (Endpoints stays as it is).

    Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#standard-api-terminology
    """
    name = kind.lower()
    if name == "endpoints":
        return name
    if name.endswith(("s", "x")):
        return f"{name}es"
    if name.endswith("y") and name[-2:-1] not in {"a", "e", "i", "o", "u"}:
        return f"{name[:-1]}ies"
    return f"{name}s"
