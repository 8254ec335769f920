"""What an update must not change. These rules only speak where the stored object is known.

Source: https://kubernetes.io/docs/reference/kubernetes-api/ ("cannot be updated", "immutable") and the recorded updates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.engine.rule import Context, Problem, rule
from linter.kube import quantities
from linter.kube.suggest import quote

from .service_allocation import (
    CLUSTER_IPS,
    POLICY,
    Allocated,
    Spec,
    ip_path,
    is_headless,
    needs_health_check,
    settle,
    stored_spec,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource

# Of a StatefulSet's spec; what is not listed here can be updated.
FIXED_FIELDS = ("serviceName", "podManagementPolicy", "selector", "volumeClaimTemplates")
# Maps with free keys: an empty text in them is a value, not an absent field.
_FREE_MAPS = frozenset({"labels", "annotations", "matchLabels"})
# Fields that are absent, not empty, where they are not written.
_OPTIONAL = frozenset(
    {"storageClassName", "volumeAttributesClassName", "apiGroup", "selector", "dataSource", "dataSourceRef"}
)


@rule("immutable-fields", kinds={"StatefulSet"})
def immutable_fields(resource: Resource, context: Context) -> Iterator[Problem]:
    """A StatefulSet keeps its selector, service name, pod management policy and volume claim templates.

    An update may only change replicas, ordinals, template, updateStrategy, minReadySeconds,
    persistentVolumeClaimRetentionPolicy and, since Kubernetes 1.33, revisionHistoryLimit. All else decides on names,
    DNS records and volumes of pods that are running.

    Mend it by `kubectl delete statefulset NAME --cascade=orphan`, which leaves the pods running, and creating it
    again with the new values. Volumes that exist keep their size: to enlarge them, edit the PersistentVolumeClaims,
    too.

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: db
    spec:
      clusterIP: None
      selector:
        app: db
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata:
      name: db
    spec:
      serviceName: db
      selector:
        matchLabels:
          app: db
      template:
        metadata:
          labels:
            app: db
        spec:
          containers:
          - name: db
            image: postgres:16.3
            readinessProbe:
              tcpSocket:
                port: 5432
    ```
    """
    if context.old is None or context.old.kind != resource.kind:
        return
    new, old = resource.object["spec"], context.old.object["spec"]
    fixed = FIXED_FIELDS if context.version >= (1, 33) else (*FIXED_FIELDS, "revisionHistoryLimit")
    changed = [name for name in fixed if _normal(new.get(name), name) != _normal(old.get(name), name)]
    if changed:
        yield Problem(
            ("spec", changed[0]),
            f"{' and '.join(changed)} of a StatefulSet can't be changed. Delete it with --cascade=orphan, which leaves "
            "the pods running, and create it again.",
            "Forbidden",
            "spec",
        )


@rule("immutable-cluster-ips", kinds={"Service"})
def immutable_cluster_ips(resource: Resource, context: Context) -> Iterator[Problem]:
    """A Service keeps its cluster IPs and IP families.

    Clients may hold on to the address, so it can't be changed, nor can a Service become headless or stop being
    headless. A second address and family may be added, and given up with `ipFamilyPolicy: SingleStack`.

    Mend it by leaving clusterIP out of the manifest (the Service then keeps its address), by a new name, or by
    deleting the Service and creating it again.

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      selector:
        app: web
      ports:
      - port: 80
    ```
    """
    both = _both_services(resource, context)
    if both is None:
        return
    new, old = both
    if "ExternalName" in (new["type"], old["type"]) or (is_headless(new) and is_headless(old)):
        return
    addresses, stored = new["clusterIPs"], old["clusterIPs"]
    if stored and not addresses:
        yield Problem(CLUSTER_IPS, "The cluster IP can't be taken away.", "Invalid", "spec.clusterIPs[0]")
    # Where the number of addresses changes, only the first one has to stay.
    compared = len(stored) if len(stored) == len(addresses) else 1
    for index, (before, after) in enumerate(zip(stored[:compared], addresses, strict=False)):
        if before != after:
            yield Problem(
                ip_path(resource, index),
                _changed_address(before, after),
                "Invalid",
                f"spec.clusterIPs[{index}]",
            )
    families, stored_families = new["ipFamilies"], old["ipFamilies"]
    if is_headless(new) == is_headless(old):
        compared = len(stored_families) if len(stored_families) == len(families) else 1
        if stored_families[:compared] != families[:compared]:
            yield Problem(
                ("spec", "ipFamilies"), "The IP families can't be changed.", "Invalid", "spec.ipFamilies[0]"
            )
    single = new.get("ipFamilyPolicy") == "SingleStack"
    if not single and (len(addresses) == 1 < len(stored) or len(families) == 1 < len(stored_families)):
        yield Problem(POLICY, "To give up the second family, set `ipFamilyPolicy: SingleStack`.", "Invalid")


@rule("immutable-load-balancer", kinds={"Service"})
def immutable_load_balancer(resource: Resource, context: Context) -> Iterator[Problem]:
    """A load balancer keeps its class and its health check port.

    `loadBalancerClass` decides who provides the load balancer; another provider would not know of the old one.
    `healthCheckNodePort` is what the load balancer was set up with.

    Mend it by leaving the field as it was, or by deleting the Service and creating it again.

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      type: LoadBalancer
      selector:
        app: web
      ports:
      - port: 80
    ```
    """
    both = _both_services(resource, context)
    if both is None:
        return
    new, old = both
    name = "loadBalancerClass"
    if new["type"] == old["type"] == "LoadBalancer" and new.get(name) != old.get(name):
        stored = f"is {quote(old[name])} in the cluster" if old.get(name) is not None else "was not set"
        yield Problem(("spec", name), f"loadBalancerClass {stored} and can't be changed.", "Invalid")
    name = "healthCheckNodePort"
    if needs_health_check(new) and needs_health_check(old) and (new.get(name) or 0) != (old.get(name) or 0):
        yield Problem(
            ("spec", name),
            "healthCheckNodePort can't be changed: leave it out, and the Service keeps its port.",
            "Forbidden",
        )


def _both_services(resource: Resource, context: Context) -> tuple[Spec, Spec] | None:
    """Return the specs after and before an update; None where there is none or it does not come to validation."""
    if context.old is None or context.old.kind != "Service":
        return None
    settled = settle(resource, context)
    return None if settled.refused else (settled.spec, stored_spec(context.old))


def _changed_address(before: Any, after: Any) -> str:
    if after == "None":
        return "A Service can't become headless: give it a new name, or delete it and create it again."
    if before == "None":
        return (
            "A headless Service can't get a cluster IP: give it a new name, or delete it and create it again."
        )
    stored = "another one" if isinstance(before, Allocated) else quote(before)
    return (
        f"The cluster IP can't be changed (it is {stored}): leave it out, and the Service keeps its address."
    )


def _normal(value: Any, name: str = "") -> Any:
    """Return a value such that two that the API server takes for equal are equal: absent, empty and zero are the same.

    Amounts are compared as numbers. The kind and the status of a claim template don't count.
    """
    if isinstance(value, dict):
        if name in ("requests", "limits"):
            return {key: quantities.parse(each).in_millis().nanos for key, each in value.items()} or None
        if name in _FREE_MAPS:
            return value or None
        fields = {
            key: _normal(each, key)
            for key, each in value.items()
            if key not in ("apiVersion", "kind", "status")
        }
        return {key: each for key, each in fields.items() if each is not None} or (
            {} if name in _OPTIONAL else None
        )
    if isinstance(value, list):
        return [_normal(each) for each in value] or None
    return None if not value and name not in _OPTIONAL else value
