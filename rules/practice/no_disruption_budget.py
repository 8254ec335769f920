"""Several replicas that a drain may evict all at once."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.replicas import REPLICATED, replicas_of
from linter.rules.facts.selectors import selected_by

from ._options import option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("no-disruption-budget", kinds=REPLICATED, severity="warning", options={"minimum": 2})
def no_disruption_budget(resource: Resource, context: Context) -> Iterator[Problem]:
    """No PodDisruptionBudget of the run selects the pods.

    When nodes are drained for an upgrade, nothing holds the drain back until evicted pods run elsewhere: all replicas may be
    gone at the same time. Add a PodDisruptionBudget with `maxUnavailable: 1`. Counts from 2 replicas on (option `minimum`): for
    one replica a budget would only block the drain.

    Source: https://kubernetes.io/docs/tasks/run-application/configure-pdb/

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      replicas: 3
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          containers:
          - name: web
            image: nginx:1.25
    ```

    ```yaml good
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata:
      name: web
    spec:
      maxUnavailable: 1
      selector:
        matchLabels: {app: web}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      replicas: 3
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          containers:
          - name: web
            image: nginx:1.25
    ```
    """
    minimum = option(context, "no-disruption-budget", "minimum", default=2)
    replicas = replicas_of(resource, context)
    if resource.is_controlled:
        return  # its Deployment is told
    if replicas.high < minimum or selected_by(resource, "PodDisruptionBudget", "selector", context):
        return
    yield Problem(
        ("metadata", "name"),
        f"{replicas} and no PodDisruptionBudget: a drain may evict all of them at once.",
    )
