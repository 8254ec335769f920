"""Environment variables of a container.

Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#environment-variables
"""

from __future__ import annotations

from linter.apiserver.pod.field_refs import (
    validate_object_field_selector,
    validate_resource_field_selector,
)
from linter.kube import names
from linter.kube.suggest import did_you_mean, one_of, quote
from linter.path import format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object
    from linter.path import FieldPath

_SOURCES = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
FIELDS = frozenset(
    {
        "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
        "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
    }
)  # fmt: skip
"""The fields of the pod that a variable can show."""


def validate_env(
    variables: Sequence[Object], path: FieldPath, errors: Errors, volumes: Mapping[str, Object]
) -> None:
    """Judge the environment variables of a container.

    Args:
        variables: The list `env`.
        path: Where it is.
        errors: Gets what is wrong.
        volumes: The pod's volumes by name, malformed ones as well.
    """
    check = _name_check(errors)
    for index, variable in enumerate(variables):
        if name := variable.get("name"):
            if faults := check(name):
                errors.faults((*path, index, "name"), "The variable name", name, faults, rule="env-names")
        else:
            message = "The environment variable has no name."
            errors.required((*path, index, "name"), message, rule="env-names")
        if "valueFrom" in variable:
            _validate_value_from(variable, (*path, index, "valueFrom"), errors, volumes)


def validate_env_from(sources: Sequence[Object], path: FieldPath, errors: Errors) -> None:
    """Judge the ConfigMaps and Secrets that a container takes all its variables from.

    Args:
        sources: The list `envFrom`.
        path: Where it is.
        errors: Gets what is wrong.
    """
    rule = "env-sources"
    check = _name_check(errors)
    for index, source in enumerate(sources):
        if (prefix := source.get("prefix")) and (faults := check(prefix)):
            errors.faults((*path, index, "prefix"), "The prefix", prefix, faults, rule="env-names")
        given = [each for each in ("configMapRef", "secretRef") if each in source]
        for kind in given:
            at = (*path, index, kind, "name")
            if name := source[kind].get("name"):
                faults = names.dns_subdomain(names.without_trailing_dash(name))
                errors.faults(at, "The name", name, faults, rule=rule)
            else:
                errors.required(at, f"The {kind} has no name.", rule=rule)
        if len(given) != 1:
            fault = (
                "has both configMapRef and secretRef; split it"
                if given
                else "needs a configMapRef or a secretRef"
            )
            message = f"An entry of envFrom {fault}."
            # The API server leaves the index out of this path.
            errors.invalid((*path, index), message, rule=rule, field=format_path(path))


def warn_of_env(variables: Sequence[Object], path: FieldPath, errors: Errors) -> None:
    """Warn of variables that hide an earlier one of the same name, without being made of it."""
    if len({variable.get("name") or "" for variable in variables}) == len(variables):
        return  # nearly always
    seen: set[str] = set()
    for index, variable in enumerate(variables):
        name = variable.get("name") or ""
        if name in seen:
            reference, value = f"$({name})", variable.get("value") or ""
            if "valueFrom" in variable or reference not in value or value == reference:
                message = (
                    f"The variable {quote(name)} is defined already; this definition hides the earlier one."
                )
                errors.warn((*path, index), message, rule="repeated-env")
        seen.add(name)


def _name_check(errors: Errors) -> Callable[[str], names.Faults]:
    # RelaxedEnvironmentVariableValidation: since 1.32 nearly every printable character may stand in a name.
    if errors.version >= (1, 32):
        return names.environment_name
    return names.environment_name_before_relaxation


def _validate_value_from(
    variable: Object, path: FieldPath, errors: Errors, volumes: Mapping[str, Object]
) -> None:
    rule = "env-sources"
    source = variable["valueFrom"]
    given = [*filter(source.__contains__, _SOURCES)]
    for kind in given:
        ref, at = source[kind], (*path, kind)
        match kind:
            case "fieldRef":
                validate_object_field_selector(ref, at, errors, FIELDS, rule=rule)
            case "resourceFieldRef":
                validate_resource_field_selector(ref, at, errors, in_volume=False, rule=rule)
            case "fileKeyRef":
                _validate_file_key(ref, at, errors, volumes)
            case "configMapKeyRef" | "secretKeyRef":
                _validate_key(ref, at, errors)
            case _:
                raise KeyError(kind)
    if not given:
        message = f"valueFrom has no source; it needs one of {one_of(_SOURCES)}."
        errors.invalid(path, message, rule=rule)
    elif variable.get("value"):
        errors.invalid(path, "A variable can't have both value and valueFrom.", rule=rule)
    elif len(given) > 1:
        message = f"valueFrom has {len(given)} sources ({', '.join(given)}); keep one."
        errors.invalid(path, message, rule=rule)


def _validate_key(ref: Object, path: FieldPath, errors: Errors) -> None:
    rule = "env-sources"
    name = ref.get("name") or ""
    errors.faults((*path, "name"), "The name", name, names.dns_subdomain(name), rule=rule)
    if key := ref.get("key"):
        errors.faults((*path, "key"), "The key", key, names.config_key(key), rule=rule)
    else:
        errors.required((*path, "key"), "The reference names no key.", rule=rule)


def _validate_file_key(ref: Object, path: FieldPath, errors: Errors, volumes: Mapping[str, Object]) -> None:
    rule = "env-sources"
    if key := ref.get("key"):
        errors.faults((*path, "key"), "The key", key, names.environment_name(key), rule=rule)
    else:
        errors.required((*path, "key"), "The reference names no key.", rule=rule)
    if file := ref.get("path"):
        if ".." in file.split("/"):
            message = f"The path {quote(file)} must not have `..` as an element."
            errors.invalid((*path, "path"), message, rule=rule)
    else:
        errors.required((*path, "path"), "The reference names no file.", rule=rule)
    name, at = ref.get("volumeName") or "", (*path, "volumeName")
    if name:
        errors.faults(at, "The volume name", name, names.dns_label(name), rule=rule)
    else:
        errors.required(at, "The reference names no volume.", rule=rule)
    if name not in volumes:
        message = f"There is no volume named {quote(name)} in this pod.{did_you_mean(name, volumes)}"
        errors.not_found(at, message, rule=rule)
    elif "emptyDir" not in volumes[name]:
        message = f"The volume {quote(name)} is not an emptyDir; only these can hold the file."
        errors.invalid(at, message, rule=rule)
