"""Rolling updates whose maxUnavailable covers every replica."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.replicas import Replicas, count, replicas_of, resolved, rolling_numbers, spelled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule(
    "rolling-update-takes-all-down",
    kinds={"Deployment", "StatefulSet"},
    severity="warning",
    needs={"maxUnavailable", "maxSurge"},
)
def rolling_update_takes_all_down(resource: Resource, context: Context) -> Iterator[Problem]:
    """A rolling update may take every pod down at once, because maxUnavailable covers all replicas.

    maxUnavailable says how many of the wanted pods may be missing during an update. If it comes to as many as there are
    replicas, the controller removes all old pods in its first step and does not wait for a new one to be ready. That is
    easily so with one replica and `maxUnavailable: 1`, or with 100%. A Deployment's percentage is rounded down; where
    maxSurge and maxUnavailable both come to 0, maxUnavailable counts as 1.

    With one replica write `maxSurge: 1` and `maxUnavailable: 0`, with several choose a maxUnavailable below their number.
    One replica that may not run twice (a host port, a claim for one node) is not reported, and neither is a StatefulSet of
    one replica: they cannot do better. But where such a Deployment has a ReadWriteOnce claim and a maxSurge, its new pod
    may start beside the old one: write `strategy: {type: Recreate}`. StatefulSets honor maxUnavailable only in some versions
    of Kubernetes.

    Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#max-unavailable

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      replicas: 1
      strategy:
        rollingUpdate:
          maxUnavailable: 1
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
      replicas: 1
      strategy:
        rollingUpdate:
          maxSurge: 1
          maxUnavailable: 0
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
    if resource.kind == "Deployment" and _keeps_some(resource.object["spec"]["strategy"]):
        return
    # The fewest replicas are the worst case: a percentage covers all of any number or is rounded down below it.
    replicas = replicas_of(resource, context)
    if replicas.low == 0:
        return
    if resource.kind == "Deployment":
        yield from _deployment(resource, context, replicas)
        return
    from linter.kube.gates import MAX_UNAVAILABLE_STATEFUL_SET, enabled

    if enabled(MAX_UNAVAILABLE_STATEFUL_SET, context.version):
        yield from _stateful_set(resource, replicas)


def _keeps_some(strategy: dict[str, Any]) -> bool:
    """Tell whether a Deployment's update leaves a pod in place however many replicas there are."""
    block = strategy.get("rollingUpdate") or {}
    # Less than 1% of 100 replicas is 0 of any number, and a surge above 0 rounds up to a pod.
    unavailable = resolved(block.get("maxUnavailable", 0), 100, round_up=False)
    return bool(
        resolved(block.get("maxSurge", 0), 100, round_up=True)
        and unavailable is not None
        and unavailable < 100
        and (unavailable == 0 or isinstance(block["maxUnavailable"], str))
    )


def _deployment(resource: Resource, context: Context, replicas: Replicas) -> Iterator[Problem]:
    rolling = rolling_numbers(resource, replicas.low)
    if rolling is None or rolling.unavailable < rolling.replicas:
        return
    from ._exclusive import claim_of_one_pod, may_be_exclusive

    path = ("spec", "strategy", "rollingUpdate", "maxUnavailable")
    claim = claim_of_one_pod(resource, context)
    if claim is not None and rolling.replicas == 1 and rolling.surge > 0:
        yield Problem(
            path,
            f"maxUnavailable {rolling.unavailable} with 1 replica: an update takes the only pod down, and with maxSurge "
            f"{rolling.surge} the new one may start beside it, though only one of them can have the claim {claim.name}. "
            "Write strategy Recreate, which stops the old pod first.",
        )
    if claim is not None or (rolling.replicas == 1 and may_be_exclusive(resource, context)):
        return  # it cannot do better
    value = resource.object["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"]
    total = count(replicas.low, "replica")
    if resolved(value, replicas.low, round_up=False) == 0:
        yield Problem(
            path,
            f"maxSurge and maxUnavailable both round to 0 of {total}; maxUnavailable then counts as 1, and an update "
            "takes the only pod down first. Write maxSurge 1.",
        )
        return
    how = spelled(value, rolling.unavailable, total, rounding="down")
    advice = "maxSurge 1 and maxUnavailable 0" if replicas.low == 1 else f"at most {replicas.low - 1}"
    yield Problem(
        path,
        f"maxUnavailable {how}: an update may take every pod down before a new one is ready. Write {advice}.",
    )


def _stateful_set(resource: Resource, replicas: Replicas) -> Iterator[Problem]:
    strategy = resource.object["spec"]["updateStrategy"]
    block = strategy.get("rollingUpdate") or {}
    value = block.get("maxUnavailable")
    if strategy["type"] != "RollingUpdate" or value is None or replicas.low == 1 or block.get("partition"):
        return
    unavailable = resolved(value, replicas.low, round_up=False)
    if unavailable is not None and unavailable >= replicas.low:
        total = count(replicas.low, "replica")
        how = spelled(value, unavailable, total, rounding="down")
        yield Problem(
            ("spec", "updateStrategy", "rollingUpdate", "maxUnavailable"),
            f"maxUnavailable {how}: an update deletes every pod at once. Write at most {replicas.low - 1}.",
        )
