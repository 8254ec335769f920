"""Namespace.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/ and
https://kubernetes.io/docs/concepts/security/pod-security-admission/
"""

from __future__ import annotations

import re

from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import STANDARD_FINALIZERS, validate_meta
from linter.kube import names
from linter.kube.suggest import did_you_mean, not_supported, quote
from linter.path import Key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request

LEVELS = ("privileged", "baseline", "restricted")
_MODES = ("enforce", "audit", "warn")
_PREFIX = "pod-security.kubernetes.io/"


def validate_namespace(request: Request, errors: Errors) -> None:
    """Judge a new Namespace."""
    validate_meta(request, errors, name=names.dns_label, keeps_generation=True)
    _validate_finalizers(request.spec.get("finalizers") or [], errors)
    _admit(request.metadata.get("labels") or {}, errors)


def validate_namespace_update(request: Request, errors: Errors) -> None:
    """Judge a Namespace that takes the place of a stored one. Its own finalizers stay as they are, whatever is sent."""
    assert request.old is not None  # noqa: S101  an update
    validate_meta(request, errors, name=names.dns_label)
    new = request.metadata.get("labels") or {}
    old = (request.old.object.get("metadata") or {}).get("labels") or {}
    if _security_labels(new) != _security_labels(old):
        _admit(new, errors)


def _validate_finalizers(finalizers: list[str], errors: Errors) -> None:
    rule, field = "finalizers", "spec.finalizers"
    for index, entry in enumerate(finalizers):
        path = ("spec", "finalizers", index)
        errors.faults(path, "The finalizer", entry, names.qualified_name(entry), rule=rule, field=field)
        if "/" not in entry and entry not in STANDARD_FINALIZERS:
            message = (
                f"The finalizer {quote(entry)} has no domain; write it as `example.com/{entry or 'name'}`."
                f"{did_you_mean(entry, STANDARD_FINALIZERS)}"
            )
            errors.invalid(path, message, rule=rule, field=field)


def _security_labels(labels: Object) -> Object:
    return {key: value for key, value in labels.items() if key.startswith(_PREFIX)}


def _admit(labels: Object, errors: Errors) -> None:
    """Judge the labels of the PodSecurity admission, which is asked once all else is right."""
    if errors or not _security_labels(labels):
        return
    rule = "pod-security-labels"
    for mode in _MODES:
        path = ("metadata", "labels", Key(f"{_PREFIX}{mode}"))
        level = labels.get(f"{_PREFIX}{mode}")
        if level is not None and level not in LEVELS:
            errors.invalid(path, not_supported(f"The {mode} level", level, LEVELS), rule=rule)
        version = labels.get(f"{_PREFIX}{mode}-version")
        if version is not None and not re.fullmatch(r"latest|v1\.(0|[1-9][0-9]*)", version, re.ASCII):
            path = ("metadata", "labels", Key(f"{_PREFIX}{mode}-version"))
            message = f"The {mode} version is {quote(version)}; it must be `latest` or a minor version such as `v1.36`."
            errors.invalid(path, message, rule=rule)


NAMESPACE = Strategy(validate_namespace, validate_namespace_update)
