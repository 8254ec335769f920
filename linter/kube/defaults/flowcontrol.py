"""The defaults of flowcontrol.apiserver.k8s.io."""

from __future__ import annotations

from linter.kube.defaults.fill import fill, fill_zero

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.kube.defaults.fill import Object


def default(obj: Object) -> Object:
    """Return a FlowSchema or PriorityLevelConfiguration with its defaults."""
    spec = obj.get("spec") or {}
    match obj["kind"]:
        case "FlowSchema":
            return {**obj, "spec": fill_zero(spec, matchingPrecedence=1000)}
        case "PriorityLevelConfiguration":
            return {**obj, "spec": _priority_level(spec)}
        case kind:
            raise KeyError(kind)


def _priority_level(spec: Object) -> Object:
    spec = dict(spec)
    if "exempt" in spec:
        spec["exempt"] = fill(spec["exempt"], nominalConcurrencyShares=0, lendablePercent=0)
    if "limited" in spec:
        limited = fill(spec["limited"], nominalConcurrencyShares=30, lendablePercent=0)
        response = limited.get("limitResponse") or {}
        if "queuing" in response:
            queuing = fill_zero(response["queuing"], handSize=8, queues=64, queueLengthLimit=50)
            response = {**response, "queuing": queuing}
        spec["limited"] = {**limited, "limitResponse": response}
    return spec
