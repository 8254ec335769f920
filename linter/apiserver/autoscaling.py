"""HorizontalPodAutoscaler.

Source: https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/ and
https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/
"""

from __future__ import annotations

from linter.apiserver.constraints import check, check_field
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_object_meta, validate_object_meta_update
from linter.kube import names, quantities
from linter.kube.suggest import not_supported, quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request
    from linter.path import FieldPath

# The order in which the API server looks for the sources: it looks into the first one only.
SOURCES = {
    "object": "Object",
    "external": "External",
    "pods": "Pods",
    "resource": "Resource",
    "containerResource": "ContainerResource",
}
TARGET_TYPES = ("AverageValue", "Utilization", "Value")
LONGEST_WINDOW: Final = 3600
LONGEST_PERIOD: Final = 1800


def validate_horizontal_pod_autoscaler(request: Request, errors: Errors) -> None:
    """Judge a new autoscaler."""
    # Since 1.37 the server counts the generation itself.
    keeps_generation = errors.version < (1, 37)
    validate_object_meta(request, errors, name=names.dns_subdomain, keeps_generation=keeps_generation)
    _validate(request, errors, stored=None)


def validate_horizontal_pod_autoscaler_update(request: Request, errors: Errors) -> None:
    """Judge an autoscaler that takes the place of a stored one."""
    assert request.old is not None  # noqa: S101  an update
    validate_object_meta_update(request, errors)
    _validate(request, errors, stored=request.old.object["spec"])


def _validate(request: Request, errors: Errors, *, stored: Object | None) -> None:
    if request.manifest["apiVersion"] == "autoscaling/v2":
        _validate_spec(request.spec, errors, stored=stored)
        return
    from linter.apiserver.autoscaling_v1 import at_annotation, read_annotations

    added = read_annotations(request.metadata)
    spec = {**request.spec, "metrics": added.metrics}
    if added.behavior is not None:
        spec["behavior"] = added.behavior
    before = len(errors)
    _validate_spec(spec, errors, stored=stored)
    errors.errors[before:] = [at_annotation(each, len(added.metrics)) for each in errors.errors[before:]]


def _validate_spec(spec: Object, errors: Errors, *, stored: Object | None) -> None:
    metrics = spec.get("metrics") or ()
    _validate_bounds(spec, stored or {}, errors)
    stored_target = None if stored is None else stored.get("scaleTargetRef") or {}
    _validate_target(spec.get("scaleTargetRef") or {}, stored_target, errors)
    for index, metric in enumerate(metrics):
        _validate_metric(metric, ("spec", "metrics", index), errors)
    # The one metric of autoscaling/v1, which the server turns into the last one of autoscaling/v2.
    name = "targetCPUUtilizationPercentage"
    if spec.get(name, 1) < 1:
        field = f"spec.metrics[{len(metrics)}].resource.target.averageUtilization"
        message = f"{name} is {spec[name]}; it must be above 0."
        errors.invalid(("spec", name), message, rule="autoscaler-metrics", field=field)
    if behavior := spec.get("behavior"):
        for direction in ("scaleUp", "scaleDown"):
            if direction in behavior:
                _validate_scaling_rules(behavior[direction], ("spec", "behavior", direction), errors)


def _validate_bounds(spec: Object, stored: Object, errors: Errors) -> None:
    rule = "autoscaler-bounds"
    least, most = spec["minReplicas"], spec.get("maxReplicas") or 0
    # 0 is behind a feature gate that is on since 1.37; where it is stored, it may stay.
    lowest = 0 if errors.version >= (1, 37) or stored.get("minReplicas") == 0 else 1
    if least < lowest:
        limit = "an autoscaler keeps at least 1 pod" if lowest else "it must not be negative"
        message = f"minReplicas is {least}; {limit}."
        errors.invalid(("spec", "minReplicas"), message, rule=rule)
    path: FieldPath = ("spec", "maxReplicas")
    if most == 0 and errors.version >= (1, 36):
        errors.required(path, "maxReplicas is missing or 0; it must be at least 1.", rule=rule)
    elif most < 1:
        written = "maxReplicas is missing or 0" if most == 0 else f"maxReplicas is {most}"
        errors.invalid(path, f"{written}; it must be at least 1.", rule=rule)
    if most < least:
        message = f"maxReplicas ({most}) is smaller than minReplicas ({least})."
        errors.invalid(path, message, rule=rule)
    metrics = spec.get("metrics") or ()
    if least == 0 and not any(metric.get("type") in {"Object", "External"} for metric in metrics):
        message = "Scaling to 0 needs a metric of type Object or External."
        errors.forbidden(("spec", "metrics"), message, rule=rule)


