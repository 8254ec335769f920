"""Defaults of ReplicationControllers."""

from __future__ import annotations

from linter.kube.defaults.fill import fill, with_template_labels
from linter.kube.defaults.pods import default_template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.kube.defaults.fill import Object


def default(obj: Object) -> Object:
    """Return a ReplicationController with defaults."""
    spec = fill(obj.get("spec") or {}, replicas=1)
    if "template" not in spec:
        return {**obj, "spec": spec}
    spec["template"] = default_template(spec["template"])
    labels = (spec["template"].get("metadata") or {}).get("labels")
    if labels and not spec.get("selector"):
        spec["selector"] = labels
    return with_template_labels({**obj, "spec": spec})
