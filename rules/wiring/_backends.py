"""The Services that an Ingress sends requests to."""

from __future__ import annotations

from linter.light_typing import NamedTuple
from linter.rules.facts.manifests import dig, items, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from linter.loading.resource import Resource
    from linter.path import FieldPath


class Backend(NamedTuple):
    """A Service that an Ingress names, with the number or name of its port."""

    service: str
    port: str | int
    path: FieldPath
    port_path: FieldPath


def ingress_backends(ingress: Resource) -> Iterator[Backend]:
    """Yield the backends of an Ingress; those that a controller resolves itself (`use-annotation`) are left out."""
    spec = dig(ingress.manifest, "spec")
    yield from _backend(dig(spec, "defaultBackend"), ("spec", "defaultBackend"))
    for number, host in items(spec, "rules"):
        for index, path in items(host, "http", "paths"):
            yield from _backend(
                dig(path, "backend"), ("spec", "rules", number, "http", "paths", index, "backend")
            )


def _backend(backend: Any, path: FieldPath) -> Iterator[Backend]:
    service = text(backend, "service", "name")
    for field in ("name", "number"):
        port = dig(backend, "service", "port", field)
        if service and isinstance(port, (str, int)) and port and port != "use-annotation":
            at = (*path, "service")
            yield Backend(service, port, (*at, "name"), (*at, "port", field))
            return
