"""The schemas of custom resources: of CustomResourceDefinitions in the run, and from the locations that the user names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.apiserver.customresources.definition import custom_resources
from linter.apiserver.customresources.schema import Work
from linter.apiserver.customresources.validate import CustomResourceSchema
from linter.version import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from linter.apiserver.decode import CustomSchema
    from linter.version import KubeVersion


class CustomSchemas:
    """The schemas of custom resources.

    Args:
        definitions: CustomResourceDefinitions of apiextensions.k8s.io/v1, as plain data. What is something else, or too broken to
            hold a schema, is passed over: it is judged elsewhere.
        locations: Where else to look, in order: folders, files or URL templates (linter.engine.custom.schema_locations).
        version: The Kubernetes version, for templates that ask for it.
    """

    def __init__(
        self,
        definitions: Iterable[Mapping[str, Any]] = (),
        locations: Sequence[str] = (),
        version: KubeVersion = DEFAULT,
    ) -> None:
        self._known: dict[tuple[str, str], CustomSchema | None] = {}
        self._work = Work()
        for definition in definitions:
            self._known.update(self._schemas(definition))
        self._locations = locations
        self._version = version

    def find(self, api_version: str, kind: str) -> CustomSchema | None:
        """Return the schema of a custom resource; None where there is none.

        Raises:
            SchemaLocationError: a location can't be read.
        """
        key = (api_version, kind)
        if key not in self._known:
            self._known[key] = self._looked_up(api_version, kind)
        return self._known[key]

    def _looked_up(self, api_version: str, kind: str) -> CustomSchema | None:
        if not self._locations:
            return None
        from linter.engine.custom.json_schema import JsonSchema
        from linter.engine.custom.schema_locations import fetch

        for location in self._locations:
            for document in fetch(location, api_version, kind, self._version):
                if document.get("kind") != "CustomResourceDefinition":
                    return JsonSchema(document)
                schema = self._schemas(document).get((api_version, kind))
                if schema is not None:
                    return schema
        return None

    def _schemas(self, definition: Mapping[str, Any]) -> dict[tuple[str, str], CustomSchema]:
        return {
            (each.api_version, each.kind): CustomResourceSchema(each, self._work)
            for each in custom_resources(definition)
        }
