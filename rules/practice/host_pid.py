"""Pods that share the processes of their node."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.pods import PODS, pod_path

from ._pods import pod_spec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("host-pid", kinds=PODS, severity="warning", needs={"hostPID"})
def host_pid(resource: Resource, context: Context) -> Iterator[Problem]:
    """The pod shares the processes of its node.

    It sees all processes of the node with their environment and, as root, can stop or enter them. Leave `hostPID` out
    unless the pod is a part of the node, like a network plugin or a monitoring agent.

    Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      strategy: {type: Recreate}
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          hostPID: true
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
    if pod_spec(resource).get("hostPID"):
        yield Problem(
            (*pod_path(resource), "hostPID"), "The pods share the processes of their node; leave hostPID out."
        )
