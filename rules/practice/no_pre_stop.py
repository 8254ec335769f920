"""Pods behind a Service that stop while requests still come."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.pods import long_running
from linter.rules.facts.readiness import serving_container
from linter.rules.facts.services import is_headless, services_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource


@rule("no-pre-stop", kinds={"Deployment", "StatefulSet", "DaemonSet"}, severity="info")
def no_pre_stop(resource: Resource, context: Context) -> Iterator[Problem]:
    """A pod behind a Service has no preStop hook.

    When a pod is deleted, as in every rolling update, its containers are told to stop and its address is taken out of the Service at
    the same time. Until every node and load balancer knows, which takes some seconds, requests still come, and a program that has
    closed its port refuses them. A preStop hook that sleeps a little lets it answer meanwhile: `lifecycle: {preStop: {sleep: {seconds:
    10}}}`. A program that goes on answering for some seconds after SIGTERM needs none: suppress the rule there.

    Headless Services and pods of which another container has a preStop hook are not reported.

    Source: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination-flow

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
            ports: [{containerPort: 80}]
            readinessProbe: {httpGet: {path: /, port: 80}}
    ---
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      selector: {app: web}
      ports: [{port: 80}]
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
            ports: [{containerPort: 80}]
            readinessProbe: {httpGet: {path: /, port: 80}}
            lifecycle: {preStop: {sleep: {seconds: 10}}}
    ---
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      selector: {app: web}
      ports: [{port: 80}]
    ```
    """
    containers = long_running(resource)
    regular = [each for each in containers if each.is_regular]
    if not regular or any((each.spec.get("lifecycle") or {}).get("preStop") for each in containers):
        return
    for service in services_of(resource, context):
        if not is_headless(service):
            container = serving_container(regular, service)
            yield Problem(
                (*container.path, "lifecycle"),
                f"The Service {service.name} still sends requests while a pod stops, in every update. Add a preStop hook that "
                "sleeps some seconds: `lifecycle: {preStop: {sleep: {seconds: 10}}}`.",
            )
            return
