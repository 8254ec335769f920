"""The custom resources that a CustomResourceDefinition describes."""

from __future__ import annotations

from linter.apiserver.apiextensions.shape import validate_shape
from linter.apiserver.customresources.plain import normalized
from linter.apiserver.errors import Errors
from linter.light_typing import NamedTuple
from linter.version import DEFAULT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from linter.apiserver.customresources.plain import Schema


class CustomResource(NamedTuple):
    """One version of a custom resource, as its definition has it."""

    api_version: str
    kind: str
    schema: Schema
    """The structural schema, without nulls (linter.apiserver.customresources.plain)."""
    is_namespaced: bool = True
    prunes: bool = True
    """Whether fields that the schema does not know are dropped, which strict reading refuses."""
    has_status: bool = False
    """Whether status is a subresource, so that a manifest does not set it."""
    scale: dict[str, Any] | None = None
    """The scale subresource."""
    deprecation: str | None = None
    """What users of a deprecated version are told."""


def custom_resources(definition: Mapping[str, Any]) -> Iterator[CustomResource]:
    """Yield the versions that a CustomResourceDefinition of apiextensions.k8s.io/v1 serves.

    What is no such definition, or too broken to hold a schema, yields nothing: it is judged elsewhere.
    """
    match definition:
        case {
            "spec": {"group": str(group), "names": {"kind": str(kind)}, "versions": list(versions), **spec}
        }:
            pass
        case _:
            return
    for version in versions:
        match version:
            case {"name": str(name), "schema": {"openAPIV3Schema": dict(schema)}, **rest}:
                pass
            case _:
                continue
        if rest.get("served") is False or not _can_be_decoded(schema):
            continue
        api_version = f"{group}/{name}"
        subresources = rest.get("subresources")
        subresources = subresources if isinstance(subresources, dict) else {}
        scale = subresources.get("scale")
        yield CustomResource(
            api_version,
            kind,
            normalized(schema),
            is_namespaced=spec.get("scope") != "Cluster",
            prunes=spec.get("preserveUnknownFields") is not True,
            has_status=subresources.get("status") is not None,
            scale=scale if isinstance(scale, dict) else None,
            deprecation=_deprecation(rest, api_version, kind),
        )


def _can_be_decoded(schema: dict[str, Any]) -> bool:
    errors = Errors(DEFAULT)
    validate_shape(schema, (), errors)
    return not errors.errors


def _deprecation(version: Mapping[Any, Any], api_version: str, kind: str) -> str | None:
    if version.get("deprecated") is not True:
        return None
    warning = version.get("deprecationWarning")
    return warning if isinstance(warning, str) and warning else f"{kind} of `{api_version}` is deprecated."
