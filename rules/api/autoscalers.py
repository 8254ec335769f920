"""The spec of a HorizontalPodAutoscaler.

Source: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/ and
https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.engine.rule import Context, Problem, rule
from linter.kube import names, quantities
from linter.kube.suggest import not_supported, quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource
    from linter.path import FieldPath

KIND = {"HorizontalPodAutoscaler"}
# The order in which the API server looks for the sources: it looks into the first one only.
SOURCES = {
    "object": "Object",
    "external": "External",
    "pods": "Pods",
    "resource": "Resource",
    "containerResource": "ContainerResource",
}
METRIC_TYPES = ("ContainerResource", "External", "Object", "Pods", "Resource")
TARGET_TYPES = ("AverageValue", "Utilization", "Value")
SELECT_POLICIES = ("Disabled", "Max", "Min")
POLICY_TYPES = ("Percent", "Pods")
LONGEST_WINDOW = 3600
LONGEST_PERIOD = 1800


@rule("autoscaler-bounds", kinds=KIND)
def autoscaler_bounds(resource: Resource, context: Context) -> Iterator[Problem]:
    """An autoscaler's bounds are positive and in order.

    `maxReplicas` is compulsory and not smaller than `minReplicas`, which is 1 if nothing is written. An autoscaler
    can't scale to 0: `minReplicas: 0` needs an alpha feature and a metric of type Object or External.

    ```yaml bad
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata:
      name: web
    spec:
      scaleTargetRef:
        apiVersion: apps/v1
        kind: Deployment
        name: web
      minReplicas: 5
      maxReplicas: 3
    ```

    ```yaml good
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata:
      name: web
    spec:
      scaleTargetRef:
        apiVersion: apps/v1
        kind: Deployment
        name: web
      minReplicas: 3
      maxReplicas: 5
    ```
    """
    spec = resource.object["spec"]
    least, most = spec["minReplicas"], spec.get("maxReplicas") or 0
    if least < 1:
        yield Problem(
            ("spec", "minReplicas"), f"minReplicas is {least}; an autoscaler keeps at least 1 pod.", "Invalid"
        )
    path: FieldPath = ("spec", "maxReplicas")
    if most < 1:
        # What lies between recorded versions follows the newer one.
        required = most == 0 and context.version >= (1, 35)
        text = "maxReplicas is missing or 0" if most == 0 else f"maxReplicas is {most}"
        yield Problem(path, f"{text}; it must be at least 1.", "Required" if required else "Invalid")
    if most < least:
        yield Problem(path, f"maxReplicas ({most}) is smaller than minReplicas ({least}).", "Invalid")
    metrics = spec.get("metrics") or ()
    if least == 0 and not any(metric.get("type") in ("Object", "External") for metric in metrics):
        yield Problem(
            ("spec", "metrics"), "Scaling to 0 needs a metric of type Object or External.", "Forbidden"
        )


@rule("autoscaler-target", kinds=KIND)
def autoscaler_target(resource: Resource, context: Context) -> Iterator[Problem]:
    """An autoscaler names what it scales: API group and version, kind and name.

    `apiVersion: apps/v1` belongs to Deployments, StatefulSets and ReplicaSets. Without an API group (`v1`, or
    nothing) the autoscaler would look for the kind in the core group, where there is nothing to scale but
    ReplicationControllers.

    ```yaml bad
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata:
      name: web
    spec:
      scaleTargetRef:
        kind: Deployment
        name: web
      maxReplicas: 5
    ```

    ```yaml good
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata:
      name: web
    spec:
      scaleTargetRef:
        apiVersion: apps/v1
        kind: Deployment
        name: web
      maxReplicas: 5
    ```
    """
    target = resource.object["spec"].get("scaleTargetRef") or {}
    path: FieldPath = ("spec", "scaleTargetRef")
    yield from _object_names(target, path)
    if context.version < (1, 32):
        return
    stored = _stored_target(context)
    if stored is not None and all(stored.get(part) == target.get(part) for part in ("apiVersion", "kind")):
        return  # an update may keep what was taken before this check was made
    api_version = target.get("apiVersion") or ""
    if api_version.count("/") > 1:
        yield _two_slashes((*path, "apiVersion"), api_version)
    elif ("/" not in api_version or api_version.startswith("/")) and target.get(
        "kind"
    ) != "ReplicationController":
        written = f"is {quote(api_version)}, which names" if api_version else "is missing and so names"
        yield Problem(
            (*path, "apiVersion"),
            f"The apiVersion {written} no API group. Deployments, StatefulSets and ReplicaSets have `apps/v1`.",
            "Invalid",
        )


@rule("autoscaler-metrics", kinds=KIND, needs={"metrics", "targetCPUUtilizationPercentage"})
def autoscaler_metrics(resource: Resource, context: Context) -> Iterator[Problem]:
    """Each metric of an autoscaler has one source, the one that its type names, and a target above zero.

    The type is Resource, ContainerResource, Pods, Object or External, and there is one block of that name
    (`resource`, `containerResource` …). What the metric is called is compulsory. So is what to aim at:
    averageUtilization or averageValue for resources, averageValue for Pods, value or averageValue for Object and
    External. Without `metrics` the autoscaler aims at 80 % of the requested CPU time.

    ```yaml bad
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata:
      name: web
    spec:
      scaleTargetRef:
        apiVersion: apps/v1
        kind: Deployment
        name: web
      maxReplicas: 5
      metrics:
      - type: Resource
        resource:
          name: cpu
          target:
            type: Utilization
    ```

    ```yaml good
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata:
      name: web
    spec:
      scaleTargetRef:
        apiVersion: apps/v1
        kind: Deployment
        name: web
      maxReplicas: 5
      metrics:
      - type: Resource
        resource:
          name: cpu
          target:
            type: Utilization
            averageUtilization: 70
    ```
    """
    spec = resource.object["spec"]
    for index, metric in enumerate(spec.get("metrics") or ()):
        yield from _metric(metric, ("spec", "metrics", index), context)
    # The one metric of autoscaling/v1, which the server turns into the first one of autoscaling/v2.
    name = "targetCPUUtilizationPercentage"
    if spec.get(name, 1) < 1:
        yield Problem(
            ("spec", name),
            f"{name} is {spec[name]}; it must be above 0.",
            "Invalid",
            "spec.metrics[0].resource.target.averageUtilization",
        )


@rule("autoscaler-behavior", kinds=KIND, needs={"behavior"})
def autoscaler_behavior(resource: Resource, context: Context) -> Iterator[Problem]:
    """An autoscaler's scaling behavior has known policies and sensible times.

    For `scaleUp` and `scaleDown`: stabilizationWindowSeconds is from 0 to 3600; selectPolicy is Max, Min or Disabled;
    the list of policies is not empty (leave it out for the defaults); a policy is of type Pods or Percent, with a
    value above 0 and a period of 1 to 1800 seconds; the tolerance is not negative. To forbid scaling in one direction
    write `selectPolicy: Disabled`.

    ```yaml bad
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata:
      name: web
    spec:
      scaleTargetRef:
        apiVersion: apps/v1
        kind: Deployment
        name: web
      maxReplicas: 5
      behavior:
        scaleDown:
          policies: []
    ```

    ```yaml good
    apiVersion: autoscaling/v2
    kind: HorizontalPodAutoscaler
    metadata:
      name: web
    spec:
      scaleTargetRef:
        apiVersion: apps/v1
        kind: Deployment
        name: web
      maxReplicas: 5
      behavior:
        scaleDown:
          selectPolicy: Disabled
    ```
    """
    behavior = resource.object["spec"].get("behavior")
    if behavior:
        for direction in ("scaleUp", "scaleDown"):
            yield from _scaling_rules(behavior[direction], ("spec", "behavior", direction), context)


def _stored_target(context: Context) -> dict[str, Any] | None:
    if context.old is None or context.old.kind not in KIND:
        return None
    target: dict[str, Any] = context.old.object["spec"].get("scaleTargetRef") or {}
    return target


def _object_names(reference: dict[str, Any], path: FieldPath) -> Iterator[Problem]:
    for part in ("kind", "name"):
        yield from _path_segment(reference.get(part) or "", (*path, part), f"The {part} of the object")


def _path_segment(value: str, path: FieldPath, what: str) -> Iterator[Problem]:
    if not value:
        yield Problem(path, f"{what} is missing.", "Required")
    for fault in names.path_segment(value):
        yield Problem(path, f"{what}, {quote(value)}, {fault}.", "Invalid")


def _two_slashes(path: FieldPath, api_version: str) -> Problem:
    return Problem(path, f"The apiVersion {quote(api_version)} has more than one `/`.", "Invalid")


def _metric(metric: dict[str, Any], path: FieldPath, context: Context) -> Iterator[Problem]:
    kind = metric.get("type") or ""
    if not kind:
        yield Problem((*path, "type"), "The metric has no type.", "Required")
    if kind not in METRIC_TYPES:
        yield Problem((*path, "type"), not_supported("The type", kind, METRIC_TYPES), "NotSupported")
    present = [source for source in SOURCES if source in metric]
    if present:
        yield from _source(present[0], metric[present[0]], (*path, present[0]), context)
    expected = next((source for source, name in SOURCES.items() if name == kind), None)
    if expected and expected not in present:
        yield Problem((*path, expected), f"A metric of type {kind} needs the block `{expected}`.", "Required")
    if len(present) > 1:
        for source in present:
            if source != expected:
                yield Problem(
                    (*path, source),
                    f"A metric has one source: delete `{source}`, or make it a metric of its own.",
                    "Forbidden",
                )


def _source(source: str, block: dict[str, Any], path: FieldPath, context: Context) -> Iterator[Problem]:
    target = block.get("target") or {}
    aim = (*path, "target")
    match source:
        case "object":
            described = block.get("describedObject") or {}
            yield from _object_names(described, (*path, "describedObject"))
            api_version = described.get("apiVersion") or ""
            if api_version.count("/") > 1 and context.version >= (1, 32):
                yield _two_slashes((*path, "describedObject", "apiVersion"), api_version)
        case "containerResource":
            yield from _container_resource(block, path)
        case "resource" if not block.get("name"):
            yield Problem((*path, "name"), "The metric names no resource, e.g. cpu.", "Required")
    if source in ("object", "external", "pods"):
        name = (block.get("metric") or {}).get("name") or ""
        yield from _path_segment(name, (*path, "metric", "name"), "The metric's name")

    yield from _target(target, aim)
    value, average = "value" in target, "averageValue" in target
    utilization = "averageUtilization" in target
    match source:
        case "resource" | "containerResource":
            if not utilization and not average:
                yield Problem(
                    (*aim, "averageUtilization"),
                    "The target needs averageUtilization or averageValue.",
                    "Required",
                )
            elif utilization and average:
                yield Problem(
                    (*aim, "averageValue"),
                    "averageUtilization and averageValue exclude each other: keep one of them.",
                    "Forbidden",
                )
        case "pods":
            if not average:
                yield Problem((*aim, "averageValue"), "The target of Pods needs averageValue.", "Required")
        case _:
            if not value and not average:
                yield Problem((*aim, "averageValue"), "The target needs value or averageValue.", "Required")
            elif value and average and source == "external":
                yield Problem(
                    (*aim, "value"),
                    "value and averageValue exclude each other: keep one of them.",
                    "Forbidden",
                )


def _container_resource(block: dict[str, Any], path: FieldPath) -> Iterator[Problem]:
    name, container = block.get("name") or "", block.get("container") or ""
    if not name:
        yield Problem((*path, "name"), "The metric names no resource, e.g. cpu.", "Required")
    for fault in names.container_resource(name) if name else ():
        yield Problem((*path, "name"), f"The resource {quote(name)} {fault}.", "Invalid")
    if not container:
        yield Problem((*path, "container"), "The metric names no container.", "Required")
    for fault in names.dns_label(container) if container else ():
        yield Problem((*path, "container"), f"The container name {quote(container)} {fault}.", "Invalid")


def _target(target: dict[str, Any], path: FieldPath) -> Iterator[Problem]:
    kind = target.get("type") or ""
    if not kind:
        yield Problem((*path, "type"), "The target has no type.", "Required")
    if kind not in TARGET_TYPES:
        yield Problem((*path, "type"), not_supported("The type", kind, TARGET_TYPES), "Invalid")
    for name in ("value", "averageValue"):
        if name in target and quantities.parse(target[name]).nanos <= 0:
            yield Problem((*path, name), f"{name} is {quote(target[name])}; it must be above 0.", "Invalid")
    utilization = target.get("averageUtilization", 1)
    if utilization < 1:
        yield Problem(
            (*path, "averageUtilization"),
            f"averageUtilization is {utilization}; it must be above 0.",
            "Invalid",
        )


def _scaling_rules(rules: dict[str, Any], path: FieldPath, context: Context) -> Iterator[Problem]:
    window = rules.get("stabilizationWindowSeconds", 0)
    if not 0 <= window <= LONGEST_WINDOW:
        yield Problem(
            (*path, "stabilizationWindowSeconds"),
            f"stabilizationWindowSeconds is {window}; it must be from 0 to {LONGEST_WINDOW}.",
            "Invalid",
        )
    if rules["selectPolicy"] not in SELECT_POLICIES:
        text = not_supported("selectPolicy", rules["selectPolicy"], SELECT_POLICIES)
        yield Problem((*path, "selectPolicy"), text, "NotSupported")
    if not rules["policies"]:
        yield Problem(
            (*path, "policies"),
            "The list of policies is empty: delete it for the defaults, or write `selectPolicy: Disabled`.",
            "Required",
        )
    for index, policy in enumerate(rules["policies"]):
        here = (*path, "policies", index)
        kind = policy.get("type") or ""
        if kind not in POLICY_TYPES:
            yield Problem((*here, "type"), not_supported("The type", kind, POLICY_TYPES), "NotSupported")
        value, period = policy.get("value", 0), policy.get("periodSeconds", 0)
        if value <= 0:
            yield Problem((*here, "value"), f"The value is {value}; it must be above 0.", "Invalid")
        if not 1 <= period <= LONGEST_PERIOD:
            yield Problem(
                (*here, "periodSeconds"),
                f"periodSeconds is {period}; it must be from 1 to {LONGEST_PERIOD}.",
                "Invalid",
            )
    # Older servers drop the field, whose feature is off there.
    if "tolerance" in rules and context.version >= (1, 35) and quantities.parse(rules["tolerance"]).nanos < 0:
        yield Problem((*path, "tolerance"), "The tolerance must not be negative.", "Invalid")
