"""Annotations of a pod or a pod template that mean something to Kubernetes.

Source: https://kubernetes.io/docs/reference/labels-annotations-taints/
"""

from __future__ import annotations

from linter.apiserver.errors import Errors
from linter.kube import names
from linter.kube.pods import containers
from linter.kube.suggest import quote
from linter.path import FieldPath, Key, format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from linter.apiserver.request import Object

_MIRROR = "kubernetes.io/config.mirror"
_TOLERATIONS = "scheduler.alpha.kubernetes.io/tolerations"
_DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"
_SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod"
_SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/"
_APPARMOR = "container.apparmor.security.beta.kubernetes.io/"
_WITHOUT_EFFECT = {
    "scheduler.alpha.kubernetes.io/critical-pod": "set priorityClassName instead",
    "security.alpha.kubernetes.io/sysctls": "set securityContext.sysctls instead",
    "security.alpha.kubernetes.io/unsafe-sysctls": "set securityContext.sysctls instead",
}
_SECCOMP_DEFAULTS = ("runtime/default", "docker/default")
_APPARMOR_DEFAULTS = ("runtime/default",)


def validate_pod_annotations(
    annotations: Mapping[str, str],
    spec: Object,
    path: FieldPath,
    errors: Errors,
    *,
    field: str,
    old: Mapping[str, str] | None,
) -> None:
    """Judge the annotations that Kubernetes itself reads.

    Args:
        annotations: All annotations of the pod or template.
        spec: The pod spec.
        path: Where the annotations stand.
        errors: Gets what is wrong.
        field: Where they stand as the server spells it.
        old: The stored annotations, where an update is judged.
    """
    rule = "reserved-annotations"
    if _MIRROR in annotations and not spec.get("nodeName"):
        message = f"`{_MIRROR}` marks pods that the kubelet makes from files; remove it."
        errors.invalid((*path, Key(_MIRROR)), message, rule=rule, field=f"{field}[{_MIRROR}]")
    if text := annotations.get(_TOLERATIONS):
        _validate_tolerations(text, (*path, Key(_TOLERATIONS)), errors, field=field)
    cost = annotations.get(_DELETION_COST, "0")
    # A bad value that is stored already stays.
    if not _is_deletion_cost(cost) and (old is None or _is_deletion_cost(old.get(_DELETION_COST, "0"))):
        errors.invalid(
            (*path, Key(_DELETION_COST)),
            f"The deletion cost {quote(cost)} is not a whole number from -2147483648 to 2147483647, such as `10`.",
            rule=rule,
            field=f"{field}[{_DELETION_COST}]",
        )
    _validate_profiles(annotations, spec, path, errors, field=field)


def validate_profiles_agree(
    annotations: Mapping[str, str],
    spec: Object,
    spec_path: FieldPath,
    errors: Errors,
    *,
    is_template: bool = True,
) -> None:
    """Judge whether the old seccomp and AppArmor annotations say what the fields say that took their place.

    Args:
        annotations: All annotations of the pod or template.
        spec: The pod spec.
        spec_path: Where the pod spec stands.
        errors: Gets what is wrong.
        is_template: Whether it is a template. Of a Pod the server puts an AppArmor annotation that it can read into the
            container's field first, where it stands above the pod's.
    """
    if not any(map(_is_profile, annotations)):
        return
    pod_security = spec.get("securityContext") or {}
    if (profile := pod_security.get("seccompProfile")) and _SECCOMP_POD in annotations:
        profile_path = (*spec_path, "securityContext", "seccompProfile")
        _compare(annotations[_SECCOMP_POD], profile, profile_path, errors, _SECCOMP_DEFAULTS)
    is_windows = (spec.get("os") or {}).get("name") == "windows"
    for container in containers(spec, spec_path):
        security = container.spec.get("securityContext") or {}
        path = (*container.path, "securityContext")
        name = container.spec.get("name") or ""
        annotation = annotations.get(_SECCOMP_CONTAINER + name)
        if annotation is not None and (profile := security.get("seccompProfile")):
            _compare(annotation, profile, (*path, "seccompProfile"), errors, _SECCOMP_DEFAULTS)
        annotation = annotations.get(_APPARMOR + name)
        profile = security.get("appArmorProfile")
        if profile is None and (is_template or not _is_app_armor_profile(annotation)):
            profile = pod_security.get("appArmorProfile")
        if annotation is not None and profile and not is_windows:
            _compare(annotation, profile, (*path, "appArmorProfile"), errors, _APPARMOR_DEFAULTS)


