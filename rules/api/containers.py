"""Containers: names, images, policies, ports, and what init and ephemeral containers may have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.engine.rule import Context, Problem, rule
from linter.kube import names
from linter.kube.pods import POD
from linter.kube.suggest import not_supported, quote
from linter.path import FieldPath, format_path

from .checks import faulty, judged_containers, one_of_these, required, stored_pod

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.kube.pods import Container
    from linter.loading.resource import Resource

_PULL_POLICIES = frozenset({"Always", "IfNotPresent", "Never"})
_MESSAGE_POLICIES = frozenset({"File", "FallbackToLogsOnError"})
_PROTOCOLS = frozenset({"TCP", "UDP", "SCTP"})
_RESTART_POLICIES = frozenset({"Always", "Never", "OnFailure"})
_RULE_ACTIONS = frozenset({"Restart", "RestartAllContainers"})
_RESTART = "RestartContainer"
_EPHEMERAL_NEVER = (
    "ports", "resources", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle", "restartPolicy",
    "restartPolicyRules", "resizePolicy",
)  # fmt: skip


@rule("container-names")
def container_names(resource: Resource, context: Context) -> Iterator[Problem]:
    """Every container has a well-formed name of its own.

    A name is a DNS label: at most 63 lower-case letters, digits and `-`, with a letter or digit at both ends. Init
    containers share the names with the regular ones.

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
          - name: web_server
            image: nginx:1.27
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
          - name: web-server
            image: nginx:1.27
    ```
    """
    containers = judged_containers(resource, context)
    regular: set[str] = set()
    # The API server compares an ephemeral container with all others, even with those that have no name.
    taken = {
        "initContainers": {each.spec.get("name") or "" for each in containers if each.is_regular},
        "ephemeralContainers": {
            each.spec.get("name") or "" for each in containers if each.list_name != "ephemeralContainers"
        },
    }
    for container in containers:
        name = container.spec.get("name") or ""
        path = (*container.path, "name")
        if not name:
            yield required(path, "The container has no name.")
        else:
            yield from faulty(path, "The container name", name, names.dns_label(name))
        if container.is_regular:
            if name in regular:
                yield Problem(path, f"There is another container named {quote(name)}.", "Duplicate")
            regular.add(name)
            continue
        others = taken[container.list_name]
        if name in others:
            yield Problem(path, f"There is another container named {quote(name)}.", "Duplicate")
        elif name or container.list_name == "ephemeralContainers":
            others.add(name)


@rule("container-image")
def container_image(resource: Resource, context: Context) -> Iterator[Problem]:
    """Every container has an image, and a pull policy that Kubernetes knows.

    `imagePullPolicy` is Always, IfNotPresent or Never; left out, it is Always for the tag `latest` and for an image
    without a tag, else IfNotPresent.

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
            imagePullPolicy: Always
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
            imagePullPolicy: Always
    ```
    """
    for container in judged_containers(resource, context):
        spec, path = container.spec, container.path
        image = spec.get("image")
        if not image:
            yield required((*path, "image"), "The container has no image.")
        elif container.list_name == "ephemeralContainers" and image != image.strip():
            yield Problem((*path, "image"), f"The image {quote(image)} has blanks around it.", "Invalid")
        yield from one_of_these(
            (*path, "imagePullPolicy"), "imagePullPolicy", spec.get("imagePullPolicy"), _PULL_POLICIES
        )


@rule("termination-message-policy", needs={"terminationMessagePolicy"})
def termination_message_policy(resource: Resource, context: Context) -> Iterator[Problem]:
    """The termination message policy is one that Kubernetes knows.

    `File` takes the message from `terminationMessagePath`; `FallbackToLogsOnError` takes the end of the log when that
    file is empty and the container failed.

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
            terminationMessagePolicy: Logs
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
            terminationMessagePolicy: FallbackToLogsOnError
    ```
    """
    for container in judged_containers(resource, context):
        policy = container.spec.get("terminationMessagePolicy")
        path = (*container.path, "terminationMessagePolicy")
        yield from one_of_these(path, "terminationMessagePolicy", policy, _MESSAGE_POLICIES)


@rule("container-ports", needs={"ports"})
def container_ports(resource: Resource, context: Context) -> Iterator[Problem]:
    """Container ports are well formed.

    A port has a number from 1 to 65535, a protocol TCP, UDP or SCTP, and perhaps a name that no other port of the
    container has: at most 15 lower-case letters, digits and single `-`, with at least one letter.

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
            ports:
            - name: http_main
              containerPort: 80
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
            ports:
            - name: http-main
              containerPort: 80
    ```
    """
    for container in judged_containers(resource, context):
        seen: set[str] = set()
        for index, port in enumerate(container.spec.get("ports") or ()):
            path = (*container.path, "ports", index)
            name = port.get("name")
            if name:
                faults = names.port_name(name)
                yield from faulty((*path, "name"), "The port name", name, faults)
                if not faults:
                    if name in seen:
                        message = f"Another port of the container is named {quote(name)}."
                        yield Problem((*path, "name"), message, "Duplicate")
                    seen.add(name)
            number = port.get("containerPort") or 0
            if not number:
                yield required((*path, "containerPort"), "The port has no containerPort.")
            elif not names.is_port_number(number):
                yield _no_port((*path, "containerPort"), number)
            host = port.get("hostPort")
            if host and not names.is_port_number(host):
                yield _no_port((*path, "hostPort"), host)
            yield from one_of_these((*path, "protocol"), "The protocol", port.get("protocol"), _PROTOCOLS)


def _no_port(path: FieldPath, number: int) -> Problem:
    return Problem(path, f"{number} is no port number: 1 to 65535.", "Invalid")


@rule("host-port-clash", needs={"hostPort"})
def host_port_clash(resource: Resource, context: Context) -> Iterator[Problem]:
    """No two ports of a pod claim the same port of the node.

    Regular containers run side by side, so that one port of the node (with one protocol and one address) can serve only
    one of them.

    ```yaml bad
    apiVersion: apps/v1
    kind: DaemonSet
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
            ports:
            - containerPort: 80
              hostPort: 8080
            - containerPort: 81
              hostPort: 8080
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: DaemonSet
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
            ports:
            - containerPort: 80
              hostPort: 8080
            - containerPort: 81
              hostPort: 8081
    ```
    """
    regular: set[tuple[Any, ...]] = set()
    for container in judged_containers(resource, context):
        if "ports" not in container.spec or container.list_name == "ephemeralContainers":
            continue
        # Init containers run one after the other: each is looked at alone, and reported as if it were the first.
        seen = regular if container.is_regular else set()
        for index, port in enumerate(container.spec["ports"]):
            host = port.get("hostPort")
            if not host:
                continue
            claim = (port.get("protocol"), port.get("hostIP") or "", host)
            if claim in seen:
                path = (*container.path, "ports", index, "hostPort")
                first = (*POD, "initContainers", 0, "ports", index, "hostPort")
                yield Problem(
                    path,
                    f"The port {host} of the node is taken by another port of the pod.",
                    "Duplicate",
                    None if container.is_regular else format_path(first),
                )
            seen.add(claim)


@rule("container-restart-rules", needs={"restartPolicy", "restartPolicyRules"})
def container_restart_rules(resource: Resource, context: Context) -> Iterator[Problem]:
    """The restart policy of a container, and its rules for exit codes, are complete.

    A container's own `restartPolicy` is Always, OnFailure or Never. `restartPolicyRules` need it beside them: at most 20
    rules, each with an action (Restart, RestartAllContainers) and exit codes (an operator In or NotIn and at most 255
    values).

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
            restartPolicy: UnlessStopped
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
            restartPolicy: OnFailure
    ```
    """
    for container in judged_containers(resource, context):
        policy = container.spec.get("restartPolicy")
        rules = container.spec.get("restartPolicyRules")
        if container.list_name == "ephemeralContainers" or (policy is None and not rules):
            continue
        path = (*container.path, "restartPolicy")
        if policy is None:
            yield required(path, "restartPolicyRules need a restartPolicy beside them.")
        elif context.version < (1, 32):
            yield from _restart_policy_before_rules(container, policy, path)
        else:
            yield from one_of_these(path, "restartPolicy", policy, _RESTART_POLICIES)
        yield from _restart_rules(rules or (), (*container.path, "restartPolicyRules"))


def _restart_policy_before_rules(container: Container, policy: str, path: FieldPath) -> Iterator[Problem]:
    """Up to 1.31 only init containers have one, and only Always: that makes them sidecars."""
    if container.is_regular:
        yield Problem(path, "Only init containers can have a restartPolicy of their own.", "Forbidden")
    elif policy != "Always":
        yield Problem(path, not_supported("restartPolicy", policy, ["Always"]), "NotSupported")


def _restart_rules(rules: list[dict[str, Any]] | tuple[()], path: FieldPath) -> Iterator[Problem]:
    if len(rules) > 20:
        yield Problem(path, f"There are {len(rules)} rules; at most 20 are allowed.", "TooMany")
    for index, each in enumerate(rules):
        here = (*path, index)
        yield from one_of_these((*here, "action"), "The action", each.get("action") or "", _RULE_ACTIONS)
        codes = each.get("exitCodes")
        if codes is None:
            yield required((*here, "exitCodes"), "The rule has no exitCodes.")
            continue
        at = (*here, "exitCodes")
        yield from one_of_these(
            (*at, "operator"), "The operator", codes.get("operator") or "", ("In", "NotIn")
        )
        if len(codes.get("values") or ()) > 255:
            message = f"There are {len(codes['values'])} exit codes; at most 255 are allowed."
            yield Problem((*at, "values"), message, "TooMany")


@rule("init-container-fields", needs={"initContainers"})
def init_container_fields(resource: Resource, context: Context) -> Iterator[Problem]:
    """A plain init container has no probes and no lifecycle hooks.

    It runs to its end before the others start, so that there is nothing to probe. With `restartPolicy: Always` it is a
    sidecar that keeps running, and may have both. A plain init container can't be restarted for a resize either.

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
          initContainers:
          - name: proxy
            image: envoy:1.31
            readinessProbe:
              tcpSocket:
                port: 8080
          containers:
          - name: web
            image: nginx:1.27
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
          initContainers:
          - name: proxy
            image: envoy:1.31
            restartPolicy: Always
            readinessProbe:
              tcpSocket:
                port: 8080
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    for container in judged_containers(resource, context):
        if container.list_name != "initContainers" or container.is_sidecar:
            continue
        for field in ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe"):
            if field in container.spec:
                yield Problem(
                    (*container.path, field),
                    f"An init container can't have {field}, unless `restartPolicy: Always` makes it a sidecar.",
                    "Forbidden",
                )
        for index, policy in enumerate(container.spec.get("resizePolicy") or ()):
            if (
                policy.get("restartPolicy") == _RESTART
                and context.version >= (1, 35)
                and not _is_stored(context)
            ):
                yield Problem(
                    (*container.path, "resizePolicy", index, "restartPolicy"),
                    "An init container can't be restarted for a resize; write NotRequired.",
                    "Invalid",
                )


def _is_stored(context: Context) -> bool:
    """Tell whether the stored object restarts an init container for a resize already: then it may stay so."""
    old = stored_pod(context)
    return old is not None and any(
        policy.get("restartPolicy") == _RESTART
        for container in old.containers
        if container.list_name == "initContainers" and not container.is_sidecar
        for policy in container.spec.get("resizePolicy") or ()
    )


@rule("ephemeral-container-fields", needs={"ephemeralContainers"})
def ephemeral_container_fields(resource: Resource, context: Context) -> Iterator[Problem]:
    """An ephemeral container has no ports, probes, hooks or resources.

    Ephemeral containers are for debugging; a template can't have them at all. What they hold is checked as well: they
    target a container of the pod, and mount no sub-paths.

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
          ephemeralContainers:
          - name: debug
            image: busybox:1.36
            ports:
            - containerPort: 80
          containers:
          - name: web
            image: nginx:1.27
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
    ```
    """
    containers = judged_containers(resource, context)
    for container in containers:
        if container.list_name != "ephemeralContainers":
            continue
        spec, path = container.spec, container.path
        target = spec.get("targetContainerName")
        if target and not any(
            each.spec.get("name") == target for each in containers if each.list_name != "ephemeralContainers"
        ):
            message = f"There is no container named {quote(target)} in this pod."
            yield Problem((*path, "targetContainerName"), message, "NotFound")
        for field in _EPHEMERAL_NEVER:
            if field in spec and (spec[field] or field != "resources"):
                yield Problem((*path, field), f"An ephemeral container can't have {field}.", "Forbidden")
        for index, mount in enumerate(spec.get("volumeMounts") or ()):
            for field in ("subPath", "subPathExpr"):
                if mount.get(field):
                    yield Problem(
                        (*path, "volumeMounts", index, field),
                        f"An ephemeral container can't mount with {field}.",
                        "Forbidden",
                    )


@rule("host-ip-without-host-port", severity="warning", needs={"hostIP"})
def host_ip_without_host_port(resource: Resource, context: Context) -> Iterator[Problem]:
    """A port with a host address has a host port.

    `hostIP` says on which address of the node the `hostPort` listens; without a `hostPort` it does nothing.

    ```yaml bad
    apiVersion: apps/v1
    kind: DaemonSet
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
            ports:
            - containerPort: 80
              hostIP: 127.0.0.1
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: DaemonSet
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
            ports:
            - containerPort: 80
              hostPort: 8080
              hostIP: 127.0.0.1
    ```
    """
    for container in judged_containers(resource, context):
        for index, port in enumerate(container.spec.get("ports") or ()):
            if port.get("hostIP") and not port.get("hostPort"):
                yield Problem(
                    (*container.path, "ports", index),
                    "hostIP does nothing without a hostPort; add one, or remove it.",
                )


@rule("repeated-ports", severity="warning", needs={"ports"})
def repeated_ports(resource: Resource, context: Context) -> Iterator[Problem]:
    """No port is declared twice in a pod, neither by number and protocol nor by name.

    All containers of a pod share one network address: only one of them can listen on a port. Of two ports with one
    number and protocol, one may be lost when the manifest is applied; and a Service or probe that names a port gets the
    first of that name.

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
            ports:
            - name: http
              containerPort: 80
            - name: web
              containerPort: 80
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
            ports:
            - name: http
              containerPort: 80
    ```
    """
    known: dict[tuple[Any, Any], list[tuple[FieldPath, dict[str, Any]]]] = {}
    by_name: dict[str, FieldPath] = {}
    for container in judged_containers(resource, context):
        for index, port in enumerate(container.spec.get("ports") or ()):
            path = (*container.path, "ports", index)
            name = port.get("name")
            if name and (first := by_name.setdefault(name, path)) is not path and first[:-2] != path[:-2]:
                yield Problem(path, f"The port name {quote(name)} belongs to {format_path(first)} already.")
            others = known.setdefault((port.get("containerPort"), port.get("protocol")), [])
            for other_path, other in others:
                if relation := _relation(port, other):
                    yield Problem(path, f"The port {relation} {format_path(other_path)}.")
            others.append((path, port))


def _relation(port: dict[str, Any], other: dict[str, Any]) -> str | None:
    """Say how two ports with one number and protocol get into each other's way; None where they don't."""
    host, other_host = port.get("hostPort") or 0, other.get("hostPort") or 0
    ip, other_ip = port.get("hostIP") or "", other.get("hostIP") or ""
    if host == other_host and ip == other_ip:
        return "repeats"
    if not host or not other_host:
        return "overlaps with"
    if host == other_host and (not ip or not other_ip):
        return "listens on the same port of the node, on all or on one of its addresses, as"
    return None
