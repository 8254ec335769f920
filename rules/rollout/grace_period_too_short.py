"""Pods that are killed while their preStop hook still waits."""

from __future__ import annotations

import re

from linter.engine.rule import Problem, rule
from linter.rules.facts.pods import PODS, long_running, pods_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from linter.engine.rule import Context
    from linter.loading.resource import Resource
    from linter.path import FieldPath

_SLEEP = r"(?:^|[\s;&|({/\"'])sleep\s+([0-9]+(?:\.[0-9]+)?)([smhd]?)(?![\w.])"
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


@rule("grace-period-too-short", kinds=PODS, severity="warning", needs={"preStop"})
def grace_period_too_short(resource: Resource, context: Context) -> Iterator[Problem]:
    """The pod is killed while its preStop hook still waits.

    terminationGracePeriodSeconds (30 by default) is the time for the hook *and* the shutdown of the container. If the hook
    takes all of it, the container gets SIGTERM only at the end, with two seconds left before SIGKILL: each update, scale-down
    and drain cuts off what it is doing.

    Make the grace period longer than the hook plus the time that the container needs to finish, or shorten the hook. Known
    durations are `sleep` hooks and commands that call `sleep`.

    Source: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination

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
            lifecycle:
              preStop:
                exec:
                  command: [sh, -c, sleep 60]
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
          terminationGracePeriodSeconds: 90
          containers:
          - name: web
            image: nginx:1.25
            lifecycle:
              preStop:
                exec:
                  command: [sh, -c, sleep 60]
    ```
    """
    grace = pods_of(resource).spec["terminationGracePeriodSeconds"]
    for container in long_running(resource):
        hook = (container.spec.get("lifecycle") or {}).get("preStop") or {}
        seconds, path = _duration(hook)
        # A sleep hook beyond the grace period is refused by the API server.
        if seconds < grace or ("sleep" in hook and seconds > grace) or grace < 0:
            continue
        yield Problem(
            (*container.path, "lifecycle", "preStop", *path),
            f"The preStop hook waits {seconds:g} s, but the pod has {grace} s to stop (terminationGracePeriodSeconds): the "
            f"container is killed without time to shut down. Write more than {seconds:g}.",
        )


def _duration(hook: dict[str, Any]) -> tuple[float, FieldPath]:
    """Return how long a hook takes at least, and where that stands; a negative number where it is not known."""
    if "sleep" in hook:
        return hook["sleep"].get("seconds") or 0, ("sleep", "seconds")
    command = " ".join((hook.get("exec") or {}).get("command") or ())
    # Several of them may be alternatives: the longest one is waited for in any case where they are steps.
    sleeps = [float(number) * _UNITS[unit] for number, unit in re.findall(_SLEEP, command, re.ASCII)]
    return max(sleeps, default=-1), ("exec", "command")
