"""NetworkPolicies that allow traffic with no pods."""

from __future__ import annotations

from linter.engine.filing import requirements
from linter.engine.rule import Context, Problem, rule
from linter.rules.facts.manifests import dig, items
from linter.rules.facts.selectors import spell_selector
from linter.rules.facts.visibility import selects_nothing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource


@rule("network-policy-peer-selects-nothing", kinds={"NetworkPolicy"}, severity="info", needs={"podSelector"})
def network_policy_peer_selects_nothing(resource: Resource, context: Context) -> Iterator[Problem]:
    """A peer that a NetworkPolicy allows matches no pods.

    A `podSelector` under `from` or `to` without a `namespaceSelector` is about pods of the policy's own namespace, and the
    run shows none with these labels there. Either the labels are wrong, or the pods are in another namespace and a
    `namespaceSelector` is missing; or they are not in this run, and all is well.

    ```yaml bad
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: db}
    spec:
      podSelector: {matchLabels: {app: db}}
      ingress:
        - from: [{podSelector: {matchLabels: {app: wbe}}}]
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: db}
    spec:
      replicas: 2
      selector: {matchLabels: {app: db}}
      template:
        metadata: {labels: {app: db}}
        spec:
          containers: [{name: db, image: "postgres:16.4"}]
    ```

    ```yaml good
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: db}
    spec:
      podSelector: {matchLabels: {app: db}}
      ingress:
        - from:
            - podSelector: {matchLabels: {app: web}}
              namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: front}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: db}
    spec:
      replicas: 2
      selector: {matchLabels: {app: db}}
      template:
        metadata: {labels: {app: db}}
        spec:
          containers: [{name: db, image: "postgres:16.4"}]
    ```
    """
    for direction, side in (("ingress", "from"), ("egress", "to")):
        for number, allowed in items(resource.manifest, "spec", direction):
            for index, peer in items(allowed, side):
                if dig(peer, "namespaceSelector") is not None:
                    continue
                selector = dig(peer, "podSelector")
                hint = selects_nothing(context.inventory, resource, selector)
                if hint is not None:
                    shown = spell_selector(requirements(selector))
                    message = (
                        f"Nothing in this run makes pods with {shown} in namespace {resource.namespace}; for pods of "
                        f"another namespace, add a `namespaceSelector`. {hint}"
                    )
                    yield Problem(("spec", direction, number, side, index, "podSelector"), message.rstrip())
