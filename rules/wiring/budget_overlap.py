"""Several PodDisruptionBudgets over the same pods."""

from __future__ import annotations

from itertools import islice

from linter.engine.filing import identity
from linter.engine.rule import Context, Problem, rule
from linter.rules.facts.budgets import first_budget_over
from linter.rules.facts.manifests import ENOUGH, describe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource


@rule("budget-overlap", kinds={"PodDisruptionBudget"}, severity="error", needs={"selector"})
def budget_overlap(resource: Resource, context: Context) -> Iterator[Problem]:
    """Two PodDisruptionBudgets select the same pods.

    The eviction API refuses to evict a pod that more than one budget covers, whatever the two say: a drain of its node
    never ends. Make the selectors disjoint, or keep one of the budgets.

    Reported at the second budget and those after it.

    ```yaml bad
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: shop}
    spec:
      maxUnavailable: 1
      selector: {matchLabels: {app: shop}}
    ---
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: web}
    spec:
      maxUnavailable: 1
      selector: {matchLabels: {app: shop, part: web}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 3
      selector: {matchLabels: {app: shop, part: web}}
      template:
        metadata: {labels: {app: shop, part: web}}
        spec:
          containers: [{name: web, image: "nginx:1.25"}]
    ```

    ```yaml good
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: web}
    spec:
      maxUnavailable: 1
      selector: {matchLabels: {app: shop, part: web}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 3
      selector: {matchLabels: {app: shop, part: web}}
      template:
        metadata: {labels: {app: shop, part: web}}
        spec:
          containers: [{name: web, image: "nginx:1.25"}]
    ```
    """
    selector = (resource.object.get("spec") or {}).get("selector")
    inventory = context.inventory.beside(resource)
    for owner in islice(inventory.matched(selector, resource.namespace), ENOUGH):
        first = first_budget_over(inventory, owner)
        if first is not None and identity(first) != identity(resource):
            message = (
                f"{describe(first, resource)} selects the pods of {describe(owner, resource)}, too: the API server refuses to evict "
                "pods that two budgets cover. Make the selectors disjoint, or keep one of the budgets."
            )
            yield Problem(("spec", "selector"), message)
            return
