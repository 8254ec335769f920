"""Secrets that are handed over in the environment."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.pods import PODS, containers_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("read-secret-from-env-var", kinds=PODS, severity="info", needs={"secretKeyRef", "secretRef"})
def read_secret_from_env_var(resource: Resource, context: Context) -> Iterator[Problem]:
    """A container reads a Secret through an environment variable.

    The environment goes to child processes, crash reports and debug pages, and does not change when the Secret does. Mount the
    Secret as a volume and read the file.

    Source: https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets

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
            env:
            - name: DB_PASSWORD
              valueFrom:
                secretKeyRef: {name: db, key: password}
    ```

    ```yaml good
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
            volumeMounts:
            - {name: db, mountPath: /etc/db, readOnly: true}
          volumes:
          - name: db
            secret: {secretName: db}
    ```
    """
    for container in containers_of(resource):
        for index, env in enumerate(container.spec.get("env") or ()):
            if "secretKeyRef" in (env.get("valueFrom") or {}):
                path = (*container.path, "env", index, "valueFrom", "secretKeyRef")
                name = env.get("name")
                yield Problem(
                    path,
                    f"The variable {name} holds a Secret; mount the Secret as a file instead.",
                    at_key=True,
                )
        for index, source in enumerate(container.spec.get("envFrom") or ()):
            if "secretRef" in source:
                path = (*container.path, "envFrom", index, "secretRef")
                yield Problem(
                    path,
                    "The environment holds all of a Secret; mount the Secret as files instead.",
                    at_key=True,
                )
