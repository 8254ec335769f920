"""The schemas of custom resources: of CustomResourceDefinitions in the run, and from the locations that the user names."""

from __future__ import annotations

from types import MappingProxyType

from linter.apiserver.customresources.definition import custom_resources
from linter.apiserver.customresources.validate import CustomResourceSchema
from linter.version import DEFAULT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from linter.apiserver.customresources.schema import Work
    from linter.apiserver.decode import CustomSchema
    from linter.version import KubeVersion


def schemas_of(
    definition: Mapping[str, Any], work: Work | None = None
) -> dict[tuple[str, str], CustomSchema]:
    """Return the schemas in a CustomResourceDefinition by apiVersion and kind.

    What is something else, or too broken to hold a schema, has none: it is judged elsewhere.

    Args:
        definition: A CustomResourceDefinition of apiextensions.k8s.io/v1, as plain data.
        work: What is left of the work of the run.
    """
    return {
        (each.api_version, each.kind): CustomResourceSchema(each, work)
        for each in custom_resources(definition)
    }


class CustomSchemas:
    """The schemas of custom resources.

    Args:
        schemas: Those that are known, by apiVersion and kind.
        locations: Where else to look, in order: folders, files or URL templates (linter.engine.custom.schema_locations).
        version: The Kubernetes version, for templates that ask for it.
        work: What is left of the work of the run.
    """

    def __init__(
        self,
        schemas: Mapping[tuple[str, str], CustomSchema] = MappingProxyType({}),
        locations: Sequence[str] = (),
        version: KubeVersion = DEFAULT,
        work: Work | None = None,
    ) -> None:
        self._known: dict[tuple[str, str], CustomSchema | None] = dict(schemas)
        self._locations = locations
        self._version = version
        self._work = work

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
                schema = schemas_of(document, self._work).get((api_version, kind))
                if schema is not None:
                    return schema
        return None
