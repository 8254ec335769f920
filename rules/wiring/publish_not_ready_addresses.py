"""Governing Services that hide pods from peers that look for them."""

from __future__ import annotations

import re

from linter.engine.filing import pod_template
from linter.engine.rule import Context, Problem, rule
from linter.rules.facts.manifests import describe, dig, items, number, text
from linter.rules.facts.pods import running_containers
from linter.rules.facts.services import is_headless

from ._stateful import governed_sets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource


@rule("publish-not-ready-addresses", kinds={"Service"}, severity="info", needs={"clusterIP"})
def publish_not_ready_addresses(resource: Resource, context: Context) -> Iterator[Problem]:
    """Members of a StatefulSet look for their peers in DNS, which shows only those that are ready.

    A member that becomes ready only once it has found the others, and is found only once it is ready, waits for ever or
    starts slowly. `publishNotReadyAddresses: true` lets the headless Service answer with all pods. Clients should then
    use a Service of their own, which shows ready pods alone.

    Reported where a set has several replicas and a readiness probe, and its containers' command or environment speaks of
    the governing Service's name.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata: {name: etcd}
    spec:
      clusterIP: None
      selector: {app: etcd}
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: etcd}
    spec:
      serviceName: etcd
      replicas: 3
      podManagementPolicy: Parallel
      selector: {matchLabels: {app: etcd}}
      template:
        metadata: {labels: {app: etcd}}
        spec:
          containers:
            - name: etcd
              image: quay.io/coreos/etcd:v3.5.16
              args: ["--initial-cluster=etcd-0=http://etcd-0.etcd:2380,etcd-1=http://etcd-1.etcd:2380"]
              readinessProbe: {tcpSocket: {port: 2379}}
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata: {name: etcd}
    spec:
      clusterIP: None
      publishNotReadyAddresses: true
      selector: {app: etcd}
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: etcd}
    spec:
      serviceName: etcd
      replicas: 3
      podManagementPolicy: Parallel
      selector: {matchLabels: {app: etcd}}
      template:
        metadata: {labels: {app: etcd}}
        spec:
          containers:
            - name: etcd
              image: quay.io/coreos/etcd:v3.5.16
              args: ["--initial-cluster=etcd-0=http://etcd-0.etcd:2380,etcd-1=http://etcd-1.etcd:2380"]
              readinessProbe: {tcpSocket: {port: 2379}}
    ```
    """
    if not is_headless(resource) or dig(resource.manifest, "spec", "publishNotReadyAddresses"):
        return
    for stateful_set in governed_sets(context.inventory, resource.namespace, resource.name):
        replicas = number(stateful_set.manifest, "spec", "replicas") or 1
        probed = any(dig(each.spec, "readinessProbe") for each in running_containers(stateful_set))
        if replicas > 1 and probed and _looks_for_peers(stateful_set, resource.name):
            message = (
                f"The members of {describe(stateful_set, resource)} look for each other by this Service's name, which shows "
                "only pods that are ready. Write `publishNotReadyAddresses: true`, and let clients use a Service of "
                "their own."
            )
            yield Problem(("spec", "publishNotReadyAddresses"), message)
            return


def _looks_for_peers(stateful_set: Resource, service: str) -> bool:
    """Tell whether a container's command or environment holds a DNS name that ends in the Service's."""
    # A pod's name before it (`web-0.nginx`, `$(POD_NAME).nginx`), or the namespace behind it (`nginx.default.svc`).
    name = re.escape(service)
    peer = re.compile(rf"[\w)}}]\.{name}(?![\w-])|(?<![\w.-]){name}\.(?:[\w$(){{}}-]+\.)?svc\b")
    template = pod_template(stateful_set)
    for name_of_list in ("initContainers", "containers"):
        for _, container in items(template, "spec", name_of_list):
            texts = [
                each
                for field in ("command", "args")
                if isinstance(words := dig(container, field), list)
                for each in words
                if isinstance(each, str)
            ]
            texts += [text(variable, "value") for _, variable in items(container, "env")]
            if any(map(peer.search, texts)):
                return True
    return False