def _validate_target(target: Object, stored: Object | None, errors: Errors) -> None:
    """Judge what is scaled. An update may keep what was taken before apiVersions were looked at."""
    rule = "autoscaler-target"
    path: FieldPath = ("spec", "scaleTargetRef")
    _validate_object_names(target, path, errors, rule=rule)
    if errors.version < (1, 34):
        return
    if stored is not None and all(stored.get(part) == target.get(part) for part in ("apiVersion", "kind")):
        return
    api_version = target.get("apiVersion") or ""
    _validate_slashes(api_version, (*path, "apiVersion"), errors, rule=rule)
    names_group = "/" in api_version and not api_version.startswith("/")
    if api_version.count("/") <= 1 and not names_group and target.get("kind") != "ReplicationController":
        written = f"is {quote(api_version)}, which names" if api_version else "is missing and so names"
        errors.invalid(
            (*path, "apiVersion"),
            f"The apiVersion {written} no API group. Deployments, StatefulSets and ReplicaSets have `apps/v1`.",
            rule=rule,
        )


def _validate_object_names(reference: Object, path: FieldPath, errors: Errors, *, rule: str) -> None:
    for part in ("kind", "name"):
        what = f"The {part} of the object"
        _validate_path_segment(reference.get(part) or "", (*path, part), what, errors, rule=rule)


def _validate_path_segment(value: str, path: FieldPath, what: str, errors: Errors, *, rule: str) -> None:
    if not value:
        errors.required(path, f"{what} is missing.", rule=rule)
    for fault in names.path_segment(value):
        errors.invalid(path, f"{what}, {quote(value)}, {fault}.", rule=rule)


def _validate_slashes(api_version: str, path: FieldPath, errors: Errors, *, rule: str) -> None:
    if api_version.count("/") > 1:
        errors.invalid(path, f"The apiVersion {quote(api_version)} has more than one `/`.", rule=rule)


def _validate_metric(metric: Object, path: FieldPath, errors: Errors) -> None:
    rule = "autoscaler-metrics"
    kind = metric.get("type") or ""
    if not kind:
        errors.required((*path, "type"), "The metric has no type.", rule=rule)
    check_field("autoscaling/v2.MetricSpec", "type", kind, (*path, "type"), errors)
    present = [source for source in SOURCES if source in metric]
    if present:
        _validate_source(present[0], metric[present[0]], (*path, present[0]), errors)
    expected = next((source for source, name in SOURCES.items() if name == kind), None)
    if expected and expected not in present:
        message = f"A metric of type {kind} needs the block `{expected}`."
        errors.required((*path, expected), message, rule=rule)
    if len(present) > 1:
        for source in present:
            if source != expected:
                message = f"A metric has one source: delete `{source}`, or make it a metric of its own."
                errors.forbidden((*path, source), message, rule=rule)


def _validate_source(source: str, block: Object, path: FieldPath, errors: Errors) -> None:
    rule = "autoscaler-metrics"
    match source:
        case "object":
            described = block.get("describedObject") or {}
            whole = (*path, "describedObject")
            _validate_object_names(described, whole, errors, rule=rule)
            if errors.version >= (1, 34):
                api_version = described.get("apiVersion") or ""
                _validate_slashes(api_version, (*whole, "apiVersion"), errors, rule=rule)
        case "containerResource":
            _validate_container_resource(block, path, errors)
        case "resource" if not block.get("name"):
            errors.required((*path, "name"), "The metric names no resource, e.g. cpu.", rule=rule)
    if source in {"object", "external", "pods"}:
        name = (block.get("metric") or {}).get("name") or ""
        _validate_path_segment(name, (*path, "metric", "name"), "The metric's name", errors, rule=rule)
    target = block.get("target") or {}
    _validate_metric_target(target, (*path, "target"), errors)
    _validate_aim(source, target, (*path, "target"), errors)


