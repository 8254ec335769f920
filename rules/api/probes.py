"""Probes and lifecycle hooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.engine.rule import Context, Problem, rule
from linter.kube import names
from linter.path import FieldPath, format_path

from .checks import faulty, judged_containers, judged_pod, one_of_these, required

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.kube.pods import Container
    from linter.loading.resource import Resource

Object = dict[str, Any]

PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
# The order in which the API server takes them: the first one counts, the others are refused.
_PROBE_HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc")
_HOOK_HANDLERS = ("exec", "httpGet", "tcpSocket", "sleep")
_SCHEMES = frozenset({"HTTP", "HTTPS"})


def _may_probe(container: Container) -> bool:
    return container.is_regular or container.is_sidecar


def _handlers(container: Container) -> Iterator[tuple[Object, FieldPath, tuple[str, ...]]]:
    """Walk probes and hooks, each with its path and the handlers it can have."""
    if not _may_probe(container):
        return
    for field in PROBES:
        if field in container.spec:
            yield container.spec[field], (*container.path, field), _PROBE_HANDLERS
    if "lifecycle" in container.spec:
        for hook in ("postStart", "preStop"):
            if hook in container.spec["lifecycle"]:
                yield container.spec["lifecycle"][hook], (*container.path, "lifecycle", hook), _HOOK_HANDLERS


@rule("probe-handlers", needs={*PROBES, "lifecycle"})
def probe_handlers(resource: Resource, context: Context) -> Iterator[Problem]:
    """Every probe and every lifecycle hook does exactly one thing, and says all that it needs.

    A probe has one of `exec`, `httpGet`, `tcpSocket`, `grpc`; a hook one of `exec`, `httpGet`, `tcpSocket`, `sleep`. A
    port is a number from 1 to 65535 or the name of a container port: a number in quotes is taken for a name, and no port
    name is made of digits alone.

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
            image: nginx:1.27
            readinessProbe:
              httpGet:
                path: /ready
                port: "80"
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
            image: nginx:1.27
            readinessProbe:
              httpGet:
                path: /ready
                port: 80
    ```
    """
    for container in judged_containers(resource, context):
        for handler, path, known in _handlers(container):
            given = [each for each in known if each in handler]
            if not given:
                what = "probe" if known is _PROBE_HANDLERS else "hook"
                yield required(path, f"The {what} does nothing; it needs one of {', '.join(known)}.")
                continue
            for later in given[1:]:
                yield Problem(
                    (*path, later), f"There is {given[0]} already; only one can be set.", "Forbidden"
                )
            kind = given[0]
            if kind != "sleep":
                yield from _handler(handler[kind], kind, (*path, kind))


def _handler(handler: Object, kind: str, path: FieldPath) -> Iterator[Problem]:
    if kind == "exec":
        if not handler.get("command"):
            yield required((*path, "command"), "There is no command to run.")
        return
    yield from port_problems(handler.get("port", 0), (*path, "port"))
    if kind == "httpGet":
        yield from one_of_these((*path, "scheme"), "The scheme", handler.get("scheme"), _SCHEMES)
        for index, header in enumerate(handler.get("httpHeaders") or ()):
            name = header.get("name") or ""
            field = format_path((*path, "httpHeaders"))
            here = (*path, "httpHeaders", index, "name")
            yield from faulty(here, "The header name", name, names.http_header_name(name), field)


def port_problems(port: int | str, path: FieldPath) -> Iterator[Problem]:
    """Check a port that is given by number or by name."""
    if isinstance(port, int):
        if not names.is_port_number(port):
            said = (
                f"{port} is no port number: 1 to 65535."
                if port
                else "There is no port: 1 to 65535, or a port name."
            )
            yield Problem(path, said, "Invalid")
    elif port.isdigit() and port.isascii():
        yield Problem(
            path, f'"{port}" in quotes is a port name, and a bad one; write {port} without quotes.', "Invalid"
        )
    else:
        yield from faulty(path, "The port name", port, names.port_name(port))


_NUMBERS = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")


@rule("probe-timing", needs={*PROBES})
def probe_timing(resource: Resource, context: Context) -> Iterator[Problem]:
    """The numbers of a probe are in range.

    None is negative. A liveness or startup probe has `successThreshold` 1 (it need not be written).
    `terminationGracePeriodSeconds` is at least 1, and a readiness probe has none: it stops nothing.

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
            image: nginx:1.27
            livenessProbe:
              tcpSocket:
                port: 80
              successThreshold: 2
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
            image: nginx:1.27
            livenessProbe:
              tcpSocket:
                port: 80
              failureThreshold: 2
    ```
    """
    for container in judged_containers(resource, context):
        if not _may_probe(container):
            continue
        for kind in PROBES:
            probe = container.spec.get(kind)
            if probe is not None:
                yield from _timing(probe, kind, (*container.path, kind))


def _timing(probe: Object, kind: str, path: FieldPath) -> Iterator[Problem]:
    for field in _NUMBERS:
        if probe.get(field, 0) < 0:
            yield Problem((*path, field), f"{field} is {probe[field]}; it must not be negative.", "Invalid")
    if kind != "readinessProbe" and probe["successThreshold"] != 1:
        message = f"The successThreshold of a {kind} must be 1, not {probe['successThreshold']}."
        yield Problem((*path, "successThreshold"), message, "Invalid")
    grace = probe.get("terminationGracePeriodSeconds")
    if grace is not None:
        here = (*path, "terminationGracePeriodSeconds")
        if grace <= 0:
            yield Problem(here, f"The grace period is {grace}; it must be at least 1 second.", "Invalid")
        if kind == "readinessProbe":
            message = "A readinessProbe has no grace period, because it stops no container; remove it."
            yield Problem(here, message, "Invalid")


@rule("lifecycle-sleep", needs={"sleep"})
def lifecycle_sleep(resource: Resource, context: Context) -> Iterator[Problem]:
    """A hook doesn't sleep longer than the pod has to stop.

    The time of a `sleep` hook is not negative and at most `terminationGracePeriodSeconds` (30 where it isn't written).

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
            image: nginx:1.27
            lifecycle:
              preStop:
                sleep:
                  seconds: 60
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
            image: nginx:1.27
            lifecycle:
              preStop:
                sleep:
                  seconds: 60
    ```
    """
    pod = judged_pod(resource, context)
    for container in pod.containers if pod else ():
        for handler, path, known in _handlers(container):
            if (
                known is not _HOOK_HANDLERS
                or next((each for each in known if each in handler), None) != "sleep"
            ):
                continue
            seconds = handler["sleep"].get("seconds") or 0
            grace = pod.spec.get("terminationGracePeriodSeconds", 30) if pod else 30
            # Since 1.32 a hook may sleep for no time at all.
            least = 0 if context.version >= (1, 32) else 1
            if not least <= seconds <= grace:
                if seconds > grace:
                    message = f"The hook sleeps {seconds} seconds, but the pod has {grace} seconds to stop."
                else:
                    message = f"The hook sleeps {seconds} seconds; it must be at least {least}."
                at = (*path, "sleep", "seconds")
                yield Problem(at, message, "Invalid", format_path((*path, "sleep")))
