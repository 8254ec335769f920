"""Workloads with too few replicas."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.autoscalers import autoscaler_of
from linter.rules.facts.replicas import REPLICATED

from ._options import option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("minimum-replicas", kinds=REPLICATED, severity="warning", options={"minimum": 2})
def minimum_replicas(resource: Resource, context: Context) -> Iterator[Problem]:
    """There are fewer replicas than should be.

    With one replica each drain of a node, crash or eviction is an outage. Run at least two (option `minimum`). A workload
    that an autoscaler of the run scales is judged there (`hpa-minimum-replicas`); one with 0 replicas is switched off.

    Source: https://kubernetes.io/docs/concepts/workloads/pods/disruptions/

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      replicas: 1
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
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      replicas: 2
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
    minimum = option(context, "minimum-replicas", "minimum", default=2)
    replicas = resource.object["spec"]["replicas"]
    if resource.is_controlled:
        return  # its Deployment is told
    if 0 < replicas < minimum and autoscaler_of(resource, context) is None:
        yield Problem(("spec", "replicas"), f"replicas is {replicas}; run at least {minimum}.")
