"""What `kubectl apply` makes of an update without --server-side, where it is not what the manifest says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.planner.model import object_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linter.planner.model import Manifest


def deviations(old: Manifest, new: Manifest, around: Sequence[Manifest]) -> Iterator[str]:
    """Yield what becomes of an object otherwise than its manifest says.

    Args:
        old: The manifest that was applied before.
        new: The manifest that is applied.
        around: What else is applied.
    """
    if note := _kept_rolling_update(old, new):
        yield note
    yield from lost_ports(old, new)
    if note := _replicas_of_an_autoscaler(old, new, around):
        yield note


def _kept_rolling_update(old: Manifest, new: Manifest) -> str | None:
    """Tell where `kubectl apply` makes an object that the API server refuses, although the manifest is right.

    A StatefulSet's update strategy is merged field by field. The rollingUpdate block that the server filled in stands in no
    manifest, so that nothing takes it out when the type becomes OnDelete, which allows no such block.
    """
    if new.get("kind") != "StatefulSet":
        return None
    before, after = ((each.get("spec") or {}).get("updateStrategy") or {} for each in (old, new))
    if after.get("type") != "OnDelete" or before.get("type") == "OnDelete":
        return None
    if "rollingUpdate" in after or before.get("rollingUpdate"):
        return None
    return (
        "kubectl apply would keep the rollingUpdate block that the API server filled in, and be refused:"
        " write `rollingUpdate: null` beside `type: OnDelete`."
    )


def lost_ports(old: Manifest, new: Manifest) -> Iterator[str]:
    """Tell of ports that are lost, since lists of ports are merged by their number alone, whatever the protocol.

    The merge takes TCP and UDP of one number for the same port. It goes wrong where such a list changes.
    """
    before = _ports(old)
    for name, ports in _ports(new).items():
        was = before.get(name)
        if was is None or was == ports:
            continue
        for number in sorted(_of_two_protocols(was) | _of_two_protocols(ports)):
            protocols = " and ".join(
                f"{number}/{protocol}" for each, protocol in dict.fromkeys([*was, *ports]) if each == number
            )
            yield (
                f"kubectl apply merges ports by their number alone and may lose one of {protocols}: "
                "use kubectl apply --server-side, or kubectl replace."
            )


def _of_two_protocols(ports: Sequence[tuple[Any, str]]) -> set[Any]:
    numbers = [number for number, _ in dict.fromkeys(ports)]
    return {number for number in numbers if numbers.count(number) > 1}


def _ports(manifest: Manifest) -> dict[str, list[tuple[Any, str]]]:
    """Return the ports of each container of a workload, or those of a Service under an empty name: number and protocol."""
    spec = manifest.get("spec") or {}
    if manifest.get("kind") == "Service":
        lists = {"": ("port", spec.get("ports"))}
    else:
        pod = (spec.get("template") or {}).get("spec") or {}
        lists = {
            each.get("name") or "": ("containerPort", each.get("ports"))
            for field in ("initContainers", "containers")
            for each in pod.get(field) or ()
        }
    return {
        name: [(port.get(key), port.get("protocol") or "TCP") for port in ports or ()]
        for name, (key, ports) in lists.items()
    }


def _replicas_of_an_autoscaler(old: Manifest, new: Manifest, around: Sequence[Manifest]) -> str | None:
    """Tell of a workload whose replicas are left to an autoscaler: the field goes, and the API server fills in 1."""
    before, after = ((each.get("spec") or {}).get("replicas") for each in (old, new))
    if before is None or before <= 1 or after is not None:
        return None
    kind, namespace, name = object_id(new)
    for scaler in around:
        spec = scaler.get("spec") or {}
        target = spec.get("scaleTargetRef") or {}
        named = (target.get("kind") or "Deployment", target.get("name")) == (kind, name)
        if named and object_id(scaler).namespace == namespace:
            least = spec.get("minReplicas", spec.get("minReplicaCount"))
            until = f"raises it to its minimum of {least}" if isinstance(least, int) and least > 1 else "acts"
            return (
                f"kubectl apply takes `replicas` away, and the API server fills in 1, until the {scaler.get('kind')} "
                f"{object_id(scaler).name} {until}. Remove it from the last-applied annotation first "
                "(kubectl apply edit-last-applied): then the number stays."
            )
    return None
