"""DaemonSets that replace the pods of all nodes at once."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.replicas import count, resolved

from ._nodes import nodes_of, schedulable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("daemonset-update-at-once", kinds={"DaemonSet"}, severity="warning", needs={"maxUnavailable"})
def daemonset_update_at_once(resource: Resource, context: Context) -> Iterator[Problem]:
    """An update deletes the DaemonSet's pods on all nodes at once.

    maxUnavailable says on how many nodes the pod may be missing during an update; a percentage is taken of the nodes that
    should run one, and rounded up. At 100% (or a number not below that of the nodes) every old pod is deleted in one step,
    and a broken image reaches every node before anybody can see it.

    Write a small number or percentage, e.g. `maxUnavailable: 10%`. One node alone is not reported.

    Source: https://kubernetes.io/docs/tasks/manage-daemon/update-daemon-set/

    ```yaml bad
    apiVersion: apps/v1
    kind: DaemonSet
    metadata:
      name: agent
    spec:
      updateStrategy:
        rollingUpdate:
          maxUnavailable: 100%
      selector:
        matchLabels: {app: agent}
      template:
        metadata:
          labels: {app: agent}
        spec:
          containers:
          - name: agent
            image: fluent-bit:3.1.4
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: DaemonSet
    metadata:
      name: agent
    spec:
      updateStrategy:
        rollingUpdate:
          maxUnavailable: 10%
      selector:
        matchLabels: {app: agent}
      template:
        metadata:
          labels: {app: agent}
        spec:
          containers:
          - name: agent
            image: fluent-bit:3.1.4
    ```
    """
    strategy = resource.object["spec"]["updateStrategy"]
    if strategy["type"] != "RollingUpdate":
        return
    value = strategy["rollingUpdate"]["maxUnavailable"]
    path = ("spec", "updateStrategy", "rollingUpdate", "maxUnavailable")
    nodes = nodes_of(context)
    if not nodes:
        if isinstance(value, str) and (resolved(value, 100, round_up=True) or 0) >= 100:
            yield Problem(path, f"maxUnavailable {value}: an update deletes the pods of all nodes at once.")
        return
    total = sum(schedulable(resource, node) for node in nodes)
    number = resolved(value, total, round_up=True)
    if total > 1 and number is not None and number >= total:
        many = count(total, "node")
        how = f"{value} of {many} rounds up to {number}" if isinstance(value, str) else f"{value} with {many}"
        yield Problem(path, f"maxUnavailable {how}: an update deletes the pods of all of them at once.")
