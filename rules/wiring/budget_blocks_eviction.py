"""PodDisruptionBudgets that never allow an eviction."""

from __future__ import annotations

from linter.engine.rule import Context, Problem, rule
from linter.kube.int_or_percent import resolve
from linter.rules.facts.budgets import pods_of
from linter.rules.facts.manifests import describe, describe_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource


@rule(
    "budget-blocks-eviction",
    kinds={"PodDisruptionBudget"},
    severity="warning",
    needs={"minAvailable", "maxUnavailable"},
)
def budget_blocks_eviction(resource: Resource, context: Context) -> Iterator[Problem]:
    """A PodDisruptionBudget leaves no pod that could be evicted.

    It requires as many pods as there are, or more, so that each drain of a node (an upgrade of the cluster, the cluster
    autoscaler) waits for ever. Let it spare a pod: `maxUnavailable: 1` fits any number of replicas, one included. Or
    raise the replicas.

    Percentages are taken of the replicas and rounded up. Where an autoscaler sets the replicas, its minimum counts.

    ```yaml bad
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: web}
    spec:
      minAvailable: 2
      selector: {matchLabels: {app: web}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 2
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
      replicas: 2
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers: [{name: web, image: "nginx:1.25"}]
    ```
    """
    spec = resource.object.get("spec") or {}
    try:
        problem = _least_available(resource, spec, context) or _most_unavailable(spec)
    except ValueError:
        return  # neither a number nor a percentage: the API server refuses it
    if problem is not None:
        yield problem


def _least_available(resource: Resource, spec: dict[str, object], context: Context) -> Problem | None:
    value = spec.get("minAvailable")
    if value is None:
        return None
    path = ("spec", "minAvailable")
    advice = "Write `maxUnavailable: 1` instead"
    if value == "100%":
        return Problem(path, f"`minAvailable: 100%` never lets a pod be evicted. {advice}.")
    pods = pods_of(context.inventory, resource)
    if pods is None or pods.least == 0:
        return None
    needed = resolve(value, pods.least, round_up=True)
    if needed < pods.least:
        return None
    replicas = "1 replica" if pods.least == 1 else f"{pods.least} replicas"
    rounded = f" ({needed} of {replicas})" if isinstance(value, str) else ""
    least = f" at the minimum of {describe(pods.autoscalers[0], resource)}" if pods.autoscalers else ""
    message = (
        f"`minAvailable: {value}`{rounded} never lets a pod be evicted: {describe_all(pods.owners, resource)} "
        f"{'has' if len(pods.owners) == 1 else 'have'} {replicas}{least}. {advice}, or raise the replicas."
    )
    return Problem(path, message)


def _most_unavailable(spec: dict[str, object]) -> Problem | None:
    value = spec.get("maxUnavailable")
    # A percentage above 0 is rounded up, to one pod at least.
    if value is None or resolve(value, 100, round_up=True) != 0:
        return None
    message = f"`maxUnavailable: {value}` never lets a pod be evicted. Write 1 or more."
    return Problem(("spec", "maxUnavailable"), message)
