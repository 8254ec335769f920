"""What pods cannot share: ports of the node, and volumes that one node or one pod may use."""

from __future__ import annotations

from linter.kube.pods import long_running
from linter.kube.selectors import matches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any, Literal

HOSTNAME = "kubernetes.io/hostname"

_ONE_HOLDER = ("ReadWriteOnce", "ReadWriteOncePod")


def taken_port(port: Mapping[str, Any], *, host_network: bool) -> int | None:
    """Return the port of the node that a container's port takes: with hostNetwork every one that is declared."""
    number: int | None = port.get("hostPort") or (port.get("containerPort") if host_network else None)
    return number or None


def taken_ports(spec: Mapping[str, Any]) -> Iterator[int]:
    """Yield the ports of the node that a pod of a spec takes while it runs."""
    for container in long_running(spec):
        for port in container.get("ports") or ():
            if number := taken_port(port, host_network=bool(spec.get("hostNetwork"))):
                yield number


def holder_of(access_modes: object) -> Literal["node", "pod"] | None:
    """Return what a claim with these access modes can be used by at a time; None where that is not one alone.

    A pod is bound by the loosest mode that the claim asks for.
    """
    if (
        not isinstance(access_modes, list)
        or not access_modes
        or any(mode not in _ONE_HOLDER for mode in access_modes)
    ):
        return None
    return "node" if "ReadWriteOnce" in access_modes else "pod"


def pinned_to_one_node(spec: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    """Tell whether all pods of a template land on the same node, where they can share a ReadWriteOnce volume.

    Args:
        spec: The pod spec.
        labels: The labels of the pods.
    """
    if spec.get("nodeName") or HOSTNAME in (spec.get("nodeSelector") or {}):
        return True
    affinity = spec.get("affinity") or {}
    terms = (_required(affinity, "nodeAffinity") or {}).get("nodeSelectorTerms") or []
    if len(terms) == 1 and any(map(_names_one_node, _requirements(terms[0]))):
        return True
    return any(
        term.get("topologyKey") == HOSTNAME and matches(term.get("labelSelector"), labels)
        for term in _required(affinity, "podAffinity") or ()
    )


def _required(affinity: Mapping[str, Any], kind: str) -> Any:
    return (affinity.get(kind) or {}).get("requiredDuringSchedulingIgnoredDuringExecution")


def _requirements(term: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield from term.get("matchExpressions") or ()
    yield from term.get("matchFields") or ()


def _names_one_node(requirement: Mapping[str, Any]) -> bool:
    return (
        requirement.get("key") in {HOSTNAME, "metadata.name"}
        and requirement.get("operator") == "In"
        and len(requirement.get("values") or ()) == 1
    )
