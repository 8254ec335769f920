"""Services that no pod of the run stands behind."""

from __future__ import annotations

from linter.engine.filing import requirements
from linter.engine.rule import Context, Problem, rule
from linter.rules.facts.selectors import spell_selector
from linter.rules.facts.services import is_headless, selector_of
from linter.rules.facts.visibility import selects_nothing

from ._stateful import governed_sets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource


@rule("service-selects-nothing", kinds={"Service"}, severity="warning", needs={"selector"}, asks_run=True)
def service_selects_nothing(resource: Resource, context: Context) -> Iterator[Problem]:
    """A Service's selector matches no pods.

    Such a Service has no endpoints, and every connection to it fails. Make each pair of the selector equal to a label of
    the pod template (not of the workload's own metadata), in the same namespace.

    Nothing is reported of a Service without a selector or of type ExternalName, where the labels look like those that an
    operator sets, or where the run shows no workload in the Service's namespace: the pods may come from elsewhere. For a
    Service without a namespace only its folder counts, unless another one shows what was meant.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec:
      selector: {app: wbe}
      ports: [{port: 80}]
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
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec:
      selector: {app: web}
      ports: [{port: 80}]
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
          containers:
            - name: web
              image: nginx:1.25
              readinessProbe: {tcpSocket: {port: 80}}
    ```
    """
    if is_headless(resource) and governed_sets(context.inventory, resource.namespace, resource.name):
        return  # governing-service-selects-other-pods says it at the StatefulSet
    selector = {"matchLabels": selector_of(resource)}
    hint = selects_nothing(context.inventory, resource, selector)
    if hint is not None:
        shown = spell_selector(requirements(selector))
        message = f"Nothing in this run makes pods with {shown} in namespace {resource.namespace}. {hint}"
        yield Problem(("spec", "selector"), message.rstrip())
