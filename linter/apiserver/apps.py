"""Deployment, ReplicaSet, StatefulSet and DaemonSet.

Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.apiserver.errors import Errors
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_object_meta, validate_object_meta_update, warn_of_host_name
from linter.apiserver.pod.gates import drop_disabled_fields
from linter.apiserver.pod.template import validate_pod_template, warn_of_pod_template
from linter.apiserver.selectors import has_malformed_value, validate_label_selector
from linter.kube import names
from linter.kube.selectors import matches
from linter.kube.suggest import did_you_mean, quote

if TYPE_CHECKING:
    from linter.apiserver.request import Object, Request
    from linter.path import FieldPath
    from linter.version import KubeVersion

_SELECTOR: FieldPath = ("spec", "selector")
_TEMPLATE: FieldPath = ("spec", "template")
_CLAIM_TEMPLATES: FieldPath = ("spec", "volumeClaimTemplates")


def prepare(request: Request) -> Request:
    """Drop the fields of the pod template whose feature gates are off."""
    changed = request._replace(object=_drop_disabled_fields(request.object, request.version))
    if request.old is None:
        return changed
    stored = _drop_disabled_fields(request.old.object, request.version)
    return changed._replace(old=request.old._replace(object=stored))


def validate_deployment(request: Request, errors: Errors) -> None:
    """Judge a new Deployment."""
    validate_object_meta(request, errors, name=names.dns_subdomain)
    _validate_selector_and_template(request, errors)


def validate_deployment_update(request: Request, errors: Errors) -> None:
    """Judge a Deployment that takes the place of a stored one."""
    validate_object_meta_update(request, errors)
    _validate_selector_and_template(request, errors)


def validate_replica_set(request: Request, errors: Errors) -> None:
    """Judge a new ReplicaSet."""
    validate_object_meta(request, errors, name=names.dns_subdomain)
    _validate_selector_and_template(request, errors)


def validate_replica_set_update(request: Request, errors: Errors) -> None:
    """Judge a ReplicaSet that takes the place of a stored one."""
    validate_object_meta_update(request, errors)
    _validate_selector_and_template(request, errors)


def validate_stateful_set(request: Request, errors: Errors) -> None:
    """Judge a new StatefulSet."""
    from linter.apiserver.pod.stateful import validate_claim_templates

    validate_object_meta(request, errors, name=names.dns_label)
    validate_claim_templates(_claim_templates(request), _CLAIM_TEMPLATES, errors)
    _validate_selector_and_template(request, errors)


def validate_stateful_set_update(request: Request, errors: Errors) -> None:
    """Judge a StatefulSet that takes the place of a stored one. Its claim templates can't change, so that they are not judged."""
    validate_object_meta_update(request, errors)
    _validate_selector_and_template(request, errors)


def validate_daemon_set(request: Request, errors: Errors) -> None:
    """Judge a new DaemonSet."""
    validate_object_meta(request, errors, name=names.dns_subdomain)
    _validate_selector_and_template(request, errors, always_look_inside=True)


def validate_daemon_set_update(request: Request, errors: Errors) -> None:
    """Judge a DaemonSet that takes the place of a stored one."""
    assert request.old is not None  # noqa: S101  an update
    validate_object_meta_update(request, errors)
    stored = request.old.object["spec"].get("selector") or {}
    _validate_selector_and_template(
        request, errors, always_look_inside=True, any_value=has_malformed_value(stored)
    )


