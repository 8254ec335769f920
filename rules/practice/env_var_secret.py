"""Passwords in plain sight."""

from __future__ import annotations

import re

from linter.engine.rule import Problem, rule
from linter.rules.facts.pods import PODS, containers_of

from ._options import option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource

_NAMES = (
    r"secret|passw(or)?d|passphrase|private_?key|api_?key|access_?key|(^|_)token($|_value$)|credentials?$"
)
# Where the secret is, whether there is one, or another variable: no secret itself.
_HARMLESS = re.compile(
    r"[/.][^\s]*|https?://[^\s@]*|\$\([A-Za-z_.-][\w.-]*\)|true|false|[0-9]{1,3}", re.ASCII | re.IGNORECASE
)


@rule("env-var-secret", kinds=PODS, severity="warning", options={"names": _NAMES}, needs={"env"})
def env_var_secret(resource: Resource, context: Context) -> Iterator[Problem]:
    """An environment variable holds what looks like a secret.

    Whoever may read the manifest, or the workload in the cluster, has it: it is in version control, in the API server, in
    backups. Put it into a Secret, and name that: `valueFrom: {secretKeyRef: …}`, or mount it as a file, and change the secret
    that was visible. Option `names` holds the pattern for names that count; a value that is a path, an address or a reference
    such as $(OTHER) does not.

    Source: https://kubernetes.io/docs/concepts/configuration/secret/

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
              value: s3cr3t
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
            env:
            - name: DB_PASSWORD
              valueFrom:
                secretKeyRef: {name: db, key: password}
    ```
    """
    names = re.compile(option(context, "env-var-secret", "names", default=_NAMES), re.IGNORECASE)
    for container in containers_of(resource):
        for index, env in enumerate(container.spec.get("env") or ()):
            value, name = env.get("value") or "", env.get("name") or ""
            if value and names.search(name) and not _HARMLESS.fullmatch(value):
                yield Problem(
                    (*container.path, "env", index, "value"),
                    f"The variable {name} looks like a secret in plain text; put it into a Secret and use valueFrom.secretKeyRef.",
                )
