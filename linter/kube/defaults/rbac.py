"""The defaults of rbac.authorization.k8s.io."""

from __future__ import annotations

from linter.kube.defaults.fill import fill_zero

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.kube.defaults.fill import Object


GROUP = "rbac.authorization.k8s.io"


def default(obj: Object) -> Object:
    """Return a RoleBinding or ClusterRoleBinding with its defaults."""
    obj = {**obj, "roleRef": fill_zero(obj.get("roleRef") or {}, apiGroup=GROUP)}
    if "subjects" in obj:
        obj["subjects"] = [
            fill_zero(subject, apiGroup=GROUP) if subject.get("kind") in {"User", "Group"} else subject
            for subject in obj["subjects"]
        ]
    return obj
