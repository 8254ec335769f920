"""What only one pod can hold: claims that one node or one pod may use, and ports of the node."""

from __future__ import annotations

from linter.kube import node_sharing
from linter.kube.node_sharing import holder_of
from linter.light_typing import NamedTuple
from linter.rules.facts.manifests import dig
from linter.rules.facts.pods import long_running, pods_of, template_labels

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource
    from linter.path import FieldPath


class HeldClaim(NamedTuple):
    """A claim that a pod template mounts and that only one node, or only one pod, can use at a time."""

    path: FieldPath
    name: str
    one_pod: bool


def held_claims(resource: Resource, context: Context) -> Iterator[HeldClaim]:
    """Yield the ReadWriteOnce and ReadWriteOncePod claims of the run that a pod template names.

    Claims that the run does not define are left out: nothing is known of them.
    """
    pods = pods_of(resource)
    for index, volume in enumerate(pods.spec.get("volumes") or ()):
        name = dig(volume, "persistentVolumeClaim", "claimName")
        if not isinstance(name, str):
            continue
        claims = context.inventory.named("PersistentVolumeClaim", resource.namespace, name)
        holder = holder_of(dig(claims[0].manifest, "spec", "accessModes") if claims else None)
        if holder is not None:
            path = (*pods.path, "volumes", index, "persistentVolumeClaim", "claimName")
            yield HeldClaim(path, name, one_pod=holder == "pod")


def pinned_to_one_node(resource: Resource) -> bool:
    """Tell whether all pods of a template land on the same node, where they can share a ReadWriteOnce volume."""
    return node_sharing.pinned_to_one_node(pods_of(resource).spec, template_labels(resource))


class HeldPort(NamedTuple):
    """A port of the node that a pod template takes."""

    path: FieldPath
    port: int
    container: str


def held_ports(resource: Resource) -> Iterator[HeldPort]:
    """Yield the ports of the node that a pod takes. With hostNetwork every declared port is one."""
    host_network = bool(pods_of(resource).spec.get("hostNetwork"))
    for container in long_running(resource):
        for index, port in enumerate(container.spec.get("ports") or ()):
            if number := node_sharing.taken_port(port, host_network=host_network):
                key = "hostPort" if port.get("hostPort") else "containerPort"
                path = (*container.path, "ports", index, key)
                yield HeldPort(path, number, container.spec.get("name") or "")


def claim_of_one_pod(resource: Resource, context: Context) -> HeldClaim | None:
    """Return a claim of the run that an old and a new pod cannot share, wherever they land; None where there is none."""
    pinned = pinned_to_one_node(resource)
    return next((claim for claim in held_claims(resource, context) if claim.one_pod or not pinned), None)


def may_be_exclusive(resource: Resource, context: Context) -> bool:
    """Tell whether two pods of the template may get into each other's way, as far as the run tells.

    A claim that the run does not define may be for one node alone.
    """
    pods = pods_of(resource)
    if pods.spec.get("hostNetwork") or any(held_ports(resource)) or claim_of_one_pod(resource, context):
        return True
    names = (dig(volume, "persistentVolumeClaim", "claimName") for volume in pods.spec.get("volumes") or ())
    return any(
        not context.inventory.named("PersistentVolumeClaim", resource.namespace, name)
        for name in names
        if isinstance(name, str)
    )
