"""Which CustomResourceDefinitions judge a resource: the API server of each resource of the run."""

from __future__ import annotations

from posixpath import dirname

from linter.apiserver.server import Server
from linter.kube.kinds import is_builtin
from linter.kube.unknown import known

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.apiserver.customresources.schema import Work
    from linter.apiserver.decode import CustomSchema
    from linter.engine.inventory import Inventory
    from linter.loading.resource import Resource
    from linter.version import KubeVersion


class Servers:
    """The API servers of a run.

    A definition judges the custom resources of its own apply set, of its own folder and of the folders below that. Another copy
    elsewhere in a repository may be of another version of its project: it has to be named as a schema location.

    Args:
        run: All resources.
        locations: Schema locations that the user named.
        version: The Kubernetes version.
    """

    def __init__(self, run: Inventory, locations: Sequence[str], version: KubeVersion) -> None:
        self._run = run
        self._locations = locations
        self._version = version
        self._schemas: dict[int, dict[tuple[str, str], CustomSchema]] = {}
        self._by_definitions: dict[tuple[int, ...], Server] = {}
        self._plain = Server(version)
        self._work: Work | None = None

    def of(self, resource: Resource, apply_set: Inventory | None = None) -> Server:
        """Return the API server for a resource.

        Args:
            resource: The resource.
            apply_set: What is applied with it, where it is built.
        """
        if is_builtin(resource.api_version):
            return self._plain
        definitions = self._run.of_kind("CustomResourceDefinition")
        if not (definitions or self._locations):
            return self._plain
        folder = dirname(resource.document.source.name)
        above = [each for each in definitions if _is_below(folder, dirname(each.document.source.name))]
        # The nearest one is the last, which counts.
        above.sort(key=lambda each: len(dirname(each.document.source.name)))
        chosen = [*above, *(apply_set.of_kind("CustomResourceDefinition") if apply_set is not None else ())]
        key = tuple(map(id, chosen))
        if key not in self._by_definitions:
            self._by_definitions[key] = self._server(chosen)
        return self._by_definitions[key]

    @property
    def unasked(self) -> int:
        """How many custom resources have rules in CEL that nobody asked, for the extra is not installed."""
        return 0 if self._work is None else self._work.unasked

    def _server(self, definitions: Sequence[Resource]) -> Server:
        from linter.apiserver.customresources.schema import Work
        from linter.engine.custom_resources import CustomSchemas, schemas_of

        if self._work is None:
            self._work = Work()
        schemas: dict[tuple[str, str], CustomSchema] = {}
        for each in definitions:
            if id(each) not in self._schemas:
                self._schemas[id(each)] = schemas_of(known(each.manifest), self._work)
            schemas |= self._schemas[id(each)]
        return Server(self._version, CustomSchemas(schemas, self._locations, self._version, self._work))


def _is_below(folder: str, other: str) -> bool:
    """Tell whether a folder is another one or lies in it."""
    return other in {"", ".", folder} or folder.startswith(f"{other}/")
