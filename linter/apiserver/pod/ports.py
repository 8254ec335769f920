"""Ports of containers, and those of the node that they claim.

Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#ports
"""

from __future__ import annotations

from linter.apiserver.constraints import check
from linter.kube import names
from linter.kube.suggest import quote
from linter.path import format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from typing import Any

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object
    from linter.path import FieldPath


_HOST_PORT = frozenset({"hostPort"})
_HOST_IP = frozenset({"hostIP"})


def validate_container_ports(ports: Sequence[Object], path: FieldPath, errors: Errors) -> None:
    """Judge the ports of a container.

    Args:
        ports: The ports.
        path: Where they are.
        errors: Gets what is wrong.
    """
    rule = "container-ports"
    seen: set[str] = set()
    for index, port in enumerate(ports):
        at = (*path, index)
        if name := port.get("name"):
            if faults := names.port_name(name):
                errors.faults((*at, "name"), "The port name", name, faults, rule=rule)
            elif name in seen:
                message = f"Another port of the container is named {quote(name)}."
                errors.duplicate((*at, "name"), message, rule=rule)
            else:
                seen.add(name)
        number = port.get("containerPort") or 0
        if not number:
            errors.required((*at, "containerPort"), "The port has no containerPort.", rule=rule)
        elif not names.is_port_number(number):
            errors.invalid((*at, "containerPort"), f"{number} is not a port number: 1 to 65535.", rule=rule)
        host = port.get("hostPort")
        if host and not names.is_port_number(host):
            errors.invalid((*at, "hostPort"), f"{host} is not a port number: 1 to 65535.", rule=rule)
        check("core/v1.ContainerPort", port, at, errors)


def validate_host_ports(
    ports: Sequence[Object],
    path: FieldPath,
    errors: Errors,
    taken: set[tuple[Any, ...]],
    *,
    seen_at: FieldPath | None = None,
) -> None:
    """Judge that the ports of a container claim no port of the node that is taken.

    Args:
        ports: The ports.
        path: Where they are.
        errors: Gets what is wrong.
        taken: What containers before claim that run at the same time; gets what these claim.
        seen_at: Where they are as the server spells it, if that differs.
    """
    if all(map(_HOST_PORT.isdisjoint, ports)):
        return  # nearly always
    for index, port in enumerate(ports):
        host = port.get("hostPort")
        if not host:
            continue
        claim = (port.get("protocol"), port.get("hostIP") or "", host)
        if claim in taken:
            field = None if seen_at is None else format_path((*seen_at, index, "hostPort"))
            message = f"The port {host} of the node is taken by another port of the pod."
            errors.duplicate((*path, index, "hostPort"), message, rule="host-port-clash", field=field)
        taken.add(claim)


def warn_of_ports(containers: Sequence[tuple[Object, FieldPath]], errors: Errors) -> None:
    """Warn of addresses without a port of the node, and of ports that are declared twice in a pod.

    Args:
        containers: All containers of the pod, each with its path.
        errors: Gets the warnings.
    """
    if are_apart(
        [port for container, _ in containers if "ports" in container for port in container["ports"]]
    ):
        return  # nearly always
    known: dict[tuple[Any, Any], list[tuple[FieldPath, Object]]] = {}
    by_name: dict[str, FieldPath] = {}
    for container, at in containers:
        for index, port in enumerate(container.get("ports") or ()):
            path = (*at, "ports", index)
            if port.get("hostIP") and not port.get("hostPort"):
                message = "hostIP does nothing without a hostPort; add one, or remove it."
                errors.warn(path, message, rule="host-ip-without-host-port")
            name = port.get("name")
            if name and (first := by_name.setdefault(name, path)) is not path and first[:-2] != path[:-2]:
                message = f"The port name {quote(name)} belongs to {format_path(first)} already."
                errors.warn(path, message, rule="repeated-ports")
            others = known.setdefault((port.get("containerPort"), port.get("protocol")), [])
            for other_path, other in others:
                if relation := _relation(port, other):
                    message = f"The port {relation} {format_path(other_path)}."
                    errors.warn(path, message, rule="repeated-ports")
            others.append((path, port))


def are_apart(ports: Collection[Object]) -> bool:
    """Tell whether there is surely nothing to warn of: the ports of a pod have a number each, no name twice, and no address."""
    written = [port["name"] for port in ports if "name" in port]
    return (
        len({port.get("containerPort") for port in ports}) == len(ports)
        and len({*written}) == len(written)
        and all(map(_HOST_IP.isdisjoint, ports))
    )


def _relation(port: Object, other: Object) -> str | None:
    """Say how two ports with one number and protocol get into each other's way; None where they don't."""
    host, other_host = port.get("hostPort") or 0, other.get("hostPort") or 0
    ip, other_ip = port.get("hostIP") or "", other.get("hostIP") or ""
    if host == other_host and ip == other_ip:
        return "repeats"
    if not host or not other_host:
        return "overlaps with"
    if host == other_host and (not ip or not other_ip):
        return "listens on the same port of the node, on all or on one of its addresses, as"
    return None
