"""The defaults of discovery.k8s.io."""

from __future__ import annotations

from linter.kube.defaults.fill import fill

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.kube.defaults.fill import Object


def default(obj: Object) -> Object:
    """Return an EndpointSlice with its defaults."""
    if "ports" not in obj:
        return obj
    return {**obj, "ports": [fill(port, name="", protocol="TCP") for port in obj["ports"]]}
