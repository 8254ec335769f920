"""Workloads and Services without the labels that tools look for."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.pods import PODS

from ._options import option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource

_LABELS = ["app.kubernetes.io/name", "app.kubernetes.io/instance"]


@rule(
    "recommended-labels",
    kinds=PODS | {"Service"},
    severity="info",
    options={"labels": _LABELS},
)
def recommended_labels(resource: Resource, context: Context) -> Iterator[Problem]:
    """Labels that tools and people look for are missing.

    With the labels under app.kubernetes.io one can ask for all objects of an application, and dashboards group by them.
    Option `labels` says which ones are asked for (default: app.kubernetes.io/name and app.kubernetes.io/instance); add e.g.
    `owner` if your team looks for that.

    Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
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
      labels:
        app.kubernetes.io/name: web
        app.kubernetes.io/instance: web-prod
    spec:
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
    labels = (resource.object.get("metadata") or {}).get("labels") or {}
    missing = [
        label
        for label in option(context, "recommended-labels", "labels", default=_LABELS)
        if not labels.get(label)
    ]
    if missing:
        yield Problem(
            ("metadata", "labels"), f"Recommended labels are missing: {', '.join(missing)}.", at_key=True
        )
