"""`openapi`: another schema than the built-in one, for strategic merges."""

from __future__ import annotations

from linter.applysets.kustomize.errors import KustomizeError
from linter.applysets.kustomize.schema import builtin_schema, schema_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.applysets.kustomize.kustomization import Kustomization
    from linter.applysets.kustomize.reader import Reader
    from linter.applysets.kustomize.schema import Schema

_VERSION = "v1.21.2"
"""The one that is built in, under this name."""


def schema_for(reader: Reader, kustomization: Kustomization) -> Schema:
    """Return the schema for the build of a kustomization.

    Raises:
        KustomizeError: It names one that is not there.
    """
    openapi = kustomization.fields.get("openapi") or {}
    version, path = openapi.get("version"), openapi.get("path")
    if path is None:
        if version and version != _VERSION:
            raise KustomizeError(
                f"The version {version} is not built into kustomize; {_VERSION} is.",
                kustomization.place("openapi", "version"),
            )
        return builtin_schema()
    place = kustomization.place("openapi", "path")
    if version is not None:
        raise KustomizeError("`openapi` has a `path` or a `version`, not both.", place)
    return reader.schema(kustomization.folder, path, place, schema_of)
