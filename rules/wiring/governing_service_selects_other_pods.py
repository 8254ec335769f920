"""StatefulSets whose governing Service selects other pods."""

from __future__ import annotations

from linter.engine.filing import requirements
from linter.engine.rule import Context, Problem, rule
from linter.rules.facts.manifests import describe, dig
from linter.rules.facts.selectors import spell_selector
from linter.rules.facts.services import is_headless

from ._stateful import SERVICE_NAME, governing_services, selects

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource


@rule(
    "governing-service-selects-other-pods",
    kinds={"StatefulSet"},
    severity="error",
    needs={"serviceName"},
    asks_run=True,
)
def governing_service_selects_other_pods(resource: Resource, context: Context) -> Iterator[Problem]:
    """The headless Service that governs a StatefulSet does not select the set's pods.

    DNS names exist for the pods that the Service selects, so the pods of this set get none. Make the Service's selector
    match the labels of the set's template, or name the right Service. (A Service without a selector is left alone:
    somebody else writes its endpoints.)

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata: {name: nginx}
    spec:
      clusterIP: None
      selector: {app: web}
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: web}
    spec:
      serviceName: nginx
      selector: {matchLabels: {app: nginx}}
      template:
        metadata: {labels: {app: nginx}}
        spec:
          containers: [{name: nginx, image: "nginx:1.25"}]
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata: {name: nginx}
    spec:
      clusterIP: None
      selector: {app: nginx}
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: web}
    spec:
      serviceName: nginx
      selector: {matchLabels: {app: nginx}}
      template:
        metadata: {labels: {app: nginx}}
        spec:
          containers:
            - name: nginx
              image: nginx:1.25
              readinessProbe: {tcpSocket: {port: 80}}
    ```
    """
    services = [each for each in governing_services(context.inventory, resource) if is_headless(each)]
    selectors = [dig(each.manifest, "spec", "selector") for each in services]
    if not services or not all(selectors) or any(selects(each, resource) for each in services):
        return
    conditions = requirements({"matchLabels": selectors[0]})
    message = (
        f"{describe(services[0], resource)} selects {spell_selector(conditions)}, which the labels of this StatefulSet's pods don't "
        "match: the pods get no DNS names. Make its selector match the template's labels."
    )
    yield Problem(SERVICE_NAME, message)
