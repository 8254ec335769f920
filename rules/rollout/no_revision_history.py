"""Workloads that keep no old revision."""

from __future__ import annotations

from linter.engine.rule import Problem, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule(
    "no-revision-history",
    kinds={"Deployment", "StatefulSet", "DaemonSet"},
    severity="warning",
    needs={"revisionHistoryLimit"},
)
def no_revision_history(resource: Resource, context: Context) -> Iterator[Problem]:
    """Nothing can be rolled back: revisionHistoryLimit is 0.

    When an update is complete, the controller deletes all old revisions but revisionHistoryLimit of them (10 by default).
    With 0 nothing is left, and `kubectl rollout undo` fails with "no rollout history found"; the way back is to apply the old
    manifest again.

    Leave the field out, or keep at least one or two revisions: they cost a small object each.

    Source: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#clean-up-policy

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      revisionHistoryLimit: 0
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
      revisionHistoryLimit: 3
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
    if resource.object["spec"]["revisionHistoryLimit"] == 0:
        yield Problem(
            ("spec", "revisionHistoryLimit"),
            "revisionHistoryLimit 0 deletes every old revision once an update is complete: `kubectl rollout undo` has nothing to "
            "go back to. Write 1 or more.",
        )
