"""The defaults of apiregistration.k8s.io."""

from __future__ import annotations

from linter.kube.defaults.fill import fill

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.kube.defaults.fill import Object


def default(obj: Object) -> Object:
    """Return an APIService with its defaults."""
    spec = obj.get("spec") or {}
    if "service" not in spec:
        return obj
    return {**obj, "spec": {**spec, "service": fill(spec["service"], port=443)}}
