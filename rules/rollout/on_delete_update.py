"""Workloads that are updated by hand."""

from __future__ import annotations

from linter.engine.rule import Problem, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("on-delete-update", kinds={"StatefulSet", "DaemonSet"}, severity="info", needs={"updateStrategy"})
def on_delete_update(resource: Resource, context: Context) -> Iterator[Problem]:
    """Applying a change replaces no pod: the update strategy is OnDelete.

    With OnDelete the controller records the new template and waits until somebody deletes the old pods; until then old and
    new revisions mix by chance, because a pod that is lost comes back with the new template.

    If that is not what you want, write `type: RollingUpdate`. If it is, delete the pods after each apply, in your own order.

    Source: https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#update-strategies

    ```yaml bad
    apiVersion: apps/v1
    kind: DaemonSet
    metadata:
      name: agent
    spec:
      updateStrategy:
        type: OnDelete
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
        type: RollingUpdate
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
    if resource.object["spec"]["updateStrategy"]["type"] == "OnDelete":
        yield Problem(
            ("spec", "updateStrategy", "type"),
            f"An apply changes nothing by itself: with OnDelete each pod of the {resource.kind} keeps its old template until "
            "somebody deletes it.",
        )