def _validate_selector_and_template(
    request: Request, errors: Errors, *, always_look_inside: bool = False, any_value: bool = False
) -> None:
    """Judge selector and template, and that they fit.

    Args:
        request: The request.
        errors: Gets what is wrong.
        always_look_inside: Look into the template also where the selector is malformed, as for a DaemonSet.
        any_value: Let malformed values of the selector through.
    """
    spec = request.spec
    selector = spec.get("selector")
    template = spec["template"]
    malformed = _is_malformed(selector, errors)
    if selector:
        validate_label_selector(selector, _SELECTOR, errors, any_value=any_value)
    if malformed and not always_look_inside:
        errors.invalid(
            _SELECTOR, "The selector is malformed, so that it can select nothing.", rule="selector-syntax"
        )
    if selector is None:
        # Of a DaemonSet the server only says that the selector does not match.
        if request.kind != "DaemonSet":
            message = "The workload has no selector: repeat labels of the pod template in spec.selector.matchLabels."
            errors.required(_SELECTOR, message, rule="selector-required")
    elif not selector.get("matchLabels") and not selector.get("matchExpressions"):
        message = "The selector is empty: repeat labels of the pod template in spec.selector.matchLabels."
        errors.invalid(_SELECTOR, message, rule="selector-required")
    labels = (template.get("metadata") or {}).get("labels") or {}
    if not malformed and not matches(selector, labels):
        path = (*_TEMPLATE, "metadata", "labels")
        errors.invalid(path, _describe_mismatch(selector, labels), rule="selector-mismatch")
    if always_look_inside or not malformed:
        _validate_template(request, errors)


def _validate_template(request: Request, errors: Errors) -> None:
    template = request.spec["template"]
    manifest = (request.manifest.get("spec") or {}).get("template") or {}
    old = request.old.object["spec"].get("template") if request.old else None
    if request.kind == "StatefulSet":
        from linter.apiserver.pod.stateful import validate_stateful_pod_template

        claims = _claim_templates(request)
        validate_stateful_pod_template(
            template, _TEMPLATE, claims, _CLAIM_TEMPLATES, errors, manifest=manifest, old=old
        )
    else:
        validate_pod_template(template, _TEMPLATE, errors, manifest=manifest, old=old)


def _claim_templates(request: Request) -> list[Object]:
    return request.spec.get("volumeClaimTemplates") or []


def _drop_disabled_fields(workload: Object, version: KubeVersion) -> Object:
    spec = workload.get("spec") or {}
    template = spec.get("template") or {}
    pod = template.get("spec") or {}
    changed = drop_disabled_fields(pod, version)
    if changed is pod:
        return workload
    return {**workload, "spec": {**spec, "template": {**template, "spec": changed}}}


def warn_of_deployment(request: Request, errors: Errors) -> None:
    """Warn of what the server takes of a Deployment, but advises against."""
    warn_of_host_name(request, errors)
    warn_of_pod_template(request.spec["template"], _TEMPLATE, errors)


def warn_of_replica_set(request: Request, errors: Errors) -> None:
    """Warn of what the server takes of a ReplicaSet, but advises against."""
    warn_of_host_name(request, errors)
    warn_of_pod_template(request.spec["template"], _TEMPLATE, errors)


def warn_of_stateful_set(request: Request, errors: Errors) -> None:
    """Warn of what the server takes of a StatefulSet, but advises against."""
    from linter.apiserver.pod.stateful import warn_of_claim_templates, warn_of_stateful_pod_template

    claims = _claim_templates(request)
    warn_of_stateful_pod_template(request.spec["template"], _TEMPLATE, claims, _CLAIM_TEMPLATES, errors)
    warn_of_claim_templates(claims, _CLAIM_TEMPLATES, errors, is_update=request.old is not None)


def warn_of_daemon_set(request: Request, errors: Errors) -> None:
    """Warn of what the server takes of a DaemonSet, but advises against."""
    warn_of_pod_template(request.spec["template"], _TEMPLATE, errors)


def _is_malformed(selector: Object | None, errors: Errors) -> bool:
    alone = Errors(errors.version)
    validate_label_selector(selector or {}, _SELECTOR, alone)
    return bool(alone.errors)


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


DEPLOYMENT = Strategy(validate_deployment, validate_deployment_update, warn_of_deployment, prepare)
REPLICA_SET = Strategy(validate_replica_set, validate_replica_set_update, warn_of_replica_set, prepare)
STATEFUL_SET = Strategy(validate_stateful_set, validate_stateful_set_update, warn_of_stateful_set, prepare)
DAEMON_SET = Strategy(validate_daemon_set, validate_daemon_set_update, warn_of_daemon_set, prepare)