def warn_of_pod_annotations(
    annotations: Mapping[str, str], spec: Object, path: FieldPath, errors: Errors
) -> None:
    """Warn of annotations that have lost their meaning; arguments as for validate_pod_annotations."""
    rule = "deprecated-annotations"
    for key, instead in _WITHOUT_EFFECT.items():
        if key in annotations:
            message = f"The annotation has no effect; {instead}."
            errors.warn((*path, Key(key)), message, rule=rule, at_key=True)
    if not any(map(_is_profile, annotations)):
        return
    pod_security = spec.get("securityContext") or {}
    if _SECCOMP_POD in annotations and "seccompProfile" not in pod_security:
        message = "The annotation has no effect; set securityContext.seccompProfile of the pod instead."
        errors.warn((*path, Key(_SECCOMP_POD)), message, rule=rule, at_key=True)
    for container in containers(spec):
        security = container.spec.get("securityContext") or {}
        name = container.spec.get("name") or ""
        key = _SECCOMP_CONTAINER + name
        if key in annotations and "seccompProfile" not in security:
            message = (
                "The annotation has no effect; set securityContext.seccompProfile of the container instead."
            )
            errors.warn((*path, Key(key)), message, rule=rule, at_key=True)
        key = _APPARMOR + name
        if key in annotations and "appArmorProfile" not in security:
            of_pod = pod_security.get("appArmorProfile")
            if of_pod and _differing_part(annotations[key], of_pod, _APPARMOR_DEFAULTS) is None:
                continue
            message = (
                "The annotation is deprecated; set securityContext.appArmorProfile of the container instead."
            )
            errors.warn((*path, Key(key)), message, rule=rule, at_key=True)


def _is_deletion_cost(text: str) -> bool:
    # Only the first character is looked at for leading zeros and signs, so that "-01" passes.
    if text == "0":
        return True
    if not text or text[0] not in "-123456789":
        return False
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and -(2**31) <= int(text[:40]) < 2**31


_TOLERATION_TYPES = {"key": str, "operator": str, "value": str, "effect": str, "tolerationseconds": int}
_TOLERATION_FIELDS = {
    name.lower(): name for name in ("key", "operator", "value", "effect", "tolerationSeconds")
}


def _validate_tolerations(text: str, path: FieldPath, errors: Errors, *, field: str) -> None:
    rule = "reserved-annotations"
    tolerations = _read_tolerations(text)
    if tolerations is None:
        message = "The annotation is not a JSON list of tolerations; set spec.tolerations instead."
        errors.invalid(path, message, rule=rule, field=field)
        return
    from linter.apiserver.pod.scheduling import validate_toleration

    for index, toleration in enumerate(tolerations):
        inside = Errors(errors.version)
        validate_toleration(toleration, (), inside, rule=rule)
        base = f"{field}.{_TOLERATIONS}[{index}]"
        errors.errors += (
            error._replace(path=path, field=f"{base}.{error.field or format_path(error.path)}")
            for error in inside.errors
        )


def _read_tolerations(text: str) -> list[Object] | None:
    """Read the annotation as the API server does: keys in any case, other keys ignored, null for nothing."""
    import json

    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    if value is None:
        return []
    if not isinstance(value, list):
        return None
    tolerations: list[Object] = []
    for item in value:
        toleration = _read_toleration(item)
        if toleration is None:
            return None
        tolerations.append(toleration)
    return tolerations


