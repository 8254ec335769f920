"""How each object of a run was judged: as the API server does, by a schema, or not at all."""

from __future__ import annotations

from linter.apiserver.kinds import KINDS
from linter.light_typing import NamedTuple, assert_never

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from linter.engine.inventory import Inventory
    from linter.engine.run.servers import Servers
    from linter.loading.resource import Resource

    Status = Literal["full", "schema", "unchecked", "refused", "malformed"]
    """As the API server does; by fields and types alone; not at all, for nothing is known of a custom resource; refused, for there is no
    such kind; not at all, for it has no kind or apiVersion."""


class JudgedObject(NamedTuple):
    """One object of a run, once for each apply set that it is in."""

    resource: Resource
    apply_set: str
    """The folder of the kustomization that builds it; "" for a file that is judged by itself."""
    scope: Inventory
    """What is applied together with it."""
    status: Status


def status_of(resource: Resource, servers: Servers, apply_set: Inventory | None) -> Status:
    """Tell how a resource is judged.

    Args:
        resource: The resource.
        servers: The API servers of the run.
        apply_set: What is applied with it, where it is built.
    """
    api_version, kind = resource.api_version, resource.kind
    if not api_version or not kind:
        return "malformed"
    if (api_version, kind) in KINDS:
        return "full"
    match servers.of(resource, apply_set).kind_status(api_version, kind):
        case "built-in" | "custom":
            return "schema"
        case "skipped":
            return "unchecked"
        case "defined":
            return "full"
        case "unknown":
            return "refused"
        case status:
            assert_never(status)