def _validate_aim(source: str, target: Object, path: FieldPath, errors: Errors) -> None:
    """Judge whether a target says what a source of its kind aims at: one value, or one of two."""
    rule = "autoscaler-metrics"
    value, average = "value" in target, "averageValue" in target
    utilization = "averageUtilization" in target
    match source:
        case "resource" | "containerResource":
            if not utilization and not average:
                message = "The target needs averageUtilization or averageValue."
                errors.required((*path, "averageUtilization"), message, rule=rule)
            elif utilization and average:
                message = "averageUtilization and averageValue exclude each other: keep one of them."
                errors.forbidden((*path, "averageValue"), message, rule=rule)
        case "pods":
            if not average:
                message = "The target of Pods needs averageValue."
                errors.required((*path, "averageValue"), message, rule=rule)
        case "object" | "external":
            if not value and not average:
                message = "The target needs value or averageValue."
                errors.required((*path, "averageValue"), message, rule=rule)
            elif value and average and source == "external":
                message = "value and averageValue exclude each other: keep one of them."
                errors.forbidden((*path, "value"), message, rule=rule)


def _validate_container_resource(block: Object, path: FieldPath, errors: Errors) -> None:
    rule = "autoscaler-metrics"
    name, container = block.get("name") or "", block.get("container") or ""
    if name:
        faults = names.container_resource(name)
        errors.faults((*path, "name"), "The resource", name, faults, rule=rule)
    else:
        errors.required((*path, "name"), "The metric names no resource, e.g. cpu.", rule=rule)
    if container:
        faults = names.dns_label(container)
        errors.faults((*path, "container"), "The container name", container, faults, rule=rule)
    else:
        errors.required((*path, "container"), "The metric names no container.", rule=rule)


def _validate_metric_target(target: Object, path: FieldPath, errors: Errors) -> None:
    rule = "autoscaler-metrics"
    kind = target.get("type") or ""
    if not kind:
        errors.required((*path, "type"), "The target has no type.", rule=rule)
    if kind not in TARGET_TYPES:
        errors.invalid((*path, "type"), not_supported("The type", kind, TARGET_TYPES), rule=rule)
    for name in ("value", "averageValue"):
        if name in target and quantities.parse(target[name]).nanos <= 0:
            message = f"{name} is {quote(target[name])}; it must be above 0."
            errors.invalid((*path, name), message, rule=rule)
    utilization = target.get("averageUtilization", 1)
    if utilization < 1:
        message = f"averageUtilization is {utilization}; it must be above 0."
        errors.invalid((*path, "averageUtilization"), message, rule=rule)


def _validate_scaling_rules(rules: Object, path: FieldPath, errors: Errors) -> None:
    rule = "autoscaler-behavior"
    name = "stabilizationWindowSeconds"
    window = rules.get(name, 0)
    if not 0 <= window <= LONGEST_WINDOW:
        message = f"{name} is {window}; it must be from 0 to {LONGEST_WINDOW}."
        errors.invalid((*path, name), message, rule=rule)
    # autoscaling/v1 has no defaults for these.
    check("autoscaling/v2.HPAScalingRules", rules, path, errors)
    policies = rules.get("policies") or ()
    if not policies:
        message = (
            "The list of policies is empty: delete it for the defaults, or write `selectPolicy: Disabled`."
        )
        errors.required((*path, "policies"), message, rule=rule)
    for index, policy in enumerate(policies):
        _validate_scaling_policy(policy, (*path, "policies", index), errors)
    # Older servers drop the field, whose feature is off there.
    if "tolerance" in rules and errors.version >= (1, 35) and quantities.parse(rules["tolerance"]).nanos < 0:
        errors.invalid((*path, "tolerance"), "The tolerance must not be negative.", rule=rule)


def _validate_scaling_policy(policy: Object, path: FieldPath, errors: Errors) -> None:
    rule = "autoscaler-behavior"
    check_field("autoscaling/v2.HPAScalingPolicy", "type", policy.get("type") or "", (*path, "type"), errors)
    value, period = policy.get("value", 0), policy.get("periodSeconds", 0)
    if value <= 0:
        errors.invalid((*path, "value"), f"The value is {value}; it must be above 0.", rule=rule)
    if not 1 <= period <= LONGEST_PERIOD:
        message = f"periodSeconds is {period}; it must be from 1 to {LONGEST_PERIOD}."
        errors.invalid((*path, "periodSeconds"), message, rule=rule)


HORIZONTAL_POD_AUTOSCALER = Strategy(
    validate_horizontal_pod_autoscaler, validate_horizontal_pod_autoscaler_update
)
