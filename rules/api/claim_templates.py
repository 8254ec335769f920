"""Claim templates of StatefulSets and of ephemeral volumes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.engine.rule import Context, Problem, rule

from .checks import judged_pod
from .claims import claim_spec_problems
from .volumes import ephemeral_claim_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource


@rule("claim-templates", needs={"volumeClaimTemplates", "ephemeral"})
def claim_templates(resource: Resource, context: Context) -> Iterator[Problem]:
    """Claim templates are complete.

    A claim needs `accessModes` and a size above 0 in `resources.requests.storage`. ReadWriteOncePod stands alone.
    `dataSource` and `dataSourceRef`, where both are given, say the same.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: db
    spec:
      clusterIP: None
      selector: {app: db}
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata:
      name: db
    spec:
      serviceName: db
      selector:
        matchLabels: {app: db}
      template:
        metadata:
          labels: {app: db}
        spec:
          containers:
          - name: db
            image: postgres:17
            ports:
            - containerPort: 5432
            readinessProbe:
              tcpSocket:
                port: 5432
            volumeMounts:
            - name: data
              mountPath: /var/lib/postgresql
      volumeClaimTemplates:
      - metadata:
          name: data
        spec:
          resources:
            requests:
              storage: 10Gi
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: db
    spec:
      clusterIP: None
      selector: {app: db}
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata:
      name: db
    spec:
      serviceName: db
      selector:
        matchLabels: {app: db}
      template:
        metadata:
          labels: {app: db}
        spec:
          containers:
          - name: db
            image: postgres:17
            ports:
            - containerPort: 5432
            readinessProbe:
              tcpSocket:
                port: 5432
            volumeMounts:
            - name: data
              mountPath: /var/lib/postgresql
      volumeClaimTemplates:
      - metadata:
          name: data
        spec:
          accessModes: [ReadWriteOnce]
          resources:
            requests:
              storage: 10Gi
    ```
    """
    # Those of a stored StatefulSet can't be changed, so that an update doesn't look at them again.
    if resource.kind == "StatefulSet" and context.old is None:
        for index, template in enumerate(
            (resource.object.get("spec") or {}).get("volumeClaimTemplates") or ()
        ):
            yield from claim_spec_problems(
                template.get("spec") or {}, ("spec", "volumeClaimTemplates", index, "spec")
            )
    if judged_pod(resource, context) is not None:
        yield from ephemeral_claim_problems(resource, context)
