"""NetworkPolicies that are about no pods."""

from __future__ import annotations

from linter.engine.filing import requirements
from linter.engine.rule import Context, Problem, rule
from linter.rules.facts.selectors import spell_selector
from linter.rules.facts.visibility import selects_nothing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource


@rule("network-policy-selects-nothing", kinds={"NetworkPolicy"}, severity="warning", needs={"podSelector"})
def network_policy_selects_nothing(resource: Resource, context: Context) -> Iterator[Problem]:
    """A NetworkPolicy's `podSelector` matches no pods.

    The policy is about nobody, so the pods that it was written for stay open to all. Make the selector match the labels
    of the pod template, in the same namespace. (An empty one, `{}`, matches all pods of the namespace.)

    Nothing is reported where the labels look like those that an operator sets, or where the run shows no workload in the
    policy's namespace. For a policy without a namespace only its folder counts, unless another one shows what was meant.

    ```yaml bad
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: db}
    spec:
      podSelector: {matchLabels: {app: database}}
      policyTypes: [Ingress]
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
      policyTypes: [Ingress]
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
    selector = (resource.object.get("spec") or {}).get("podSelector")
    hint = selects_nothing(context.inventory, resource, selector)
    if hint is not None:
        shown = spell_selector(requirements(selector))
        message = f"Nothing in this run makes pods with {shown} in namespace {resource.namespace}. {hint}"
        yield Problem(("spec", "podSelector"), message.rstrip())
