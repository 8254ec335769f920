"""What Deployment, ReplicaSet, StatefulSet and DaemonSet have in common: selector, pod template, and how numbers are judged.

Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/
"""

from __future__ import annotations

from linter.apiserver.amounts import amount_fault
from linter.apiserver.meta import warn_of_host_name
from linter.apiserver.pod.plain import has_plain_template
from linter.apiserver.selectors import has_malformed_value, validate_label_selector
from linter.kube.selectors import matches
from linter.kube.suggest import did_you_mean, quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request
    from linter.path import FieldPath

SPEC: FieldPath = ("spec",)
SELECTOR: FieldPath = ("spec", "selector")
TEMPLATE: FieldPath = ("spec", "template")


def validate_selector(request: Request, errors: Errors, *, any_value: bool = False) -> bool:
    """Judge the selector.

    Args:
        request: The request.
        errors: Gets what is wrong.
        any_value: Let malformed values through, as an update of a DaemonSet that has some does.

    Returns:
        Whether it can be asked what it selects. An empty one can.
    """
    selector = request.spec.get("selector")
    if selector is None:
        # Of a DaemonSet the server only says that the selector does not match.
        if request.kind != "DaemonSet":
            message = "The workload has no selector: repeat labels of the pod template in spec.selector.matchLabels."
            errors.required(SELECTOR, message, rule="selector-required")
        return True
    before = len(errors)
    validate_label_selector(selector, SELECTOR, errors, any_value=any_value)
    sound = len(errors) == before and not (any_value and has_malformed_value(selector))
    if not selector.get("matchLabels") and not selector.get("matchExpressions"):
        message = "The selector is empty: repeat labels of the pod template in spec.selector.matchLabels."
        errors.invalid(SELECTOR, message, rule="selector-required")
    return sound


def validate_match(selector: Object | None, template: Object, errors: Errors) -> None:
    """Judge whether a selector selects the pods of `spec.template`."""
    labels = (template.get("metadata") or {}).get("labels") or {}
    if not matches(selector, labels):
        message = _describe_mismatch(selector, labels)
        errors.invalid((*TEMPLATE, "metadata", "labels"), message, rule="selector-mismatch")


def validate_template(request: Request, errors: Errors) -> None:
    """Judge the pod template as such."""
    if has_plain_template(request):
        return
    from linter.apiserver.pod import template

    manifest = (request.manifest.get("spec") or {}).get("template") or {}
    old = request.old.object["spec"].get("template") if request.old else None
    pods = request.spec["template"]
    template.validate_pod_template(pods, TEMPLATE, errors, manifest=manifest, old=old)


def validate_selector_and_template(
    request: Request, errors: Errors, validate: Callable[[Request, Errors], None] = validate_template
) -> bool:
    """Judge selector and template of all workloads but DaemonSets.

    Args:
        request: The request.
        errors: Gets what is wrong.
        validate: Judges the template.

    Returns:
        Whether the server looks into the template: with a malformed selector it does not.
    """
    if not validate_selector(request, errors):
        message = "The selector is malformed, so that it can select nothing."
        errors.invalid(SELECTOR, message, rule="selector-syntax")
        return False
    validate_match(request.spec.get("selector"), request.spec["template"], errors)
    validate(request, errors)
    return True


def warn_of_template(request: Request, errors: Errors) -> None:
    """Warn of what the server takes of the pod template, but advises against."""
    if not has_plain_template(request):
        from linter.apiserver.pod import template

        template.warn_of_pod_template(request.spec["template"], TEMPLATE, errors)


def warn_of_named_pods(request: Request, errors: Errors) -> None:
    """Warn of the pod template, and of a name that makes no host names for pods that are called after it."""
    warn_of_host_name(request, errors)
    warn_of_template(request, errors)


def validate_endless(request: Request, errors: Errors) -> None:
    """Judge whether the pods of the template run for ever, as those of these workloads must."""
    pod = request.spec["template"]["spec"]
    policy = pod["restartPolicy"]
    if policy != "Always":
        errors.unsupported(
            (*TEMPLATE, "spec", "restartPolicy"),
            f"restartPolicy is {quote(policy)}; pods of a {request.kind} are always restarted: delete the field.",
            rule="template-restart-policy",
        )
    if "activeDeadlineSeconds" in pod:
        errors.forbidden(
            (*TEMPLATE, "spec", "activeDeadlineSeconds"),
            f"Pods of a {request.kind} must not end by themselves: delete activeDeadlineSeconds, or use a Job.",
            rule="template-active-deadline",
        )


def validate_selector_update(request: Request, errors: Errors) -> None:
    """Judge whether an update keeps the selector."""
    from linter.apiserver.equality import is_same_with_zeros

    assert request.old is not None  # noqa: S101  an update
    new, old = request.spec.get("selector"), request.old.object["spec"].get("selector")
    if not is_same_with_zeros(new, old, f"apps/v1.{request.kind}Spec", "selector"):
        errors.invalid(
            SELECTOR,
            "The selector can't be changed. Give the workload a new name, or delete it with --cascade=orphan and "
            "create it again.",
            rule="immutable-selector",
        )


def validate_amount(
    rolling: Object, path: FieldPath, name: str, errors: Errors, *, rule: str, at_most_all: bool = True
) -> None:
    """Judge a number or percentage of pods.

    Args:
        rolling: The struct that has the field.
        path: Where the struct is.
        name: The field.
        errors: Gets what is wrong.
        rule: The id of the page.
        at_most_all: Refuse percentages above 100%.
    """
    if fault := amount_fault(rolling[name], at_most_all=at_most_all):
        errors.invalid((*path, name), f"{name} is {quote(rolling[name])}; {fault}.", rule=rule)


def _describe_mismatch(selector: Object | None, labels: Object) -> str:
    """Say which part of the selector the labels of the pod template don't fulfil."""
    if selector is None:
        return "There is no selector, so that it can't match the pod template's labels."
    for key, value in (selector.get("matchLabels") or {}).items():
        if key not in labels:
            hint = did_you_mean(key, labels)
            return f"The selector asks for the label {quote(f'{key}: {value}')}, which the pod template lacks.{hint}"
        if labels[key] != value:
            return (
                f"The selector asks for the label {quote(f'{key}: {value}')}, "
                f"but the pod template has {quote(f'{key}: {labels[key]}')}."
            )
    for expression in selector.get("matchExpressions") or ():
        if not matches({"matchExpressions": [expression]}, labels):
            key = expression.get("key")
            wanted = f"{key} {expression.get('operator')}"
            if values := expression.get("values"):
                wanted += f" [{', '.join(values)}]"
            has = f"has {quote(f'{key}: {labels[key]}')}" if key in labels else "lacks the label"
            return f"The selector asks for {quote(wanted)}, but the pod template {has}."
    return "The selector does not match the pod template's labels."