def _read_toleration(item: Any) -> Object | None:
    """Return the fields of a toleration under their own names; None where one has another type."""
    if item is None:
        return {}
    if not isinstance(item, dict):
        return None
    toleration: Object = {}
    for key, value in item.items():
        kind = _TOLERATION_TYPES.get(key.lower())
        if kind is None or value is None:
            continue
        if not isinstance(value, kind) or isinstance(value, bool):
            return None
        if isinstance(value, int) and not -(2**63) <= value < 2**63:
            return None
        toleration[_TOLERATION_FIELDS[key.lower()]] = value
    return toleration


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _is_profile(key: str) -> bool:
    return key == _SECCOMP_POD or key.startswith((_SECCOMP_CONTAINER, _APPARMOR))


def _validate_profiles(
    annotations: Mapping[str, str], spec: Object, path: FieldPath, errors: Errors, *, field: str
) -> None:
    for key, value in annotations.items():
        if key.startswith(_APPARMOR):
            _validate_apparmor(key, value, spec, (*path, Key(key)), errors, field=f"{field}[{key}]")
        elif _is_profile(key):
            _validate_seccomp(value, (*path, Key(key)), errors, field=f"{field}.{key}")


def _validate_seccomp(value: str, path: FieldPath, errors: Errors, *, field: str) -> None:
    if value in {"unconfined", *_SECCOMP_DEFAULTS}:
        return
    if value.startswith("localhost/"):
        faults = names.relative_path(value.removeprefix("localhost/"))
    else:
        faults = ("is not a seccomp profile: `runtime/default`, `unconfined` or `localhost/…`",)
    errors.faults(path, "The annotation", value, faults, rule="profile-annotations", field=field)


def _validate_apparmor(
    key: str, value: str, spec: Object, path: FieldPath, errors: Errors, *, field: str
) -> None:
    rule = "profile-annotations"
    name = key.removeprefix(_APPARMOR)
    if all((container.spec.get("name") or "") != name for container in containers(spec)):
        message = f"There is no container {quote(name)} in this pod."
        errors.invalid(path, message, rule=rule, field=field, at_key=True)
    if value and value not in {"runtime/default", "unconfined"} and not value.startswith("localhost/"):
        faults = ("is not an AppArmor profile: `runtime/default`, `unconfined` or `localhost/…`",)
        errors.faults(path, "The annotation", value, faults, rule=rule, field=field)


def _is_app_armor_profile(annotation: str | None) -> bool:
    """Tell whether an annotation can be read as an AppArmor profile."""
    text = annotation or ""
    return text in {"unconfined", *_APPARMOR_DEFAULTS} or (
        text.startswith("localhost/") and text != "localhost/"
    )


def _compare(
    annotation: str, profile: Object, path: FieldPath, errors: Errors, defaults: tuple[str, ...]
) -> None:
    if part := _differing_part(annotation, profile, defaults):
        message = f"The annotation says {quote(annotation)}, the field something else; remove the annotation."
        errors.forbidden((*path, part), message, rule="profile-annotations")


def _differing_part(annotation: str, profile: Object, defaults: tuple[str, ...]) -> str | None:
    """Return which part of a profile says something else than the annotation; None where they agree.

    Args:
        annotation: The annotation's value.
        profile: The seccompProfile or appArmorProfile.
        defaults: The values of the annotation that mean the runtime's default profile.
    """
    match profile.get("type"):
        case "Unconfined":
            agrees = annotation == "unconfined"
        case "RuntimeDefault":
            agrees = annotation in defaults
        case "Localhost":
            agrees = annotation.startswith("localhost/")
            if agrees and annotation.removeprefix("localhost/") != profile.get("localhostProfile"):
                return "localhostProfile"
        case _:
            agrees = True
    return None if agrees else "type"
