"""PodDisruptionBudgets that protect no pods."""

from __future__ import annotations

from linter.engine.filing import requirements
from linter.engine.rule import Context, Problem, rule
from linter.rules.facts.selectors import spell_selector
from linter.rules.facts.visibility import selects_nothing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource


@rule("budget-selects-nothing", kinds={"PodDisruptionBudget"}, severity="warning")
def budget_selects_nothing(resource: Resource, context: Context) -> Iterator[Problem]:
    """A PodDisruptionBudget's selector matches no pods.

    It protects nothing: a drain may evict all pods at once. Make the selector match the labels of the pod template, in
    the same namespace. A budget without any selector matches nothing either (an empty one, `{}`, matches all pods of the
    namespace).

    Nothing is reported where the labels look like those that an operator sets, or where the run shows no workload in the
    budget's namespace. For a budget without a namespace only its folder counts, unless another one shows what was meant.

    ```yaml bad
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: web}
    spec:
      maxUnavailable: 1
      selector: {matchLabels: {app: wbe}}
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
    selector = (resource.object.get("spec") or {}).get("selector")
    if selector is None:
        message = "This budget has no selector and protects no pods. Select the labels of the pod template."
        yield Problem(("spec", "selector"), message)
        return
    hint = selects_nothing(context.inventory, resource, selector)
    if hint is not None:
        shown = spell_selector(requirements(selector))
        message = f"Nothing in this run makes pods with {shown} in namespace {resource.namespace}. {hint}"
        yield Problem(("spec", "selector"), message.rstrip())
