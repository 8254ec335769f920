"""PodDisruptionBudgets that allow all pods to be evicted."""

from __future__ import annotations

from linter.engine.rule import Context, Problem, rule
from linter.kube.int_or_percent import resolve
from linter.rules.facts.budgets import pods_of
from linter.rules.facts.manifests import describe_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource


@rule(
    "budget-protects-nothing",
    kinds={"PodDisruptionBudget"},
    severity="info",
    needs={"minAvailable", "maxUnavailable"},
)
def budget_protects_nothing(resource: Resource, context: Context) -> Iterator[Problem]:
    """A PodDisruptionBudget lets all pods be evicted at once.

    It needs no pod to stay, so it changes nothing. Write how many pods must stay (`minAvailable`), or how many may be
    away (`maxUnavailable`, less than there are). For a single replica `maxUnavailable: 1` is the usual way not to block
    drains, and nothing is reported of it.

    ```yaml bad
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: web}
    spec:
      maxUnavailable: 3
      selector: {matchLabels: {app: web}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 3
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers: [{name: web, image: "nginx:1.25"}]
    ```

    ```yaml good
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: web}
    spec:
      maxUnavailable: 1
      selector: {matchLabels: {app: web}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 3
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers: [{name: web, image: "nginx:1.25"}]
    ```
    """
    spec = resource.object.get("spec") or {}
    least, most = spec.get("minAvailable"), spec.get("maxUnavailable")
    if least in {0, "0%"}:
        yield Problem(("spec", "minAvailable"), f"`minAvailable: {least}` lets all pods be evicted at once.")
    elif most == "100%":
        yield Problem(("spec", "maxUnavailable"), "`maxUnavailable: 100%` lets all pods be evicted at once.")
    elif most is not None and (pods := pods_of(context.inventory, resource)):
        # With an autoscaler there are at times more pods than its minimum, which the budget then protects.
        if pods.autoscalers or pods.least < 2:
            return
        try:
            away = resolve(most, pods.least, round_up=True)
        except ValueError:
            return  # neither a number nor a percentage: the API server refuses it
        if away >= pods.least:
            message = (
                f"`maxUnavailable: {most}` lets all {pods.least} pods of {describe_all(pods.owners, resource)} be evicted at once. "
                f"Write less than {pods.least}."
            )
            yield Problem(("spec", "maxUnavailable"), message)
