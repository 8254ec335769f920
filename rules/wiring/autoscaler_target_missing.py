"""Autoscalers whose target does not exist."""

from __future__ import annotations

from itertools import chain

from linter.engine.rule import Context, Problem, rule
from linter.kube.kinds import api_group
from linter.kube.suggest import quote
from linter.rules.facts.autoscalers import SCALABLE, TARGET, is_horizontal
from linter.rules.facts.manifests import describe, text
from linter.rules.facts.visibility import missing_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.inventory import Inventory
    from linter.loading.resource import Resource


@rule(
    "autoscaler-target-missing",
    kinds={"HorizontalPodAutoscaler", "ScaledObject.keda.sh"},
    severity="warning",
    needs={"scaleTargetRef"},
)
def autoscaler_target_missing(resource: Resource, context: Context) -> Iterator[Problem]:
    """An autoscaler's `scaleTargetRef` names a workload that the run does not define.

    The autoscaler then does nothing but report that it can't get the target's scale. Correct kind, name or `apiVersion`;
    the workload must be in the autoscaler's namespace.

    A ScaledObject of KEDA is an autoscaler, too, and scales a Deployment where it names no kind.

    Nothing is reported of kinds that Kubernetes does not define, or where the run shows no workload in the namespace. For an
    autoscaler without a namespace only its folder counts, unless another one shows what was meant.

    ```yaml bad
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: {name: web}
    spec:
      scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: wbe}
      maxReplicas: 5
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers: [{name: web, image: "nginx:1.25"}]
    ```

    ```yaml good
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata: {name: web}
    spec:
      scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
      maxReplicas: 5
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: nginx:1.25
              resources: {requests: {cpu: 100m}}
    ```
    """
    kind, name, version = (
        text(resource.manifest, *TARGET, field) for field in ("kind", "name", "apiVersion")
    )
    if not is_horizontal(resource):
        # KEDA scales a Deployment where kind and apiVersion are left out.
        kind = kind or "Deployment"
        version = version or f"{SCALABLE.get(kind, '')}/v1"
    if kind not in SCALABLE or not name:
        return
    inventory = context.inventory
    if not inventory.is_whole:
        return
    if inventory.named(kind, resource.namespace, name):
        if not api_group(version) and context.version >= (1, 32):
            return  # the API server refuses the autoscaler: `autoscaler-target` says it
        if api_group(version) != SCALABLE[kind]:
            right = f"{SCALABLE[kind]}/v1".lstrip("/")
            fault = f"`apiVersion` is {quote(version)}" if version else "`apiVersion` is missing"
            yield Problem((*TARGET, "apiVersion"), f"{fault}, where a {kind} is not found: write `{right}`.")
        return
    hint = _other_kind(inventory, resource, name) or missing_object(inventory, resource, kind, name)
    if hint is not None:
        message = f"The run defines no {kind} `{name}` in namespace {resource.namespace}. {hint}"
        yield Problem((*TARGET, "name"), message.rstrip())


def _other_kind(inventory: Inventory, resource: Resource, name: str) -> str:
    found = chain.from_iterable(inventory.named(kind, resource.namespace, name) for kind in SCALABLE)
    other = next(found, None)
    return f"There is {describe(other, resource)}: write `kind: {other.kind}`." if other else ""
